#!/usr/bin/env bash
# Training speed beside PyTorch: samples per second of whole updates, 784-128-64-10, one thread each, on dense
# random numbers and on images: those of IMAGES, a folder of IDX files such as MNIST's, or as many zeros.
#   [IMAGES=FOLDER] tests/bench/training.sh [BUILD_FOLDER] [REPEATS] [SECONDS] [words of the cases ...]
# Runs the two by turns (trawl, PyTorch, trawl, PyTorch, ...) in the same minutes and prints medians, with the
# lowest and highest ratio of neighbouring runs. Exit code 77: PyTorch is not installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=${1:-$here/../../build/release}
repeats=${2:-3}
seconds=${3:-1}
words=("${@:4}")
images=()
[[ -n ${IMAGES:-} ]] && images=(--images "$IMAGES")
bench=$build/tests/bench/training_bench

if [[ ! -x $bench ]]; then
  echo "training.sh: $bench is missing: build it with: cmake --preset release && ninja -C build/release training_bench" >&2
  exit 2
fi
python=
for candidate in python3 /usr/bin/python3; do
  if "$candidate" -c 'import torch' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [[ -z $python ]]; then
  echo "training.sh: PyTorch is missing: apt-get install python3-torch libopenblas0-pthread" >&2
  exit 77
fi

results=$(mktemp)
trap 'rm -f "$results"' EXIT
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
for ((repeat = 1; repeat <= repeats; repeat++)); do
  echo "repeat $repeat of $repeats" >&2
  "$bench" "${images[@]}" "$seconds" "${words[@]}" | sed "s/^/trawl $repeat /" >>"$results"
  "$python" "$here/bench_training.py" "${images[@]}" "$seconds" "${words[@]}" | sed "s/^/pytorch $repeat /" >>"$results"
done

python3 - "$results" <<'PYTHON'
import collections, statistics, sys

speeds = collections.defaultdict(list)  # (program, case) -> one a repeat
peer = ""
for line in open(sys.argv[1], encoding="utf-8"):
    program, _, *rest = line.split()
    if rest[0] == "#":
        peer = " ".join(rest[1:])
    else:
        speeds[program, tuple(rest[:3])].append(float(rest[3]))
print(peer)
if "libblas" in peer and "openblas" not in peer:
    print("This is the slow reference BLAS; for a fair comparison: apt-get install libopenblas0-pthread")
print(f"{'case':22} {'trawl samples/s':>16} {'PyTorch samples/s':>18} {'ratio':>6}  lowest-highest")
for case in [case for program, case in speeds if program == "trawl"]:
    ours, theirs = speeds["trawl", case], speeds["pytorch", case]
    ratios = [a / b for a, b in zip(ours, theirs)]
    medians = statistics.median(ours), statistics.median(theirs)
    spread = f"{min(ratios):.2f}-{max(ratios):.2f}"
    print(f"{' '.join(case):22} {medians[0]:16,.0f} {medians[1]:18,.0f} {statistics.median(ratios):6.2f}  {spread}")
PYTHON
