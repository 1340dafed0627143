"""A real Slurm of several nodes on this machine, for as long as a `with` block lasts.

    with PrivateCluster(nodes=2) as cluster:
        cluster.run(["sbatch", "job.sbatch"])

    python3 private_cluster.py COMMAND...      # runs COMMAND inside a cluster of two nodes

munged, slurmctld and one slurmd a node listen on free ports of 127.0.0.1; all their files
lie in one temporary folder. /etc/slurm, systemd and cgroups are not touched. Where the
kernel lets us, every node has a host name of its own, so that MPI sees several machines.
"""

import contextlib
import ctypes
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

START_TIMEOUT = 30.0
KILL_WAIT = 5
PROGRAMS = ("munged", "munge", "slurmctld", "slurmd", "sinfo", "sbatch", "srun", "scontrol", "mpirun")
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"

# Why the settings that are not obvious:
#   cred_expire    a requeued job waits this long before it starts again (default 120 s, at least 5)
#   TmpFS          mpi/pmix makes a folder there; nodes that share it collide
#   MinJobAge      `scontrol show job` knows finished jobs: there is no accounting
#   ...Timeout     15 s to notice a lost node; all else is patient with a busy machine
#   preempt_send_user_signal  a job that must make room gets its own --signal first, not TERM to its steps alone
#   PropagateResourceLimits  the limits of whoever runs the test are not the job's
SLURM_CONF = """\
ClusterName=trawl
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket,cred_expire=5
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
TmpFS={folder}/tmp/%n
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/slurmd-%n.log
SlurmctldPidFile={folder}/run/slurmctld.pid
SlurmdPidFile={folder}/run/slurmd-%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SwitchType=switch/none
MpiDefault=none
PropagateResourceLimits=NONE
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,bf_interval=5,sched_min_interval=100000
ReturnToService=2
SlurmdTimeout=15
BatchStartTimeout=120
MessageTimeout=30
KillWait={kill_wait}
JobRequeue=1
MinJobAge=3600
SlurmctldParameters=preempt_send_user_signal
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
"""
NODE_CONF = (
    "NodeName={name} NodeHostname={name} NodeAddr=127.0.0.1 Port={port} "
    "Sockets=1 CoresPerSocket=64 ThreadsPerCore=1 RealMemory=256000 TmpDisk=100000 State=UNKNOWN\n"
)
# A job in "high" makes those in "low" go back into the queue.
PARTITION_CONF = """\
PartitionName=DEFAULT Nodes=ALL MaxTime=INFINITE DefaultTime=00:10:00 State=UP
PartitionName=test Default=YES PriorityTier=5 PreemptMode=OFF
PartitionName=low PriorityTier=1 PreemptMode=REQUEUE GraceTime=10
PartitionName=high PriorityTier=9 PreemptMode=OFF
"""


def missing_programs():
    return [name for name in PROGRAMS if not shutil.which(name, path=PATH)]


def why_not():
    """Why there can be no cluster here; nothing: there can."""
    if absent := missing_programs():
        return f"missing programs: {' '.join(absent)} (tools/install-packages.sh test)"
    try:
        pwd.getpwuid(os.getuid())
    except KeyError:
        return f"user {os.getuid()} has no name, without which Slurm runs no job"
    return ""


def free_ports(count):
    """The first of `count` free ports in a row, below the kernel's ephemeral range."""
    for _ in range(100):
        first = random.randrange(20000, 30000)
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
    raise RuntimeError(f"no {count} free ports in a row between 20000 and 30000")


def naming_command():
    """What a command is started by that may name its host; None: this machine does not allow it, or has no /etc/hosts
    (a bare chroot), over which that of the nodes is mounted."""
    namespaces = ["-u", "-m"] if os.geteuid() == 0 else ["--map-current-user", "--keep-caps", "-u", "-m"]
    command = ["unshare", *namespaces, "sh", "-c", "hostname trawl1 && mount --bind /etc/hosts /etc/hosts"]
    return command[:-3] if subprocess.run(command, capture_output=True).returncode == 0 else None


def end_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def processes_in(uts_namespace):
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(path / "ns" / "uts") == uts_namespace and not is_zombie(path):
                yield int(path.name)


def signal_all(pids, number):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def is_zombie(path):
    return (path / "stat").read_text().rpartition(")")[2].split()[0] == "Z"


