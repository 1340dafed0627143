"""Several hosts on this machine, with a network between them and a shared folder, for as long as a `with` block lasts.

    with PrivateHosts() as hosts:
        hosts.run("h1", ["hostname"])

    python3 private_hosts.py HOST COMMAND...      # runs COMMAND on one of them, in the shared folder

Hosts h1 to h3 and a file server are namespaces: network, name, processes, mounts, and so /tmp and /dev/shm of their own,
with a real sshd. The shared folder is sshfs. All files lie in one folder, and all processes
are below one a host: when that ends, all of it does, the network too.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAMS = {"ip": "iproute2", "sshd": "openssh-server", "ssh": "openssh-client", "sshfs": "sshfs",
            "nsenter": "util-linux", "mpirun": "openmpi-bin"}
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
ADDRESSES = {"h1": "10.77.0.1", "h2": "10.77.0.2", "h3": "10.77.0.3", "fs": "10.77.0.9"}
SERVER = "fs"
HOSTS = [name for name in ADDRESSES if name != SERVER]
SHARED = "/mnt/shared"
START_TIMEOUT = 30.0

# HOME: bash reads ~/.bashrc for a command that sshd starts; what that of this machine does is not tested here, and may wait.
SSHD_CONFIG = """\
Port 22
HostKey {folder}/ssh/hostkey
AuthorizedKeysFile {folder}/ssh/key.pub
PermitRootLogin yes
StrictModes no
UsePAM no
PidFile none
MaxStartups 100
Subsystem sftp internal-sftp
SetEnv HOME={folder}/home OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
"""
SSH_CONFIG = """\
Host *
  IdentityFile {folder}/ssh/key
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
  User root
