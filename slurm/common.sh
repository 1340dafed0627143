# shellcheck shell=bash
# What the batch scripts share. They source it in the folder they were submitted from.

log() { printf '[%(%F %T)T] job %s, restart %s: %s\n' -1 "$SLURM_JOB_ID" "${SLURM_RESTART_COUNT:-0}" "$*"; }

# The traps come first: a signal may come at any time. The shell runs a trap only between
# commands, so the launcher runs in the background and the shell waits for it.
launcher='' asked='' cancelled=''
forward() { if [[ $launcher ]]; then kill "-$1" "$launcher" 2>/dev/null; fi; }
trap 'asked=yes; log "USR1: the time is nearly up, asking for a clean stop"; forward USR1' USR1
trap 'cancelled=yes; log "TERM: cancelled, preempted or out of time"; forward TERM' TERM

site=${SITE_ENV:-slurm/site.env}
# shellcheck source=/dev/null
if [[ -r $site ]]; then . "$site"; fi
trawl=${TRAWL:-build/release/trawl}
[[ -x $trawl ]] || { log "no program at $trawl: build it, or say TRAWL=... in $site"; exit 2; }
export HDF5_USE_FILE_LOCKING=${HDF5_USE_FILE_LOCKING:-BEST_EFFORT}

# run_until_complete JOB.yaml RESULTS.h5 [OPTIONS of trawl run]: runs what is left to do on all ranks, goes
# back into the queue until RESULTS.h5 is complete, and ends the batch script.
run_until_complete() {
  local job=$1 results=$2
  shift 2
  # srun does not take over sbatch --cpus-per-task by itself, and --export=NONE would strip
  # the ranks' environment too.
  export SRUN_CPUS_PER_TASK=${SLURM_CPUS_PER_TASK:-1} SLURM_EXPORT_ENV=ALL

  # --kill-on-bad-exit: a rank that dies before MPI_Init would leave the others waiting.
  local command extra
  case ${LAUNCHER:-srun} in
    srun) command=(srun "--mpi=${SRUN_MPI:-pmix}" --kill-on-bad-exit=1) ;;
    mpirun) command=(mpirun) ;;
    *) log "LAUNCHER=$LAUNCHER is neither srun nor mpirun"; exit 2 ;;
  esac
  read -ra extra <<<"${LAUNCHER_OPTIONS:-}"
  command+=("${extra[@]}" "$trawl" run "$job" -o "$results" "$@")

  local code=75
  if [[ ! $asked$cancelled ]]; then
    log "on $SLURM_JOB_NODELIST: ${command[*]}"
    "${command[@]}" &
    launcher=$!
    wait "$launcher"
    code=$?
    # A trap ends a wait early.
    while kill -0 "$launcher" 2>/dev/null; do wait "$launcher"; code=$?; done
    launcher=''
  fi
  conclude "$results" "$code"
}

# What the launcher's exit code means for this batch script.
conclude() {
  local results=$1 code=$2
  if (( code == 2 )); then
    log "not started again: the command, the job file or the data is wrong (see above)"
    exit 2
  fi
  # 0 (or 3: some trials failed) from a launcher proves nothing alone: the results file must say
  # complete too. It proves nothing alone either: before a study is extended it is complete.
  if (( code == 0 || code == 3 )) && "$trawl" status "$results" >/dev/null 2>&1; then
    log "complete: $results"
    exit 0
  fi
  if [[ $cancelled ]]; then
    log "stopped with exit code $code; the same sbatch command carries on"
    exit 75
  fi
  if (( ${SLURM_RESTART_COUNT:-0} >= ${MAX_RESTARTS:-50} )); then
    log "exit code $code after ${SLURM_RESTART_COUNT:-0} restarts: giving up; the same sbatch command carries on"
    exit 1
  fi
  log "exit code $code, not complete: back into the queue"
  trap - TERM
  if ! scontrol requeue "$SLURM_JOB_ID"; then
    log "this site does not requeue; the same sbatch command carries on"
    exit 75
  fi
  # Until Slurm ends this instance.
  sleep 120 &
  wait $!
}
