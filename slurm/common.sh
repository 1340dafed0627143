# shellcheck shell=bash
# What the batch scripts share. They source it in the folder they were submitted from, after
#   asked='' cancelled=''; trap 'asked=yes' USR1; trap 'cancelled=yes' TERM
# because a signal may come at any time.

script=$0 arguments=("$@")  # to submit them once more
# One element of an array has the number of the whole array too, which would mean all of it.
me=$SLURM_JOB_ID
if [[ ${SLURM_ARRAY_TASK_ID:-} ]]; then me=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID; fi
restarts=$(( ${SLURM_RESTART_COUNT:-0} + ${TRAWL_EARLIER_RESTARTS:-0} ))
log() { printf '[%(%F %T)T] job %s, restart %s: %s\n' -1 "$me" "$restarts" "$*"; }

# The shell runs a trap only between commands, so the launcher runs in the background and the shell waits for it. From
# here on there is no $(...) and no <(...): bash 5.2 loses a signal while it expands one.
# The launcher always gets USR1, which both pass on to every rank at once: srun and mpirun take TERM for the end.
launcher='' asked=${asked:-} cancelled=${cancelled:-}
forward() { if [[ $launcher ]]; then kill -USR1 "$launcher" 2>/dev/null; fi; }
trap 'asked=yes; log "USR1: the time is nearly up, or the job must make room: asking for a clean stop"; forward' USR1
trap 'cancelled=yes; log "TERM: cancelled, preempted or out of time"; forward' TERM

site=${SITE_ENV:-slurm/site.env}
# shellcheck source=/dev/null
if [[ -r $site ]]; then . "$site"; fi
trawl=${TRAWL:-build/release/trawl}
[[ -x $trawl ]] || { log "no program at $trawl: build it, or say TRAWL=... in $site"; exit 2; }
export HDF5_USE_FILE_LOCKING=${HDF5_USE_FILE_LOCKING:-BEST_EFFORT}

# run_until_complete JOB.yaml RESULTS.h5 [OPTIONS of trawl run]: runs what is left to do on all ranks, goes
# back into the queue until RESULTS.h5 is complete, and ends the batch script.
run_until_complete() {
  local job=$1 results=$2 code=75
  shift 2
  seconds_left=''
  # Of this job and its restarts: how far it was, what the master says. All nodes must see it.
  memory=$PWD/.trawl-job-${TRAWL_FIRST_JOB:-$me}
  # srun does not take over sbatch --cpus-per-task by itself, and --export=NONE would strip
  # the ranks' environment too.
  export SRUN_CPUS_PER_TASK=${SLURM_CPUS_PER_TASK:-1} SLURM_EXPORT_ENV=ALL
  # An earlier start of this job has let the failed trials wait again: those that failed since stay failed.
  local argument arguments_left=()
  for argument in "$@"; do
    if [[ $argument != --retry-failed || ! -s $memory ]]; then arguments_left+=("$argument"); fi
  done
  set_command "$job" -o "$results" "${arguments_left[@]}"
  if [[ ! $asked$cancelled ]]; then launch; fi
  # On a node that has lost its power in this job, PMIx finds what it left there and refuses a step of the
  # same number: the next one has another.
  if [[ ${LAUNCHER:-srun} == srun && ! $asked$cancelled && ! -s $memory.report ]]; then
    log "nothing has started (exit code $code): once more"
    launch
  fi
  conclude "$results" "$code"
}

# Runs `command` and sets `code`.
launch() {
  log "on $SLURM_JOB_NODELIST: ${command[*]}"
  export TRAWL_RUN_REPORT=$memory.report
  : >"$TRAWL_RUN_REPORT"
  "${command[@]}" &
  launcher=$!
  # The flag may have come just before there was a launcher; a trap ends a wait early.
  if [[ $asked$cancelled ]]; then forward; fi
  while kill -0 "$launcher" 2>/dev/null; do wait "$launcher"; done
  wait "$launcher"
  code=$?
  launcher=''
}

