#!/bin/bash
# tests/bench/run.sh - all that is promised about speed and memory, measured, as one table
#
#   tests/bench/run.sh --images /scratch/mnist    everything, on a quiet machine: half an hour
#   tests/bench/run.sh --only training peak       some parts: training peak search start memory scaling cluster
#   tests/bench/run.sh --only search --repeats 1  Optuna's side takes minutes each time
#   tests/bench/run.sh --quick                    does it run? its figures mean nothing
#
#   --images FOLDER   IDX files such as MNIST's, .gz or not; without it images are made up
#   --build FOLDER    default: build/release; needs trawl and the *_bench programs
#   --repeats N       default: 3 (start 5, search 2)
#
# Ours and the peer are measured by turns: medians, and the spread of the ratios. What each part measures:
# README.md beside this file. Without PyTorch and Optuna (tools/install-packages.sh bench) their columns are "-".
# Exit code: 0, met or not, unless a part fails to run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

parts=(training peak search start memory scaling cluster)
build=$here/../../build/release options=()
usage() { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; }
refuse() { printf 'run.sh: %s\n' "$1" >&2; usage >&2; exit 2; }
while (( $# )); do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --only)
      parts=()
      while (( $# > 1 )) && [[ $2 != -* ]]; do parts+=("$2"); shift; done
      shift ;;
    --build) build=${2:?--build FOLDER}; shift 2 ;;
    --images | --repeats) options+=("$1" "${2:?$1 needs a value}"); shift 2 ;;
    --quick) options+=("$1"); shift ;;
    *) refuse "what is '$1'?" ;;
  esac
done
(( ${#parts[@]} )) || refuse "--only NAME..."
for part in "${parts[@]}"; do
  [[ -e $here/$part.py ]] || refuse "no part is called '$part'"
done
[[ -x $build/trawl && -x $build/tests/bench/training_bench ]] || {
  echo "run.sh: $build lacks trawl or training_bench: cmake --preset release && ninja -C build/release" >&2
  exit 2
}

# The distribution's Python has what tools/install-packages.sh brings; the first on the PATH may be another.
python=/usr/bin/python3
"$python" -c 'import h5py' 2>/dev/null || python=python3

rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
failed=()
for part in "${parts[@]}"; do
  printf '== %s\n' "$part" >&2
  "$python" "$here/$part.py" "$build" "${options[@]}" | tee -a "$rows" >&2 || failed+=("$part")
done
"$python" "$here/table.py" "$rows"
if (( ${#failed[@]} )); then
  printf 'run.sh: failed to run: %s\n' "${failed[*]}" >&2
  exit 1
fi
