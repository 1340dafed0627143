#!/usr/bin/python3
"""How trawl-mpirun starts, fails to start and stops: other MPIs, refused job files, ranks that die before they were seen,
too little of this or that, a master on another host, one signal, other users' files, ports, the progress bar.

    python3 launcher.py TRAWL
"""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path

from launched_run import Run
from trawl_runs import ENVIRONMENT, check, job_text, kill_session, main, wait_for

SCRIPT = Path(__file__).resolve().parents[2] / "bin" / "trawl-mpirun"
STAND_IN = "#!/bin/sh\n[ $1 != --version ] || exit 0\n"  # for mpirun
OTHER_USER = 65534


def trawl_mpirun(*arguments, ranks=2, options=()):
    return [str(SCRIPT), "-n", str(ranks), *options, "run", *map(str, arguments)]


def stand_in(trawl, name, text):
    path = trawl.write(f"{name}/mpirun", text)
    path.chmod(0o755)
    return {"PATH": f"{path.parent}:{os.environ['PATH']}"}


def program(trawl, name, of_ranks):
    """`trawl`, except that ranks do `of_ranks` first."""
    lines = ["#!/bin/sh", f'if [ "$OMPI_COMM_WORLD_RANK" ]; then\n{of_ranks}\nfi', f'exec "{trawl.binary}" "$@"', ""]
    path = trawl.write(name, "\n".join(lines))
    path.chmod(0o755)
    return {"TRAWL": str(path)}


def finish(run, code, words, within=60.0):
    start = time.monotonic()
    found, output = run.finish(within)
    check(found == code, f"{run.command}: exit code {found}, not {code}\n{output}")
    for word in words:
        check(word in output, f"{run.command}: '{word}' is not said\n{output}")
    check("PMIX ERROR" not in output, f"noise of Open MPI:\n{output}")
    run.check_nothing_left("none.h5")
    return output, time.monotonic() - start


def check_other_mpi(trawl):
    for text in ("HYDRA build details:", "Intel(R) MPI Library for Linux* OS, Version 2021.9"):
        environment = stand_in(trawl, "other-mpi", f"#!/bin/sh\necho '{text}'\necho $* >>{trawl.folder}/other-started\n")
        output, _ = finish(Run(trawl, trawl_mpirun("job.yaml"), environment), 1, ["Open MPI", text[:20]])
        check(output.count("\n") == 1, f"more than a line:\n{output}")
    check((trawl.folder / "other-started").read_text() == "--version\n" * 2, "another MPI's mpirun was started")
    print("mpirun of another MPI: refused in one line", flush=True)


def check_refused_job(trawl):
    environment = stand_in(trawl, "counting", f"{STAND_IN}echo started >>{trawl.folder}/started\n")
    for arguments, words in (
        (["nothing.yaml"], "no such job file"),
        (["job.yaml", "--set", "search.n_trails=3"], "unknown key"),
        (["job.yaml", "--set", "training.epochs=0"], "trawl: error: "),
        (["job.yaml", "--nonsense"], "not expected: --nonsense"),
    ):
        output, _ = finish(Run(trawl, trawl_mpirun(*arguments), environment), 2, [words])
        check(output.count(words) == 1, f"said more than once:\n{output}")
    check(not (trawl.folder / "started").exists(), "MPI was started for a job file that is refused")
    print("a refused job file: one message, exit code 2, no MPI", flush=True)


def check_refused_call(trawl):
    missing = {"TRAWL": str(trawl.folder / "no-trawl")}
    for options, environment, words in (
        ([], missing, "TRAWL=" + missing["TRAWL"]),
        (["--wdir", "no-folder"], {}, "--wdir no-folder: there is no such folder"),
        (["-np", "x"], {}, "-np x: that is no number of ranks"),
        (["-n", "-1"], {}, "-n -1: that is no number of ranks"),
        (["--no-option"], {}, "--no-option"),
        (["--timeout", "soon"], {}, "mpirun does not take these options"),
    ):
        output, _ = finish(Run(trawl, trawl_mpirun("job.yaml", options=options), environment), 2, ["trawl-mpirun: ", words])
        check(output.count(words) == 1, f"said more than once:\n{output}")
    print("no program, no folder, no number of ranks, an unknown option: said, exit code 2", flush=True)


