#!/usr/bin/env bash
# The image on the Docker engine that is there: build, up, ask, attack it from within, stop, down; the slim image too.
# Used by `make test-image`.
set -euo pipefail
cd "$(dirname "$0")/../.."

export COMPOSE_PROJECT_NAME=truegold-image-test
export TRUEGOLD_PORT=${TRUEGOLD_PORT:-18080}
url=http://127.0.0.1:$TRUEGOLD_PORT
slim=truegold-image-test-slim
said=$(mktemp)

if docker compose version >/dev/null 2>&1; then compose=(docker compose); else compose=(docker-compose); fi
with_namespaces=("${compose[@]}" -f docker-compose.yml -f docker-compose.namespaces.yml)
say() { echo "== $*"; }
fail() { echo "FAILED: $*" >&2; "${compose[@]}" logs --tail 30 >&2 || true; exit 1; }
# What is asked is read whole before it is looked at: a reader that leaves early would fail the writer.
holds() { [[ $1 == *"$2"* ]]; }
ask() { curl -sf "$url/v1/verify/$1" -d "$2"; }
wait_healthy() {
  for _ in $(seq 90); do
    [[ $(docker inspect --format '{{.State.Health.Status}}' "$1") == healthy ]] && return
    sleep 1
  done
  fail "$1 did not become healthy"
}
end() {
  rm -f "$said"
  docker rm -f "$slim" >/dev/null 2>&1
  "${compose[@]}" --profile scale down --volumes --timeout 5 >/dev/null 2>&1
}
trap end EXIT

python='{"completion": "```python\nprint(2 * int(input()))\n```", "ground_truth": {"tests": [{"stdin": "3\n", "stdout": "6\n"}]}}'
cpp='{"completion": "```cpp\n#include <bits/stdc++.h>\nint main() { int n; std::cin >> n; std::cout << 2 * n; }\n```",
      "ground_truth": {"tests": [{"stdin": "3\n", "stdout": "6\n"}]}, "options": {"language": "cpp"}}'
half='{"completion": "\\boxed{0.5}", "ground_truth": "\\frac{1}{2}"}'

# The corpora, inside a container of their own with all that compose takes away. $1: the script; then how to compose.
try_inside() {
  local script=$1 tried
  shift
  tried=$("$@" run --rm --no-deps -T -v "$PWD/tests:/srv/tests:ro" truegold \
    sh -c "mkdir /tmp/tried && exec python /srv/tests/$script /tmp/tried 99" 2>"$said") || fail "$script: $tried $(tail -n 5 "$said")"
  [[ $tried == "all tried" ]] || fail "$script: $tried $(tail -n 5 "$said")"
}

say build
"${compose[@]}" build truegold

say up
"${compose[@]}" up -d truegold
service=$("${compose[@]}" ps -q truegold)
wait_healthy "$service"

say "the isolation that compose leaves us"
ready=$(curl -sf "$url/readyz")
{ holds "$ready" landlock && holds "$ready" seccomp; } || fail "isolation layers: $ready"

say "a verdict of each kind"
holds "$(ask math "$half")" '"correct"' || fail math
holds "$(ask code "$python")" '"correct"' || fail code
holds "$(ask code "$cpp")" '"correct"' || fail "code in C++"
holds "$(curl -sf "$url/metrics")" truegold_scores_total || fail metrics

say "no root, no capability, nothing to write to"
docker exec -i "$service" python - <<'PYTHON' || fail "the container has more than it needs"
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
try_inside sandbox/attacks.py "${compose[@]}"

say "programs and attacks in each language, inside"
try_inside image/programs.py "${compose[@]}"

say "a stop drains and ends with 0"
"${compose[@]}" stop truegold
[[ $(docker inspect --format '{{.State.ExitCode}}' "$service") == 0 ]] || fail "exit code"

say "with namespaces: the layer is in force, the same verdicts, the same attacks"
"${with_namespaces[@]}" up -d truegold
wait_healthy "$("${compose[@]}" ps -q truegold)"
holds "$(curl -sf "$url/readyz")" namespaces || fail "namespaces are not in force"
holds "$(ask math "$half")" '"correct"' || fail "math, with namespaces"
holds "$(ask code "$python")" '"correct"' || fail "code, with namespaces"
holds "$(ask code "$cpp")" '"correct"' || fail "code in C++, with namespaces"
try_inside sandbox/attacks.py "${with_namespaces[@]}"
try_inside image/programs.py "${with_namespaces[@]}"
"${with_namespaces[@]}" stop truegold

say "two replicas, each with its own quota"
"${compose[@]}" --profile scale up -d replica
replicas=$("${compose[@]}" ps -q replica)
[[ $(wc -w <<<"$replicas") == 2 ]] || fail "replicas: $replicas"
for replica in $replicas; do
  wait_healthy "$replica"
  figures=$(docker exec "$replica" python -c \
    'import urllib.request as r; print(r.urlopen("http://127.0.0.1:8000/metrics").read().decode())')
  holds "$figures" $'\ntruegold_lanes 1.0\n' || fail "a replica takes more than its quota"
done

say down
"${compose[@]}" --profile scale down --volumes --timeout 45
[[ -z $(docker ps -aq --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME") ]] || fail "containers are left"

say "the slim image: Python and mathematics, and another language is said to be missing"
docker build -q --target slim -t truegold:slim . >/dev/null
docker run -d --name "$slim" --init --read-only --tmpfs /tmp:mode=1777,noexec --cap-drop ALL \
  --security-opt no-new-privileges:true -p "$TRUEGOLD_PORT:8000" truegold:slim >/dev/null
wait_healthy "$slim"
holds "$(ask math "$half")" '"correct"' || fail "math, in the slim image"
holds "$(ask code "$python")" '"correct"' || fail "code, in the slim image"
holds "$(ask code "$cpp")" '"unavailable"' || fail "C++ in the slim image"
docker stop --time 45 "$slim" >/dev/null
[[ $(docker inspect --format '{{.State.ExitCode}}' "$slim") == 0 ]] || fail "the slim image's exit code"
say "all is well"
