#!/bin/bash
# tests/fresh/fresh.sh FOLDER - what the first hour on a fresh machine is like, tried on one
#
#   tests/fresh/fresh.sh /var/tmp/fresh                      both commands, as root, then as an ordinary user
#   tests/fresh/fresh.sh /var/tmp/fresh --only quickstart    one of them: quickstart or test
#   tests/fresh/fresh.sh /var/tmp/fresh --root               as root alone; --user: as an ordinary user alone
#   tests/fresh/fresh.sh /var/tmp/fresh --only test -- -R h5     after --: options of ./test.sh
#
# Makes a bare Debian 12 in FOLDER/system with debootstrap, puts clones of this checkout's last
# commit into it, and runs ./quickstart.sh and ./test.sh there. Prints what each run came to; the
# logs are FOLDER/*.log. An ordinary user cannot install packages: root does it first. Given again
# it goes on with the same system and new clones; `--again`: with the clones and builds that are there.
#
# Needs root and debootstrap, and some 8 GB. Not part of ./test.sh: it takes an hour.
# Everything is mounted in a mount namespace of its own, so that nothing stays mounted. Remove it with
#   rm -r --one-file-system FOLDER
set -euo pipefail

top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
mirror=${MIRROR:-http://deb.debian.org/debian}
usage() { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; }
refuse() { printf 'fresh: %s\n' "$*" >&2; exit 2; }
say() { printf 'fresh: %s\n' "$*"; }

folder='' users=() commands=(quickstart test) again='' given=("$@")
while (( $# )); do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --root) users+=(root); shift ;;
    --user) users+=(tester); shift ;;
    --again) again=1; shift ;;
    --only)
      [[ ${2:-} == quickstart || ${2:-} == test ]] || refuse "--only quickstart or --only test"
      commands=("$2"); shift 2 ;;
    --) shift; break ;;
    -*) refuse "what is '$1'? -h says what there is" ;;
    *) [[ -z $folder ]] || refuse "one folder, please: $folder or $1"; folder=$1; shift ;;
  esac
done
(( ${#users[@]} )) || users=(root tester)
[[ $folder ]] || { usage >&2; exit 2; }
(( $(id -u) == 0 )) || refuse "debootstrap and chroot need root"
command -v debootstrap >/dev/null || refuse "no debootstrap here: apt-get install debootstrap"

# Whatever is mounted or started below is gone when this shell ends.
if [[ ! ${TRAWL_FRESH_NAMESPACE:-} ]]; then
  TRAWL_FRESH_NAMESPACE=1 exec unshare --mount --pid --fork --kill-child "$0" "${given[@]}"
fi

tried=$(git -C "$top" log -1 --format='%h %s')  # what is cloned; somebody may commit meanwhile
mkdir -p "$folder"
folder=$(readlink -f "$folder")
system=$folder/system
if [[ ! -e $folder/made ]]; then
  [[ ! -e $system ]] || refuse "$system is there and was not finished: remove it first"
  say "debootstrap of Debian 12 into $system"
  debootstrap --variant=minbase bookworm "$system" "$mirror" >"$folder/debootstrap.log" 2>&1 || {
    tail -n 5 "$folder/debootstrap.log" >&2
    refuse "debootstrap failed: $folder/debootstrap.log"
  }
  chroot "$system" useradd --create-home --shell /bin/bash tester
  touch "$folder/made"
fi
cp /etc/resolv.conf "$system/etc/resolv.conf"

mount --bind "$system" "$system"   # a mount of its own, as the root of a machine is
mount -t proc proc "$system/proc"
mount --rbind /sys "$system/sys"
mkdir -p "$system/dev/pts" "$system/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$system/dev/pts"
ln -sf pts/ptmx "$system/dev/ptmx"
mount -t tmpfs -o mode=1777 tmpfs "$system/dev/shm"
[[ -e $system/dev/fuse ]] || mknod -m 666 "$system/dev/fuse" c 10 229   # a machine's udev makes it

inside() {  # USER SCRIPT: in a login shell, with nothing of our environment
  env -i PATH="$PATH" TERM=dumb TRAWL_ALLOW_SKIP="${TRAWL_ALLOW_SKIP:-}" \
    chroot "$system" su --login --whitelist-environment=TRAWL_ALLOW_SKIP "$1" -c "$2"
}

# As the last commit has them; an ordinary user cannot.
bring_packages() {
  git -C "$top" show HEAD:tools/install-packages.sh >"$system/root/install-packages.sh"
  inside root "bash install-packages.sh build test" || refuse "the packages were not installed"
}

clone() {  # USER
  local home
  home=$(inside "$1" pwd)
  if [[ $again && -d $system$home/trawl ]]; then
    git -c safe.directory='*' -C "$system$home/trawl" pull --quiet --ff-only "$top" HEAD
  else
    rm -rf --one-file-system "${system:?}$home/trawl"
    git clone --quiet --no-hardlinks "$top" "$system$home/trawl"
  fi
  chroot "$system" chown -R "$1:" "$home/trawl"
}

# Prints a line of the summary. What the log says last is the verdict in words.
try() {  # USER COMMAND OPTIONS
  local user=$1 command=$2 code=0 log=$folder/$1-$2.log begin=$SECONDS
  shift 2
  say "./$command.sh $* as $user (log: $log)" >&2
  inside "$user" "cd trawl && ./$command.sh ${*@Q}" >"$log" 2>&1 </dev/null || code=$?
  printf '%-8s %-14s exit code %-4d %5d s   %s\n' "$user" "$command.sh" "$code" $((SECONDS - begin)) \
    "$(grep -E '^(built in|test:|quickstart:|== done)' "$log" | tail -n 2 | paste -sd ';')"
  return "$code"
}

failed=0 summary=()
for user in "${users[@]}"; do
  [[ $user == root ]] || bring_packages
  clone "$user"
  for command in "${commands[@]}"; do
    options=()
    [[ $command == quickstart ]] || options=("$@")
    code=0
    line=$(try "$user" "$command" "${options[@]}") || code=1
    failed=$((failed + code))
    summary+=("$line")
  done
done
printf '\n%s at %s\n' "Debian 12 (minbase)" "$tried"
printf '%s\n' "${summary[@]}"
exit $((failed > 0))