# Sets `command`.
set_command() {
  local extra mpirun=${trawl%/*}/trawl-mpirun
  read -ra extra <<<"${LAUNCHER_OPTIONS:-}"
  case ${LAUNCHER:-srun} in
    # --kill-on-bad-exit: a rank that dies before MPI_Init would leave the others waiting.
    srun) command=(srun "--mpi=${SRUN_MPI:-pmix}" --kill-on-bad-exit=1 "${extra[@]}" "$trawl" run "$@") ;;
    mpirun)
      [[ -x $mpirun ]] || mpirun=bin/trawl-mpirun
      [[ -x $mpirun ]] || { log "no trawl-mpirun beside $trawl"; exit 2; }
      export TRAWL=$trawl
      command=("$mpirun" "${extra[@]}" run "$@")
      ;;
    *) log "LAUNCHER=$LAUNCHER is neither srun nor mpirun"; exit 2 ;;
  esac
  find_seconds_left
  if [[ $seconds_left && " $* " != *" --time-limit"* ]]; then command+=(--time-limit "$seconds_left"); fi
}

# Sets `seconds_left`: so long Slurm lets this job run; empty: without limit, or it does not tell.
find_seconds_left() {
  local text='' days hours minutes seconds
  seconds_left=''
  timeout 30 squeue -h -j "$me" -o %L >"$memory.left" 2>/dev/null
  read -r text <"$memory.left"
  rm -f "$memory.left"
  [[ $text =~ ^(([0-9]+)-)?(([0-9]+):)?([0-9]+):([0-9]+)$ ]] || return
  days=${BASH_REMATCH[2]:-0} hours=${BASH_REMATCH[4]:-0} minutes=${BASH_REMATCH[5]} seconds=${BASH_REMATCH[6]}
  seconds_left=$(( ((10#$days * 24 + 10#$hours) * 60 + 10#$minutes) * 60 + 10#$seconds ))
  (( seconds_left > 0 )) || seconds_left=1
}

# Sets `code` to what the master has said of its end. What a launcher says proves nothing: 0 (and 2 and 3)
# without the master's word are a fault.
ask_report() {
  local word rest said=''
  while read -r word rest; do
    if [[ $word == exit ]]; then said=$rest; fi
  done <"$memory.report"
  case $code in 0 | 2 | 3) code=1 ;; esac
  code=${said:-$code}
} 2>/dev/null

# Sets `finished` to "complete 12 failed 1", what the results file holds; true: all that there is to do.
ask_results() {
  local word count rest is_complete
  "$trawl" status "$1" >"$memory.status" 2>/dev/null
  is_complete=$?
  if (( is_complete == 3 )); then is_complete=0; fi  # complete, with failed trials
  finished=''
  while read -r word count rest; do
    case $word in complete | failed | pruned) finished+="${finished:+ }$word $count" ;; esac
  done <"$memory.status"
  rm -f "$memory.status"
  return "$is_complete"
}

# Did it stop because it was told to, by a signal or by its --time-limit?
was_asked() { [[ $1 == 75 ]] && { [[ $asked ]] || { [[ $seconds_left ]] && (( 2 * SECONDS >= seconds_left - 2 )); }; }; }

finish() { # CODE TEXT...
  log "${*:2}"
  rm -f "$memory" "$memory".*
  exit "$1"
}

# What the end of the launcher means for this batch script.
conclude() {
  local results=$1 code=$2 finished before='' idle=0
  # trawl-mpirun reads the master's word itself.
  if [[ ${LAUNCHER:-srun} == srun ]]; then ask_report; fi
  (( code != 2 )) || finish 2 "not started again: the command, the job file or the data is wrong, or the first trials all failed (see above)"
  # The exit code too: before a study is extended its file is complete.
  if ask_results "$results" && (( code == 0 || code == 3 )); then finish 0 "complete: $results"; fi
  if [[ $cancelled ]]; then finish 75 "stopped with exit code $code; the same sbatch command carries on"; fi

  # Crashes that follow each other while no trial finishes will not stop by themselves.
  { read -r idle before <"$memory"; } 2>/dev/null
  if was_asked "$code" || [[ $finished != "$before" ]]; then idle=0; else idle=$((idle + 1)); fi
  printf '%s %s\n' "$idle" "$finished" >"$memory"
  if (( restarts >= ${MAX_RESTARTS:-50} || idle >= 3 )); then
    finish 1 "exit code $code after $restarts restarts, the last $idle without a trial finished: giving up; the same sbatch command carries on"
  fi
  log "exit code $code, not complete: back into the queue"
  trap - TERM
  if ! scontrol requeue "$me"; then
    submit_again || finish 75 "this site neither requeues nor takes jobs from here; the same sbatch command carries on"
    exit 75
  fi
  # Until Slurm ends this instance.
  sleep 120 &
  wait $!
}

# Where this job may not be requeued: another one like it, after its end.
submit_again() {
  local options=(--job-name="$SLURM_JOB_NAME" --partition="$SLURM_JOB_PARTITION" --nodes="$SLURM_JOB_NUM_NODES")
  local word words
  if [[ ${SLURM_ARRAY_TASK_ID:-} ]]; then
    options+=(--array="$SLURM_ARRAY_TASK_ID")
    export SHARDS=${shards:-}
  fi
  if [[ ${SLURM_NTASKS_PER_NODE:-} ]]; then options+=(--ntasks-per-node="$SLURM_NTASKS_PER_NODE"); fi
  if [[ ${SLURM_CPUS_PER_TASK:-} ]]; then options+=(--cpus-per-task="$SLURM_CPUS_PER_TASK"); fi
  if [[ ${SLURM_MEM_PER_NODE:-} ]]; then options+=(--mem="$SLURM_MEM_PER_NODE"); fi
  if [[ ${SLURM_MEM_PER_CPU:-} ]]; then options+=(--mem-per-cpu="$SLURM_MEM_PER_CPU"); fi
  scontrol -o show job "$me" >"$memory.job" 2>/dev/null
  read -ra words <"$memory.job"
  rm -f "$memory.job"
  for word in "${words[@]}"; do
    case $word in
      Account=*[!\)]) options+=("--account=${word#*=}") ;;
      QOS=*[!\)]) options+=("--qos=${word#*=}") ;;
      TimeLimit=*) options+=("--time=${word#*=}") ;;
      StdOut=*) options+=("--output=${word#*=}") ;;
    esac
  done
  log "this job may not be requeued: submitting the same again, to start after it"
  export TRAWL_FIRST_JOB=${TRAWL_FIRST_JOB:-$me} TRAWL_EARLIER_RESTARTS=$((restarts + 1))
  sbatch --dependency="afterany:$me" "${options[@]}" --chdir="$SLURM_SUBMIT_DIR" "$script" "${arguments[@]}"
}