def check_rank_dies_unseen(trawl):
    once = program(trawl, "dies-once", f'[ "$OMPI_COMM_WORLD_RANK" = 0 ] || ! mkdir {trawl.folder}/died 2>/dev/null || exit 1')
    words = ["a rank has died while the run started", "starting again in 1 s", "2 of 2 trials"]
    _, seconds = finish(Run(trawl, trawl_mpirun("job.yaml", "-o", "once.h5"), once), 0, words)
    check(seconds < 40, f"noticed after {seconds:.0f} s")
    # mpirun ends with 0 then, and no rank has been heard of.
    aborts = program(trawl, "aborts-once", f"! mkdir {trawl.folder}/aborted 2>/dev/null || kill -ABRT $$")
    finish(Run(trawl, trawl_mpirun("job.yaml", "-o", "aborted.h5", ranks=1), aborts), 0, ["starting again in 1 s"])
    always = program(trawl, "dies-always", '[ "$OMPI_COMM_WORLD_RANK" = 0 ] || exit 1')
    always["TRAWL_MPIRUN_RESTARTS"] = "0"
    finish(Run(trawl, trawl_mpirun("job.yaml", "-o", "never.h5"), always), 1, ["a rank has died", "after 1 start: giving up"])
    print("a rank that dies before it is seen: missed at once, started again", flush=True)


def check_too_little(trawl):
    missing = {"TMPDIR": str(trawl.folder / "not-there")}
    finish(Run(trawl, trawl_mpirun("job.yaml"), missing), 4, ["TMPDIR", "not-there", "No such file"])
    (trawl.folder / "a-file").write_text("")
    finish(Run(trawl, trawl_mpirun("job.yaml"), {"TMPDIR": str(trawl.folder / "a-file")}), 4, ["TMPDIR", "Not a directory"])
    command = ["bash", "-c", 'ulimit -n 32; exec "$@"', "-", *trawl_mpirun("job.yaml")]
    _, seconds = finish(Run(trawl, command), 1, ["the limit of open files is 32"])
    check(seconds < 40, f"noticed after {seconds:.0f} s")
    full = trawl.folder / "full"
    full.mkdir()
    mount = f'mount -t tmpfs -o size=64k tmpfs {full} && export TMPDIR={full} && exec "$@"'
    if can_unshare():
        finish(Run(trawl, [*UNSHARE, "sh", "-c", mount, "-", *trawl_mpirun("job.yaml")]), 4, ["TMPDIR", "No space left"])
        command = [*UNSHARE, "sh", "-c", mount, "-", *trawl.command("run", "job.yaml", "-o", "full.h5", ranks=2)]
        run = Run(trawl, command)
        # It may hang then, by itself.
        wait_for(lambda: "choose another one by the environment variable TMPDIR" in run.log.read_text(), "a word about TMPDIR")
        kill_session(run.process)
    print("no TMPDIR, a full one, 32 files: said within seconds", flush=True)


UNSHARE = ["unshare", "-m", "-u"] if os.geteuid() == 0 else ["unshare", "-r", "-m", "-u"]


def can_unshare():
    done = subprocess.run([*UNSHARE, "sh", "-c", "mount -t tmpfs tmpfs /mnt && hostname other"], capture_output=True)
    if done.returncode != 0:
        print("left out: no namespaces may be made here")
    return done.returncode == 0


def signal_while_it_checks(trawl):
    checking = trawl.folder / "checking"
    slow = program(trawl, "slow", "")
    Path(slow["TRAWL"]).write_text(f'#!/bin/sh\n[ "$1 $2" != "run --check-only" ] || {{ touch {checking}; exec sleep 1000; }}\nexec "{trawl.binary}" "$@"\n')
    run = Run(trawl, trawl_mpirun("job.yaml"), slow)
    wait_for(checking.exists, "the check of the job")
    run.process.send_signal(signal.SIGTERM)
    output, _ = finish(run, 75, ["the same command carries on"])
    check(output.count("\n") == 1, f"more than a line:\n{output}")


def signal_that_mpirun_keeps(trawl):
    """The first USR1 comes before there is a rank, the next one with the master at work."""
    asked = trawl.folder / "asked"
    lines = [
        "#!/bin/bash",
        "[ $1 != --version ] || exit 0",
        "signals=0",
        "trap 'signals=$((signals + 1))' USR1",
        f"touch {asked}.ready",
        "until (( signals )); do sleep 0.05; done",
        'echo "began 0" >>"$TRAWL_RUN_REPORT"',
        "until (( signals > 1 )); do sleep 0.05; done",
        'printf "%s\\n" asked "exit 75" >>"$TRAWL_RUN_REPORT"',
        "sleep 3",
        f"echo $signals >{asked}",
    ]
    run = Run(trawl, trawl_mpirun("job.yaml"), stand_in(trawl, "keeps", "\n".join(lines) + "\n"))
    wait_for(Path(f"{asked}.ready").exists, "mpirun")
    run.process.send_signal(signal.SIGTERM)
    finish(run, 75, ["the same command carries on"])
    check(asked.read_text() == "2\n", f"mpirun got USR1 {asked.read_text()} times, not until it was heard")


