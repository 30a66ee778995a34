#!/usr/bin/env bash
# Stand in for Lambda's image where no registry can be reached: this machine's Python with AWS's runtime interface
# client, imported into the engine under the image's own name. Given a Python, `sam local --skip-pull-image` finds it.
#
# usage: scripts/lambda_image.sh PYTHON CLIENT
#   CLIENT: folder into which that Python's pip has installed requirements/lambda-image.txt
set -euo pipefail

python=$1
client=$2
ask() { "$python" -c "import platform, sys, sysconfig; print($1)"; }
version=$(ask '"%d.%d" % sys.version_info[:2]')
prefix=$(ask 'sys.base_prefix')
stdlib=$(ask 'sysconfig.get_path("stdlib")')
executable=$(ask 'sys._base_executable')
architecture=$(ask '{"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")')
image=public.ecr.aws/lambda/python:$version-$architecture

root=$(mktemp -d -t signoff-image.XXXXXX)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
mkdir -p "$root"/{bin,dev,etc/ssl/certs,opt,proc,root,sys,tmp,usr/bin,var/lang/bin,var/lang/lib,var/runtime,var/task}
chmod 1777 "$root/tmp"

# Python, without what a function has no use for.
cp -L "$executable" "$root/var/lang/bin/python$version"
ln -s "python$version" "$root/var/lang/bin/python3"
tar -C "$(dirname "$stdlib")" -c --dereference --exclude=__pycache__ --exclude=site-packages --exclude=dist-packages \
  --exclude=test --exclude=idlelib --exclude=tkinter --exclude=ensurepip --exclude='config-*' "python$version" |
  tar -C "$root/var/lang/lib" -x
mkdir -p "$root/var/lang/lib/python$version/site-packages"
cp -R "$client/." "$root/var/runtime/"

# What SAM's own build steps and the bootstrap call.
for tool in sh cat ls mkdir chmod mv cp rm env; do cp -L "$(command -v $tool)" "$root/bin/"; done
ln -s /bin/env "$root/usr/bin/env"

# The shared libraries of all that, from this machine: those of Python's own prefix go beside it.
find "$root/bin" "$root/var" -type f \( -name '*.so*' -o -path '*/bin/*' \) \
  -exec env LD_LIBRARY_PATH="$prefix/lib" ldd {} + 2>/dev/null |
  awk '$2 == "=>" && $3 ~ /^\// {print $3} $1 ~ /^\/lib/ {print $1}' | sort -u |
  while read -r library; do
    case $library in
      "$root"/*) ;;
      /lib/* | /lib64/* | /usr/lib/*) mkdir -p "$root$(dirname "$library")" && cp -L "$library" "$root$library" ;;
      *) cp -L "$library" "$root/var/lang/lib/" ;;
    esac
  done
# What the layer's wheels may expect of any Linux (PEP 599 lists it), and what ldd does not see: names are looked up
# through libraries that the C library loads itself.
for library in libdl.so.2 libgcc_s.so.1 libm.so.6 libpthread.so.0 librt.so.1 libstdc++.so.6 libutil.so.1 \
  libnss_files.so.2 libnss_dns.so.2 libresolv.so.2; do
  for found in /lib/*-linux-gnu/$library /usr/lib/*-linux-gnu/$library; do
    [ ! -e "$found" ] || { mkdir -p "$root$(dirname "$found")" && cp -L "$found" "$root$found"; }
  done
done
[ ! -e /etc/ssl/certs/ca-certificates.crt ] || cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"

# The user that Lambda's emulator switches to.
printf 'root:x:0:0::/:/bin/sh\nsbx_user1051:x:993:990::/tmp:/bin/sh\n' >"$root/etc/passwd"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
cat >"$root/var/runtime/bootstrap" <<BOOTSTRAP
#!/bin/sh
export AWS_EXECUTION_ENV=AWS_Lambda_python$version
export PYTHONPATH=/opt/python/lib/python$version/site-packages:/opt/python:/var/runtime\${PYTHONPATH:+:\$PYTHONPATH}
cd "\${LAMBDA_TASK_ROOT:-/var/task}"
exec /var/lang/bin/python$version -m awslambdaric "\${_HANDLER:-\$AWS_LAMBDA_FUNCTION_HANDLER}"
BOOTSTRAP
chmod +x "$root/var/runtime/bootstrap"

tar -C "$root" -c . | docker import \
  --change 'ENV PATH=/var/lang/bin:/bin:/usr/bin LD_LIBRARY_PATH=/var/lang/lib:/opt/lib LANG=en_US.UTF-8 TZ=:UTC' \
  --change 'ENV LAMBDA_TASK_ROOT=/var/task LAMBDA_RUNTIME_DIR=/var/runtime' \
  --change 'WORKDIR /var/task' - "$image" >/dev/null
docker tag "$image" "public.ecr.aws/lambda/python:$version"
echo "Stand-in for $image: $(du -sh "$root" | cut -f 1)"
