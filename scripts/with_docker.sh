#!/usr/bin/env bash
# Run a command with a Docker engine: with the one that is there, or with Debian's, which is unpacked (not installed)
# and runs in a network of its own for as long as the command does. The command is told which by SIGNOFF_ENGINE
# (host or debian). There is no way out of that network, so there is no registry either.
#
# usage: scripts/with_docker.sh COMMAND [ARGUMENT...]
# exit status: the command's own; 77 when no engine can run here
set -euo pipefail

cannot() {
  echo "No Docker engine can run here: $*." >&2
  exit 77
}

if docker info >/dev/null 2>&1; then
  SIGNOFF_ENGINE=host exec "$@"
fi

[ "$(id -u)" = 0 ] || cannot "none is running, and only root can start one"
for tool in apt-get dpkg unshare nsenter setsid python3; do
  command -v "$tool" >/dev/null || cannot "none is running, and $tool, which would start Debian's, is missing"
done

engine=$(cd "$(dirname "$0")/.." && pwd)/.tools/engine
state=$(mktemp -d -t signoff-engine.XXXXXX)
stop() {
  local pid
  if pid=$(cat "$state/dockerd.pid" 2>/dev/null); then
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 80); do [ -e "$state/dockerd.pid" ] || break; sleep 0.25; done
  fi
  rm -rf "$state" 2>/dev/null || true
}
trap stop EXIT

if [ ! -x "$engine/usr/sbin/dockerd" ]; then
  echo "Fetching Debian's docker.io ..."
  mkdir -p "$state/packages"
  (cd "$state/packages" && { apt-get download docker.io containerd runc tini ||
    { apt-get update && apt-get download docker.io containerd runc tini; }; }) >"$state/apt.log" 2>&1 ||
    cannot "Debian's packages cannot be fetched ($(tail -n 1 "$state/apt.log"))"
  rm -rf "$engine" && mkdir -p "$engine"
  for package in "$state"/packages/*.deb; do dpkg -x "$package" "$engine"; done
fi

export PATH=$engine/usr/sbin:$engine/usr/bin:$PATH DOCKER_HOST=unix://$state/docker.sock
# The new network has only a loopback that is down (0x8914 is SIOCSIFFLAGS, 0x41 is up and running).
cat >"$state/dockerd.sh" <<'DOCKERD'
python3 -c 'import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sH14x", b"lo", 0x41))'
exec dockerd --data-root "$1/data" --exec-root "$1/exec" --pidfile "$1/dockerd.pid" --host "$DOCKER_HOST" \
  --iptables=false --ip6tables=false --ip-masq=false --ip-forward=false
DOCKERD
setsid unshare --net --mount --fork bash "$state/dockerd.sh" "$state" >"$state/dockerd.log" 2>&1 &

for _ in $(seq 60); do
  docker info >/dev/null 2>&1 && break
  kill -0 $! 2>/dev/null || cannot "Debian's ended at once: $(tail -n 1 "$state/dockerd.log")"
  sleep 0.5
done
docker info >/dev/null 2>&1 || cannot "Debian's was not ready after 30 s: $(tail -n 1 "$state/dockerd.log")"

status=0
SIGNOFF_ENGINE=debian nsenter --net="/proc/$(cat "$state/dockerd.pid")/ns/net" "$@" || status=$?
exit "$status"