def begins_when_given_up(trawl):
    """A master that gets to work just when its start is ended was not asked to stop by anybody else."""
    lines = [
        "#!/bin/bash",
        "[ $1 != --version ] || exit 0",
        f"if [ -e {trawl.folder}/given-up ]; then",
        '  printf "%s\\n" "began 0" "exit 0" >>"$TRAWL_RUN_REPORT"; exit 0',
        "fi",
        f"""trap 'touch {trawl.folder}/given-up; printf "%s\\n" "began 0" asked "exit 75" >>"$TRAWL_RUN_REPORT"; exit 1' TERM""",
        "while :; do sleep 0.05; done",
    ]
    late = {**stand_in(trawl, "late", "\n".join(lines) + "\n"), "TRAWL_MPIRUN_START_SECONDS": "1"}
    finish(Run(trawl, trawl_mpirun("job.yaml"), late), 0, ["starting again in 1 s"])


def check_signals(trawl):
    hangs = program(trawl, "hangs", '[ "$OMPI_COMM_WORLD_RANK" = 0 ] || exec sleep 1000')
    run = Run(trawl, trawl_mpirun("job.yaml", "-o", "hangs.h5"), hangs)
    wait_for(lambda: any(name == "sleep" for name, _, parent in run.tree().values() if parent == run.mpirun()), "the start")
    run.process.send_signal(signal.SIGTERM)
    _, seconds = finish(run, 75, ["the same command carries on"])
    check(seconds < 15, f"one SIGTERM in a start that hangs: {seconds:.0f} s")
    impatient = {**hangs, "TRAWL_MPIRUN_CONNECT_SECONDS": "2", "TRAWL_MPIRUN_RESTARTS": "0"}
    finish(Run(trawl, trawl_mpirun("job.yaml", "-o", "hangs.h5"), impatient), 1, ["within 2 s; 1 of them have started"])
    run = Run(trawl, trawl_mpirun("job.yaml"), stand_in(trawl, "fails", f"{STAND_IN}sleep 0.2\nexit 1\n"))
    wait_for(lambda: "starting again in 2 s" in run.log.read_text(), "the second start")
    run.process.send_signal(signal.SIGTERM)
    output, seconds = finish(run, 75, ["starting again in 1 s"])
    check(seconds < 5, f"one SIGTERM in a pause: {seconds:.0f} s\n{output}")
    signal_while_it_checks(trawl)
    signal_that_mpirun_keeps(trawl)
    begins_when_given_up(trawl)
    print("one SIGTERM ends a check, a start in which mpirun passes it to nobody, a start that hangs and the pause before the next", flush=True)


def check_another_host(trawl):
    """The launcher in a folder that the master's host does not see; `other` has a /tmp of its own."""
    if not can_unshare():
        return
    inside = f"mount -t tmpfs tmpfs {trawl.folder}/tmp; hostname $host; exec env -u TMPDIR sh -c \"$*\""
    agent = trawl.write("agent", f"#!/bin/sh\nhost=$1; shift; export host\nexec {' '.join(UNSHARE)} sh -c '{inside}' - \"$@\"\n")
    agent.chmod(0o755)
    environment = {"OMPI_MCA_plm_rsh_agent": str(agent), "TRAWL_MPIRUN_RESTARTS": "0"}
    failing = ["--set", "search.space={learning_rate: {choices: [1.0e+30, 2.0e+30]}}"]
    for name, options, arguments, code in (("complete", [], [], 0), ("again", [], [], 0), ("failed", [], failing, 3)):
        results = "failed.h5" if arguments else "elsewhere.h5"
        command = trawl_mpirun("job.yaml", "-o", results, *arguments, ranks=3, options=["--host", "other:3", *options])
        output, _ = finish(Run(trawl, command, environment), code, [results])
        check("\x02" not in output and "began" not in output, f"{name}: the report was shown\n{output}")
    trawl.check_same("one.h5", "elsewhere.h5")
    unknown = trawl_mpirun("job.yaml", options=["--host", "no-such-host.invalid"])
    finish(Run(trawl, unknown, {"OMPI_MCA_plm_rsh_agent": "false"}), 1, ["mpirun started nothing"])
    print("a master on another host: its exit codes 0 and 3; an unknown host: 1", flush=True)


