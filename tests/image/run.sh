#!/usr/bin/env bash
# The image on the Docker engine that is there: build, up, ask, attack it from within, stop, down. Used by `make test-image`.
set -euo pipefail
cd "$(dirname "$0")/../.."

export COMPOSE_PROJECT_NAME=truegold-image-test
export TRUEGOLD_PORT=${TRUEGOLD_PORT:-18080}
url=http://127.0.0.1:$TRUEGOLD_PORT

if docker compose version >/dev/null 2>&1; then compose=(docker compose); else compose=(docker-compose); fi
say() { echo "== $*"; }
fail() { echo "FAILED: $*" >&2; "${compose[@]}" logs --tail 30 >&2 || true; exit 1; }
container() { "${compose[@]}" ps -q "$1"; }
wait_healthy() {
  for _ in $(seq 90); do
    [[ $(docker inspect --format '{{.State.Health.Status}}' "$1") == healthy ]] && return
    sleep 1
  done
  fail "$1 did not become healthy"
}
trap '"${compose[@]}" --profile scale down --volumes --timeout 5 >/dev/null 2>&1' EXIT

say build
"${compose[@]}" build truegold

say up
"${compose[@]}" up -d truegold
service=$(container truegold)
wait_healthy "$service"

say "the isolation that compose leaves us"
ready=$(curl -sf "$url/readyz")
[[ $ready == *landlock* && $ready == *seccomp* ]] || fail "isolation layers: $ready"

say "a verdict of each kind"
ask() { curl -sf "$url/v1/verify/$1" -d "$2"; }
[[ $(ask math '{"completion": "\\boxed{0.5}", "ground_truth": "\\frac{1}{2}"}') == *'"correct"'* ]] || fail math
program='{"completion": "```python\nprint(2 * int(input()))\n```", "ground_truth": {"tests": [{"stdin": "3\n", "stdout": "6\n"}]}}'
[[ $(ask code "$program") == *'"correct"'* ]] || fail code
curl -sf "$url/metrics" | grep -q '^truegold_scores_total' || fail metrics

say "no root, no capability, nothing to write to"
docker exec "$service" python - <<'PYTHON' || fail "the container has more than it needs"
import os, sys
status = dict(line.split(":\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\t" in line)
assert os.getuid() == 1000, os.getuid()
assert int(status["CapEff"], 16) == 0 and status["NoNewPrivs"] == "1", status
try:
    open("/srv/written", "w")
except OSError:
    sys.exit(0)
sys.exit("the root file system can be written")
PYTHON

say "the corpus of attacks, inside"
tried=$("${compose[@]}" run --rm --no-deps -T -v "$PWD/tests:/srv/tests:ro" truegold \
  sh -c 'mkdir /tmp/attacks && exec python /srv/tests/sandbox/attacks.py /tmp/attacks 99' 2>/dev/null) || fail "attacks: $tried"
[[ $tried == "all tried" ]] || fail "an attack got somewhere: $tried"

say "a stop drains and ends with 0"
"${compose[@]}" stop truegold
[[ $(docker inspect --format '{{.State.ExitCode}}' "$service") == 0 ]] || fail "exit code"

say "two replicas, each with its own quota"
"${compose[@]}" --profile scale up -d replica
replicas=$(container replica)
[[ $(wc -w <<<"$replicas") == 2 ]] || fail "replicas: $replicas"
for replica in $replicas; do
  wait_healthy "$replica"
  lanes='import urllib.request as r; print(r.urlopen("http://127.0.0.1:8000/metrics").read().decode())'
  docker exec "$replica" python -c "$lanes" | grep -q '^truegold_lanes 1.0' || fail "a replica takes more than its quota"
done

if grep -q ' AS slim$' Dockerfile; then
  say "the slim image"
  docker build -q --target slim -t truegold:slim . >/dev/null
  docker run --rm --read-only --tmpfs /tmp:exec --cap-drop ALL truegold:slim python -c 'import app.main' || fail slim
fi
say "all is well"
