#!/bin/bash
# tests/fuzz/run.sh [SECONDS [NAME...]] - run the fuzzers, each for so many seconds (10)
#
#   tests/fuzz/run.sh             all of them, 10 s each
#   tests/fuzz/run.sh 300 job     one of them, 5 minutes
#
# Builds them first (preset fuzz: clang-14, address and undefined). Each starts from its folder in
# tests/fuzz/corpus, its seeds (written by the real writers), and what earlier runs found worth keeping
# (build/fuzz/inputs). Prints a line each. A finding is an input in build/fuzz/findings: give that to the
# program again (build/fuzz/tests/fuzz/NAME_fuzzer FILE), mend what it shows, and put the input in the corpus,
# or into the target's seeds() where the format is one of our own. Exit code 1 where there is one.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
case ${1:-} in -h | --help) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;; esac

seconds=${1:-10}
names=("${@:2}")
if (( ${#names[@]} == 0 )); then
  mapfile -t names < <(basename -a -s _fuzzer.cpp tests/fuzz/*_fuzzer.cpp)
fi

options=()
export CCACHE_SLOPPINESS=pch_defines,time_macros
if command -v ccache >/dev/null; then options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
mkdir -p build/fuzz/{inputs,findings}
cmake --preset fuzz "${options[@]}" >build/fuzz/configure.log 2>&1 || { tail -n 30 build/fuzz/configure.log >&2; exit 1; }
cmake --build build/fuzz --target "${names[@]/%/_fuzzer}" >build/fuzz/build.log 2>&1 ||
  { tail -n 50 build/fuzz/build.log >&2; exit 1; }

# What a target leaves in its folder when it is killed goes with this one.
TMPDIR=$(mktemp -d "${TMPDIR:-/dev/shm}/trawl-fuzz-run-XXXXXX")
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT

value() { sed -n "s/.*$1 *\([0-9]*\).*/\1/p" "$2" | "${3:-tail}" -n 1; } # REGEX LOG [head]
findings=0
printf '%-14s %11s %9s %8s %8s %9s\n' fuzzer runs/s runs covered after findings
for name in "${names[@]}"; do
  program=build/fuzz/tests/fuzz/${name}_fuzzer
  folders=("build/fuzz/inputs/$name" "$TMPDIR/seeds")
  rm -rf "$TMPDIR/seeds"
  mkdir -p "${folders[@]}"
  if [[ -d tests/fuzz/corpus/$name ]]; then folders+=("tests/fuzz/corpus/$name"); fi
  TRAWL_FUZZ_SEEDS=$TMPDIR/seeds "$program"
  log=build/fuzz/$name.log
  verdict=0
  "$program" -seed=1 -max_total_time="$seconds" -max_len=4096 -timeout=20 -rss_limit_mb=1024 -malloc_limit_mb=256 \
    -dict="$TMPDIR/seeds.words" -use_value_profile=1 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/findings/$name-" "${folders[@]}" >"$log" 2>&1 || verdict=1
  findings=$((findings + verdict))
  printf '%-14s %11s %9s %8s %8s %9s\n' "$name" "$(value 'average_exec_per_sec:' "$log")" \
    "$(value 'number_of_executed_units:' "$log")" "$(value 'INITED cov:' "$log" head)" "$(value 'cov:' "$log")" $verdict
  if (( verdict )); then grep -E 'does not hold|ERROR:|runtime error|SUMMARY|terminate|what\(\)|Test unit' "$log" | head -n 12; fi
done
(( findings == 0 ))
