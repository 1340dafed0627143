#!/bin/bash
# tools/install-packages.sh GROUP... - install the Debian 12 packages that Trawl needs
# tools/install-packages.sh          - list the groups and their packages; install nothing
#
#   build   compile it, run it under mpirun, draw its figures
#   test    everything ./test.sh runs besides: GoogleTest, pytest, a real Slurm, Chromium
#   ci      everything .ci/run runs besides: clang with its sanitizers and fuzzer, clang-tidy, clang-format, shellcheck
#   bench   what tests/bench/run.sh compares with: PyTorch, OpenBLAS, Optuna
#
# Names what is missing, then installs it with apt-get: as root, or through sudo.
# With nothing missing it does nothing, in a few milliseconds. Needs no network then.
# TRAWL_NO_INSTALL=1: installs nothing and trusts that you brought it all
# (another distribution, environment modules).
set -euo pipefail

build=(
  g++ cmake ninja-build git
  make                                 # what CMake takes for programs that use Trawl as a library
  libopenmpi-dev openmpi-bin           # MPI
  libeigen3-dev                        # linear algebra
  libboost-serialization-dev           # values <-> bytes
  librandom123-dev                     # counter-based random numbers
  libhdf5-dev hdf5-tools               # results; h5dump to look at them
  libyaml-cpp-dev libcli11-dev libfmt-dev zlib1g-dev
  python3 python3-h5py python3-pandas python3-matplotlib python3-yaml   # analysis/
  python3-optuna python3-plotly python3-sklearn   # its report: Optuna's plots and importances
)
test=(
  libgtest-dev python3-pytest procps
  python3-pip python3-setuptools python3-venv python3-wheel   # analysis/ installs
  iproute2 openssh-server openssh-client sshfs   # several hosts with a network and a shared folder
  slurmctld slurmd slurm-client munge libpmix-dev   # a private cluster; srun loads libpmix.so
  chromium chromium-driver python3-selenium         # the report's page in a browser
)
ci=(clang-14 libclang-rt-14-dev clang-tidy-14 clang-format-14 shellcheck)
bench=(python3-torch libopenblas0-pthread python3-optuna)

usage() { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; }
say() { printf 'packages: %s\n' "$*"; }

list() {
  local group
  for group in build test ci bench; do
    local -n packages=$group
    printf '%s:\n' "$group"
    printf '%s ' "${packages[@]}" | fold -s -w 92 | sed 's/^/    /; s/ *$//'
    printf '\n'
  done
}
(( $# )) || { list; exit 0; }

wanted=()
for group in "$@"; do
  case $group in
    build) wanted+=("${build[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    ci) wanted+=("${ci[@]}") ;;
    bench) wanted+=("${bench[@]}") ;;
    -h | --help) usage; exit 0 ;;
    *) say "no group called '$group'" >&2; usage >&2; exit 2 ;;
  esac
done

if [[ ${TRAWL_NO_INSTALL:-} ]]; then exit 0; fi
if ! command -v apt-get >/dev/null; then
  say "this is not Debian. Install what stands for: ${wanted[*]}" >&2
  say "then run again with TRAWL_NO_INSTALL=1" >&2
  exit 1
fi

# One query for all: one a package would take a second.
installed=$(dpkg-query -W -f '${Package}=${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null || true)
missing=()
for package in "${wanted[@]}"; do
  grep -qxF -- "$package=installed" <<<"$installed" || missing+=("$package")
done
if (( ${#missing[@]} == 0 )); then exit 0; fi

say "missing: ${missing[*]}"
if (( $(id -u) != 0 )); then
  if ! command -v sudo >/dev/null; then
    say "installing needs root. Ask somebody who may to run:" >&2
    say "  apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  say "installing them with sudo apt-get"
  exec sudo "$(readlink -f "$0")" "$@"
fi

# The tests start daemons of their own; those of the packages stay off. It also keeps the
# installation whole in containers and chroots, where services cannot be started.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
apt() { apt-get -q -y "$@" >>"$log" 2>&1; }
add() { apt install --no-install-recommends "${missing[@]}"; }
update() { say "apt-get update"; apt update; }
say "apt-get install (some minutes on a new machine)"
if compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null; then
  add || { update && add; } || failed=1
else
  { update && add; } || failed=1
fi
if [[ ${failed:-} ]]; then
  tail -n 20 "$log" >&2
  say "apt-get failed; its whole output: $log" >&2
  exit 1
fi
rm -f "$log"
say "installed ${#missing[@]}"
