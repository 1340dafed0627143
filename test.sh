#!/bin/bash
# test.sh - set up, build and run every test
#
#   ./test.sh                     everything, release preset
#   ./test.sh -L unit             only tests with this label: unit mpi house documents
#                                 analysis end_to_end slurm hosts bench (a regular expression: 'unit|mpi')
#   ./test.sh -R h5               only tests whose name matches
#   ./test.sh --preset sanitize   another preset: debug, release, sanitize
#
# Installs the packages that are missing (names them first; needs root or sudo), builds
# build/PRESET, runs ctest and fails if anything fails. A test that cannot run here says why,
# and fails too, unless you allow it by name: TRAWL_ALLOW_SKIP="slurm_search" ./test.sh
# What needs root is skipped for ordinary users, and what the kernel does not have (FUSE) for
# all; that does not fail.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"

preset=release select=()
usage() { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; }
while (( $# )); do
  case $1 in
    -h | --help) usage; exit 0 ;;
    -L | -R | -E | -LE) (( $# > 1 )) || { usage >&2; exit 2; }; select+=("$1" "$2"); shift 2 ;;
    --preset) preset=${2:-}; shift; shift || { usage >&2; exit 2; } ;;
    *) printf "test.sh: what is '%s'?\n" "$1" >&2; usage >&2; exit 2 ;;
  esac
done

SECONDS=0
step() { printf '== %s\n' "$*"; }
fail() { printf 'test: %s\n' "$*" >&2; exit 1; }
folder=build/$preset

step "1/3 packages"
tools/install-packages.sh build test

step "2/3 build $folder"
mkdir -p "$folder"
options=(-DTRAWL_TESTS=ON)
export CCACHE_SLOPPINESS=pch_defines,time_macros  # or nothing with a precompiled header is cached
if command -v ccache >/dev/null; then options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
cmake --preset "$preset" "${options[@]}" >"$folder/configure.log" 2>&1 || {
  tail -n 30 "$folder/configure.log" >&2
  fail "cmake failed: $folder/configure.log"
}
cmake --build "$folder" || fail "the build failed"
built=$SECONDS

step "3/3 ctest"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# Containers may forbid reading another process's memory; small messages do not need it.
export OMPI_MCA_btl_vader_single_copy_mechanism=none
# Without /etc/hosts each mpirun asks the name server for localhost: one that loses a reply costs 5 s.
export RES_OPTIONS=${RES_OPTIONS:-timeout:1 attempts:5}
log=$folder/ctest.log
code=0
ctest --test-dir "$folder" -j "$(nproc)" --output-on-failure --no-tests=error "${select[@]}" 2>&1 |
  tee "$log" || code=$?

# The last line that a test printed, if it says why it was skipped.
reason_of() {  # NAME
  awk -v name="$1" '
    / Test: / { mine = ($NF == name) }
    mine && /^skipped: / { reason = substr($0, 10) }
    END { print reason ? reason : "it did not say why" }
  ' "$folder/Testing/Temporary/LastTest.log"
}

skipped=0 refused=()
while read -r name; do
  reason=$(reason_of "$name")
  (( skipped )) || printf 'skipped:\n'
  skipped=$((skipped + 1))
  printf '  %s: %s\n' "$name" "$reason"
  if [[ " ${TRAWL_ALLOW_SKIP:-} " == *" $name "* ]]; then continue; fi
  if (( $(id -u) != 0 )) && [[ $reason == 'needs root'* ]]; then continue; fi
  if [[ $reason == 'this machine has no '* ]]; then continue; fi  # what no package brings
  refused+=("$name")
done < <(sed -n 's/.*Test *#[0-9]*: \([^ ]*\) .*\*\*\*Skipped.*/\1/p' "$log")

printf 'built in %d s, tested in %d s, %d skipped\n' "$built" $((SECONDS - built)) "$skipped"
if (( ${#refused[@]} )); then fail "could not run here: ${refused[*]} (TRAWL_ALLOW_SKIP=\"${refused[*]}\" allows it)"; fi
exit "$code"