class PrivateCluster:
    def __init__(self, nodes=2):
        self.nodes = [f"trawl{i + 1}" for i in range(nodes)]
        self.daemons = {}

    def __enter__(self):
        # Unix sockets lie below it: their paths must stay under 108 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="trawl-slurm.", dir="/tmp"))
        self.naming = naming_command()
        self.named_hosts = self.naming is not None
        self.environment = self._environment()
        try:
            self._configure()
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._end_jobs()
        for daemon in reversed(self.daemons.values()):
            daemon.terminate()
        for daemon in reversed(self.daemons.values()):
            try:
                daemon.wait(5)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        for pid in self._leftovers():
            os.kill(pid, signal.SIGKILL)
        for name in self.nodes if self.named_hosts else []:
            # What Open MPI leaves of ranks that were killed.
            for path in Path("/dev/shm").glob(f"*.{name}.*"):
                path.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, command, check=True, environment=None, **options):
        options = {"capture_output": True, "text": True, "timeout": 60, **options}
        result = subprocess.run(command, env={**self.environment, **(environment or {})}, **options)
        if check and result.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: exit code {result.returncode}\n{result.stdout}{result.stderr}")
        return result

    def job(self, number):
        """What `scontrol show job` says: {"JobState": "RUNNING", "Restarts": "0", ...}"""
        text = self.run(["scontrol", "-o", "show", "job", str(number)]).stdout
        return dict(word.split("=", 1) for word in text.split() if "=" in word)

    def power_off(self, node):
        """Only where the nodes have host names of their own. Everything on it stops before anything is killed: no process
        may report the death of another."""
        daemon = self.daemons.pop(f"slurmd-{node}")
        name = os.readlink(f"/proc/{daemon.pid}/ns/uts")
        stopped = set()
        while new := set(processes_in(name)) - stopped:
            signal_all(new, signal.SIGSTOP)
            stopped |= new
        while left := list(processes_in(name)):
            signal_all(left, signal.SIGKILL)
            time.sleep(0.05)
        daemon.wait()

    def power_on(self, node):
        self._launch_node(node)

    def logs(self, lines=5):
        tails = []
        for path in sorted((self.folder / "log").glob("*")):
            tails.append(f"--- {path.name}")
            tails += path.read_text(errors="replace").splitlines()[-lines:]
        return "\n".join(tails)

    def _environment(self):
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SLURM_", "SBATCH_", "SRUN_", "SALLOC_"))}
        kept.update(
            PATH=PATH,
            SLURM_CONF=str(self.folder / "slurm.conf"),
            OMPI_ALLOW_RUN_AS_ROOT="1",
            OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
            # Several "nodes" share these cores: no rank may sit on one of them spinning.
            OMPI_MCA_mpi_yield_when_idle="1",
            OMPI_MCA_hwloc_base_binding_policy="none",
        )
        if not self.named_hosts:
            kept["OMPI_MCA_btl"] = "tcp,self"  # names in /dev/shm hold the host's: two nodes would share them
        return kept

    def _configure(self):
        for name in ("munge", "state", "log", "run", *(f"{d}/{n}" for n in self.nodes for d in ("spool", "tmp"))):
            (self.folder / name).mkdir(parents=True)
        self.folder.chmod(0o755)
        (self.folder / "munge").chmod(0o755)
        key = self.folder / "munge" / "key"
        key.touch(0o600)
        key.write_bytes(os.urandom(128))
        port = free_ports(1 + len(self.nodes))
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        host = os.uname().nodename.split(".")[0]
        conf = SLURM_CONF.format(host=host, port=port, user=user, folder=self.folder, kill_wait=KILL_WAIT)
        for i, name in enumerate(self.nodes, 1):
            conf += NODE_CONF.format(name=name, port=port + i)
        (self.folder / "slurm.conf").write_text(conf + PARTITION_CONF)
        # slurmd loads a cgroup plugin even where none is used; v1 wants nothing of /sys.
        (self.folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        hosts = Path("/etc/hosts").read_text() if self.named_hosts else ""
        hosts += "".join(f"127.0.0.1 {name}\n" for name in self.nodes)
        (self.folder / "hosts").write_text(hosts)

    def _start(self):
        munge = self.folder / "munge"
        self._launch(
            "munged",
            None,
            ["munged", "--foreground", "--force", "--num-threads=2", f"--key-file={munge}/key"]
            + [f"--socket={munge}/socket", f"--seed-file={munge}/seed"]
            + [f"--pid-file={self.folder}/run/munged.pid", f"--log-file={self.folder}/log/munged.log"],
        )
        self._wait("munged", lambda: self.run(["munge", "-n", "-S", f"{munge}/socket"], check=False).returncode == 0)
        conf = self.environment["SLURM_CONF"]
        self._launch("slurmctld", None, ["slurmctld", "-D", "-i", "-f", conf])
        for name in self.nodes:
            self._launch_node(name)
        self._wait("the nodes", self._all_idle)

    def _launch_node(self, name):
        self._launch(f"slurmd-{name}", name, ["slurmd", "-D", "-N", name, "-f", self.environment["SLURM_CONF"]])

    def _all_idle(self):
        idle = self.run(["sinfo", "-h", "-t", "idle", "-o", "%D"], check=False)
        return idle.stdout.strip() == str(len(self.nodes))

    def _launch(self, name, node, command):
        if node and self.named_hosts:
            script = 'hostname "$0" && mount --bind "$1" /etc/hosts && shift && exec "$@"'
            command = [*self.naming, "sh", "-c", script, node, str(self.folder / "hosts"), *command]
        with open(self.folder / "log" / f"{name}.out", "a") as log:
            self.daemons[name] = subprocess.Popen(
                command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )

    def _wait(self, what, ready):
        deadline = time.monotonic() + START_TIMEOUT
        while not ready():
            ended = [name for name, daemon in self.daemons.items() if daemon.poll() is not None]
            if ended or time.monotonic() > deadline:
                reason = f"{', '.join(ended)} ended" if ended else f"not ready after {START_TIMEOUT:.0f} s"
                raise RuntimeError(f"the private Slurm did not start: {what}: {reason}\n{self.logs()}")
            time.sleep(0.1)

    def _end_jobs(self):
        if "slurmctld" not in self.daemons:
            return
        for command in (["scancel", "--full", "--signal=KILL"], ["scancel"]):
            user = f"--user={os.getuid()}"
            try:
                self.run([*command, user], check=False, timeout=10)
            except subprocess.TimeoutExpired:
                return
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and self.run(["squeue", "-h"], check=False).stdout.strip():
            time.sleep(0.1)

    def _leftovers(self):
        """Processes of jobs that outlived their daemons: our SLURM_CONF is in their environment."""
        mark = f"SLURM_CONF={self.folder}/".encode()
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if any(word.startswith(mark) for word in (path / "environ").read_bytes().split(b"\0")):
                    yield int(path.name)
            except OSError:
                continue


if __name__ == "__main__":
    if reason := why_not():
        sys.exit(reason)
    with PrivateCluster() as private:
        sys.exit(private.run(sys.argv[1:], check=False, capture_output=False, timeout=None).returncode)
