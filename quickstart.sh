#!/bin/bash
# quickstart.sh - from a fresh Debian 12 to a finished search, in one command
#
#   ./quickstart.sh
#
# 1. installs the packages that are missing (names them first; needs root or sudo)
# 2. builds build/release/trawl
# 3. searches the hyperparameters of a small network on the built-in data set, with
#    jobs/quickstart.yaml, on all cores, into results/quickstart.h5
# 4. draws the report, and says how to open it and what to do next
#
# Given again it carries on where it was stopped, or says that all is done. Start over:
# rm -r results/quickstart.h5*
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"

case ${1:-} in
  '') ;;
  -h | --help) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;;
  *) echo "quickstart.sh takes no arguments; -h says what it does" >&2; exit 2 ;;
esac

trawl=build/release/trawl
results=results/quickstart.h5
cores=$(nproc)
SECONDS=0
step() { printf '== %s\n' "$*"; }
fail() { printf 'quickstart: %s\n' "$*" >&2; exit 1; }

step "1/4 packages"
tools/install-packages.sh build

step "2/4 build $trawl (release)"
log=build/quickstart.log
mkdir -p build results
if [[ ! -e build/release/build.ninja ]]; then
  options=(-DTRAWL_TESTS=OFF)   # the tests need packages that a search does not
  if command -v ccache >/dev/null; then options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  cmake --preset release "${options[@]}" >"$log" 2>&1 || { tail -n 30 "$log"; fail "cmake failed: $log"; }
fi
cmake --build build/release --target trawl_program || fail "the build failed"

step "3/4 search: jobs/quickstart.yaml, $cores workers -> $results"
# One rank more than there are cores: the master sleeps most of the time.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# Containers may forbid reading another process's memory; small messages do not need it.
export OMPI_MCA_btl_vader_single_copy_mechanism=none
command=(mpirun -n $((cores + 1)) --oversubscribe --bind-to none "$trawl" run jobs/quickstart.yaml -o "$results")
printf '%s\n' "${command[*]}"
code=0
"${command[@]}" || code=$?
(( code != 2 )) || fail "refused, or the first trials all failed (see above). Start over: rm -r $results*"
# A launcher's exit code can be its own: the results file knows.
status=0
"$trawl" status "$results" >/dev/null || status=$?
case $status in
  0) ;;
  3) echo "quickstart: some trials failed: $trawl trials $results says why" >&2 ;;
  *) fail "the search is not complete (mpirun: $code). Run ./quickstart.sh again: it carries on." ;;
esac

step "4/4 report: ${results%.h5}-report"
report=${results%.h5}-report/report.html
# The distribution's Python has what tools/install-packages.sh brings; the first on the PATH may be another.
python=/usr/bin/python3
"$python" -c 'import h5py' 2>/dev/null || python=python3
"$python" -m analysis report "$results" >/dev/null || fail "the results are in $results, but the report was not drawn (see above)"

step "done after $SECONDS s: $results"
cat <<NEXT
The report is one file. Open it in a browser, or copy it to where there is one:
  xdg-open $PWD/$report
Next:
  $trawl best $results                      the best trials
  $trawl trials $results --format csv       all trials, for a spreadsheet
  python3 -m analysis report $results --watch   the report of a search that still runs
  export PATH=$PWD/build/release:\$PATH       then the documents' \`trawl\` is this one
  trawl init DATA                           a job file for your own data; jobs/README.md has all keys
  slurm/README.md                           on a cluster
NEXT