"""
UNSHARE = ["unshare", "--net", "--uts", "--mount", "--pid", "--ipc", "--fork", "--kill-child", "--mount-proc",
           "--propagation", "private"]
# The server sees the folder in /tmp of this machine, if it lies there; hosts have their own.
BOOT = """\
set -e
hostname "$1"
if [ -e /etc/hosts ]; then mount --bind "$2/hosts" /etc/hosts
else cp -a /etc "$2/etc-$1"; cp "$2/hosts" "$2/etc-$1/hosts"; mount --bind "$2/etc-$1" /etc; fi
mount -t tmpfs none /run; mkdir /run/sshd
if [ "$1" != {server} ]; then mount -t tmpfs none /tmp; mount -t tmpfs none /dev/shm; chmod 1777 /tmp /dev/shm; fi
mount -t tmpfs none /mnt; mkdir {shared}
ip link set lo up
exec "$3" -D -e -f "$2/ssh/sshd_config"
""".format(server=SERVER, shared=SHARED)


def why_not_here():
    """Why there can be no such hosts on this machine; empty: there can."""
    if os.geteuid() != 0:
        return "needs root"
    absent = sorted({package for name, package in PROGRAMS.items() if not shutil.which(name, path=PATH)})
    if absent:
        return f"missing: {' '.join(absent)}"
    if subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True).returncode != 0:
        return "this machine has no namespaces with mounts"
    try:
        os.close(os.open("/dev/fuse", os.O_RDWR))
    except OSError as error:
        return f"this machine has no FUSE: /dev/fuse: {error.strerror}"
    link = ["unshare", "--net", "sh", "-c", "ip link add bridge0 type bridge && ip link add one0 type veth peer name two0"]
    if subprocess.run(link, capture_output=True, env={**os.environ, "PATH": PATH}).returncode != 0:
        return "this machine has no virtual network devices"
    return ""


def end_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def arguments_of(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    return [""]


def is_blocked(path):
    return (path / "stat").read_text().rpartition(")")[2].split()[0] == "D"


class PrivateHosts:
    """`mount_options`: of sshfs."""

    def __init__(self, mount_options=()):
        self.mount_options = list(mount_options)
        self.processes, self.first, self.folder = {}, {}, None

    def __enter__(self):
        # Not in /tmp, which hosts have of their own.
        self.folder = Path(tempfile.mkdtemp(prefix="trawl-hosts.", dir="/var/tmp"))
        self.server_folder = self.folder / "shared"
        try:
            self._configure()
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in self.processes.values():
            process.kill()
        for pid in self.first.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self.processes.values():
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    # What a test does with them.

    def command(self, host, command, folder=SHARED):
        # --root: of a chroot, if this is one.
        enter = ["nsenter", "-t", str(self.first[host]), "-n", "-u", "-m", "-p", "-i", "--root", "--"]
        return [*enter, "sh", "-c", 'cd "$0" && exec "$@"', folder, *map(str, command)]

    def run(self, host, command, timeout=60.0, **options):
        options = {"capture_output": True, "text": True, "env": self.environment(), **options}
        return subprocess.run(self.command(host, command, "/"), timeout=timeout, **options)

    def environment(self, more=None):
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("OMPI_", "PMIX_", "SLURM_", "TMPDIR"))}
        return {
            **kept,
            "PATH": PATH,
            "HOME": str(self.folder / "home"),
            "OMPI_ALLOW_RUN_AS_ROOT": "1",
            "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
            "OMPI_MCA_plm_rsh_agent": f"ssh -F {self.folder}/ssh/config",
            "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
            **(more or {}),
        }

    def cut(self, host):
        """No packet, no reset: as if its cable were pulled."""
        self._in_switch("link", "set", f"to-{host}", "down")

    def join(self, host):
        self._in_switch("link", "set", f"to-{host}", "up")

    def pids(self, host, program=None, blocked=True):
        """Of all processes of the host, or of those of one program. `blocked`: also those that no signal reaches."""
        space, found = os.readlink(f"/proc/{self.first[host]}/ns/pid"), []
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                is_there = os.readlink(path / "ns" / "pid") == space
                if is_there and program in (None, Path(arguments_of(path.name)[0]).name) and (blocked or not is_blocked(path)):
                    found.append(int(path.name))
        return found

    def signal(self, host, number, program=None):
        """To all processes of the host but its first, or to those of one program. How many there were."""
        pids = [pid for pid in self.pids(host, program) if pid != self.first[host]]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        return len(pids)

    def hang_files(self, host):
        """Whoever uses the shared folder there from now on waits."""
        assert self.signal(host, signal.SIGSTOP, "sshfs") == 1, f"no sshfs on {host}"

    def release_files(self, host):
        self.signal(host, signal.SIGCONT, "sshfs")

    def drop_files_connection(self, host):
        """The client's connection to the server ends."""
        pids = [pid for pid in self.pids(host, "ssh") if arguments_of(pid)[-1] == "sftp"]
        assert len(pids) == 1, f"{len(pids)} connections of {host}"
        os.kill(pids[0], signal.SIGKILL)

    def mount(self, host):
        ssh = f"ssh_command=ssh -F {self.folder}/ssh/config"
        source = f"{SERVER}:{self.server_folder}"
        done = self.run(host, ["sshfs", "-o", ssh, *self.mount_options, source, SHARED])
        if done.returncode != 0:
            raise RuntimeError(f"{host} cannot mount the shared folder: {done.stderr.strip()}")

    def mount_again(self, host):
        """Whatever has become of the mount."""
        self.signal(host, signal.SIGKILL, "sshfs")  # whoever waits for it gets an error
        self.run(host, ["umount", "-l", SHARED])
        self.mount(host)

    def logs(self, lines=5):
        tails = []
        for path in sorted((self.folder / "log").glob("*")):
            tails.append(f"--- {path.name}")
            tails += path.read_text(errors="replace").splitlines()[-lines:]
        return "\n".join(tails)

    def what_happens(self):
        """The processes, neighbours and connections of every host, for whoever must find out why one stands still."""
        parts = []
        for host in ADDRESSES:
            for command in (["ps", "-eo", "pid,ppid,stat,wchan:20,args"], ["ip", "neigh"], ["ss", "-tn"]):
                done = self.run(host, command)
                parts.append(f"--- {host}: {' '.join(command)}\n{done.stdout}{done.stderr}")
        return "".join(parts)

    # How they come to be.

    def _configure(self):
        for name in ("ssh", "log", "home", "shared"):
            (self.folder / name).mkdir()
        for name in ("key", "hostkey"):
            keygen = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / "ssh" / name)]
            subprocess.run(keygen, check=True, stdin=subprocess.DEVNULL)
        (self.folder / "ssh" / "config").write_text(SSH_CONFIG.format(folder=self.folder))
        (self.folder / "ssh" / "sshd_config").write_text(SSHD_CONFIG.format(folder=self.folder))
        lines = ["127.0.0.1 localhost"] + [f"{address} {name}" for name, address in ADDRESSES.items()]
        (self.folder / "hosts").write_text("\n".join(lines) + "\n")

    def _start(self):
        self._launch("switch", ["unshare", "--net", "sleep", "infinity"])
        self.first["switch"] = self.processes["switch"].pid
        self._wait("the switch", lambda: os.readlink(f"/proc/{self.first['switch']}/ns/net") != os.readlink("/proc/self/ns/net"))
        self._in_switch("link", "add", "bridge", "type", "bridge")
        self._in_switch("link", "set", "bridge", "up")
        sshd = shutil.which("sshd", path=PATH)
        for name in ADDRESSES:
            self._launch(name, [*UNSHARE, "sh", "-c", BOOT, "sh", name, str(self.folder), sshd])
        for name in ADDRESSES:
            self._wait(name, lambda: self._has_booted(name))
            self._plug_in(name)
        for name in HOSTS:
            self.mount(name)

    def _launch(self, name, command):
        with open(self.folder / "log" / name, "a") as log:
            self.processes[name] = subprocess.Popen(
                command, env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=end_with_parent)

    def _has_booted(self, name):
        parent = self.processes[name].pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if len(children) != 1 or not arguments_of(children[0])[0].startswith("sshd: "):
            return False
        self.first[name] = int(children[0])
        return True

    def _plug_in(self, name):
        pid = str(self.first[name])
        self._in_switch("link", "add", f"to-{name}", "type", "veth", "peer", "name", "eth0", "netns", pid)
        self._in_switch("link", "set", f"to-{name}", "master", "bridge", "up")
        for arguments in (("addr", "add", f"{ADDRESSES[name]}/24", "dev", "eth0"), ("link", "set", "eth0", "up")):
            subprocess.run(["nsenter", "-t", pid, "-n", "ip", *arguments], check=True, env=self.environment())

    def _in_switch(self, *arguments):
        enter = ["nsenter", "-t", str(self.first["switch"]), "-n", "ip", *arguments]
        subprocess.run(enter, check=True, env=self.environment())

    def _wait(self, what, ready):
        deadline = time.monotonic() + START_TIMEOUT
        while not ready():
            ended = [name for name, process in self.processes.items() if process.poll() is not None]
            if ended or time.monotonic() > deadline:
                reason = f"{', '.join(ended)} ended" if ended else f"not ready after {START_TIMEOUT:.0f} s"
                raise RuntimeError(f"the private hosts did not start: {what}: {reason}\n{self.logs()}")
            time.sleep(0.02)


if __name__ == "__main__":
    if reason := why_not_here():
        sys.exit(reason)
    with PrivateHosts() as private:
        command = private.command(sys.argv[1], sys.argv[2:])
        sys.exit(subprocess.run(command, env=private.environment()).returncode)
