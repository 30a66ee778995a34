#!/usr/bin/env bash
# The SAM local suite: what `sam build` makes, run in Lambda's image by `sam local`, beside the local stack.
# It builds for this machine's Python and processor, so that a stand-in for the image can be made where no registry
# can be reached (with Debian's own engine it cannot).
#
# usage: scripts/test_sam.sh [PYTEST ARGUMENT...]
# exit status: pytest's; 77 when no Docker engine can run here
set -euo pipefail
cd "$(dirname "$0")/.."

python=$PWD/.venv/bin/python
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
case $(uname -m) in aarch64 | arm64) architecture=arm64 ;; *) architecture=x86_64 ;; esac

echo "Building for python$version on $architecture ..."
log=$(mktemp -t signoff-sam-build.XXXXXX)
trap 'rm -f "$log"' EXIT
# SAM asks for a region even to build. Without credentials it does not look for an account to ask things of.
export SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true
unset AWS_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
PYTHON=$python PYTHON_VERSION=$version ARCHITECTURE=$architecture .tools/sam/bin/sam build \
  --build-dir .aws-sam/local --parameter-overrides "Runtime=python$version" "Architecture=$architecture" \
  >"$log" 2>&1 || { cat "$log"; exit 1; }

client=.tools/lambda-runtime-$version
"$python" -m pip install -qq --disable-pip-version-check --no-deps --upgrade --target "$client" \
  --requirement requirements/lambda-image.txt

export SIGNOFF_RUNTIME=python$version SIGNOFF_ARCHITECTURE=$architecture
scripts/with_docker.sh bash -euo pipefail -c '
  python=$1 client=$2
  shift 2
  [ "$SIGNOFF_ENGINE" = host ] || scripts/lambda_image.sh "$python" "$client"
  exec "$python" -m pytest tests/sam "$@"
' suite "$python" "$client" "$@"
