# Let Docker pull from REGISTRY (host:port) over plain HTTP, and check that it is reachable.
# shellcheck shell=sh
file="${DESTDIR:-}/etc/docker/daemon.json"
mkdir -p "$(dirname "$file")"
state="$(python3 -c '
import json, pathlib, sys

file, registry = pathlib.Path(sys.argv[1]), sys.argv[2]
text = file.read_text().strip() if file.exists() else ""
try:
    settings = json.loads(text or "{}")
except ValueError as error:
    sys.exit(f"{file} is not JSON ({error}): fix it, then run this again")
known = settings.setdefault("insecure-registries", [])
if registry in known:
    print("known")
else:
    known.append(registry)
    file.write_text(json.dumps(settings, indent=2) + "\n")
    print("new")
' "$file" "$REGISTRY")"
# Docker reloads this setting without a restart, so no container stops (moby, daemon/reload.go).
[ "$state" = known ] || systemctl reload-or-restart docker
curl -fsS --retry 10 --retry-connrefused --retry-delay 1 --max-time 30 "http://$REGISTRY/v2/" > /dev/null || {
  echo "$(hostname) cannot reach the registry at $REGISTRY: is its container running, does a firewall block port 5000?" >&2
  exit 1
}