def listening(pid):
    """Does the process listen on the network?"""
    inodes = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[1].split(":")[0] not in ("0100007F",):
                inodes.add(f"socket:[{fields[9]}]")
    return any(os.readlink(entry) in inodes for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink())


def check_neighbours(trawl):
    """What other users may leave in a shared TMPDIR is in nobody's way; no rank listens on the network."""
    temporary = trawl.folder / "tmp"
    temporary.mkdir(exist_ok=True)
    folder = temporary / f"ompi.{os.uname().nodename}.{os.getuid()}"
    folder.mkdir()
    folder.chmod(0o555)
    if os.geteuid() == 0:
        os.chown(folder, OTHER_USER, OTHER_USER)
    run = Run(trawl, trawl_mpirun("job.yaml", "-o", "neighbours.h5", ranks=3), gates=(0, 1))
    run.wait_until_it_trains("neighbours.h5", 3, finished=0)
    check(not any(listening(pid) for pid in run.ranks().values()), "a rank listens on the network")
    private = [path for path in temporary.glob("trawl-*") if path.is_dir()]
    check(private and all(path.stat().st_mode & 0o777 == 0o700 for path in private), f"not private: {private}")
    run.gates.open()
    finish(run, 0, [])
    trawl.check_same("one.h5", "neighbours.h5")
    folder.rmdir()
    print("a foreign session folder of Open MPI is in nobody's way; no rank listens", flush=True)


def check_other_launchers(trawl):
    """Under the launcher of another MPI every process would be alone."""
    for variables in ({"PMI_SIZE": "2", "PMI_RANK": "{}"}, {"MV2_COMM_WORLD_SIZE": "2", "MV2_COMM_WORLD_RANK": "{}"}):
        for rank, lines in ((0, 1), (1, 0)):
            environment = {name: text.format(rank) for name, text in variables.items()}
            output = trawl.run("run", "job.yaml", "-o", "alone.h5", environment=environment, expect=2)
            errors = output.count("error: 2 processes were started")
            check(errors == lines, f"{environment}: {errors} errors\n{output}")
    check(not (trawl.folder / "alone.h5").exists(), "a study was begun")
    print("processes of another MPI's launcher: refused once", flush=True)


def check_file_limit(trawl):
    command = ["bash", "-c", 'ulimit -f 8; exec "$@"', "-", *trawl.command("run", "big.yaml", "-o", "big.h5")]
    done = subprocess.run(command, cwd=trawl.folder, capture_output=True, text=True, env={**os.environ, "TMPDIR": "/tmp"})
    check(done.returncode == 4 and "File too large" in done.stderr, f"ulimit -f: exit code {done.returncode}\n{done.stderr}")
    print("ulimit -f: a message and exit code 4", flush=True)


def check_bar(trawl):
    """At every width, under trawl-mpirun and alone, the bar stays in its line."""
    for columns, command in ((40, trawl_mpirun("job.yaml", "-o", "bar-40.h5")), (63, trawl.command("run", "job.yaml", "-o", "bar-63.h5"))):
        master, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        environment = {**os.environ, **ENVIRONMENT, "TRAWL": str(trawl.binary)}
        process = subprocess.Popen(command, cwd=trawl.folder, env=environment, stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal)
        os.close(terminal)
        text = b""
        while True:
            try:
                read = os.read(master, 4096)
            except OSError:
                break
            if not read:
                break
            text += read
        os.close(master)
        check(process.wait() == 0, f"{command}: exit code {process.returncode}\n{text.decode()}")
        bars = re.findall(r"\r\x1b\[K([^\r\n]*)", text.decode())
        check(bars and any("2/2 trials" in bar for bar in bars), f"no bar:\n{text.decode()}")
        check(all(len(bar) < columns for bar in bars), f"wider than {columns} columns: {bars}")
    print("the progress bar fits 40 and 63 columns, also through mpirun", flush=True)


def test(trawl):
    trawl.write("job.yaml", job_text(n_trials=2, epochs=2))
    trawl.write("big.yaml", job_text(n_trials=50, epochs=50, rows=100))
    trawl.run("run", "job.yaml", "-o", "one.h5")
    check_other_mpi(trawl)
    check_refused_job(trawl)
    check_refused_call(trawl)
    check_rank_dies_unseen(trawl)
    check_too_little(trawl)
    check_signals(trawl)
    check_another_host(trawl)
    check_neighbours(trawl)
    check_other_launchers(trawl)
    check_file_limit(trawl)
    check_bar(trawl)


if __name__ == "__main__":
    main(test)
