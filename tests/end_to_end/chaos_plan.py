"""What happens to a study of chaos.py, drawn before it starts: launchers, ranks, and the faults of each try."""

import random
from dataclasses import dataclass, field

from chaos_faults import BETWEEN_RUNS, FAULTS, TEST_FAULTS, TIME_LIMIT, Fault


@dataclass
class Try:
    faults: list = field(default_factory=list)  # in the order in which they are due
    afterwards: list = field(default_factory=list)
    in_command: list = field(default_factory=list)
    options: list = field(default_factory=list)
    environment: dict = field(default_factory=dict)


@dataclass
class Part:
    """One results file: the whole study's, or a shard's."""

    launcher: str
    ranks: int
    shard: tuple
    small_disk: bool
    tries: list


@dataclass
class Plan:
    parts: list
    shards: bool


ANY_PHASE = ("start", "preparing data", "training", "training", "training", "publishing", "finishing")
WHILE_TRAINING = ("training", "publishing")
RUNNING = [kind for kind in FAULTS if kind != "a full disk" and not kind.startswith("the journal's tail")]


def is_possible(kind, launcher, ranks, isolation):
    if "trawl-mpirun" in kind:
        return launcher == "trawl-mpirun"
    if kind.endswith("mpirun"):
        return launcher != "alone"
    if kind.endswith("worker"):
        return ranks > 1
    if kind.endswith("trial") or kind.endswith("launcher"):
        return isolation == "process"
    return True


def phases(kind, launcher):
    # Before the master is at work ranks wait for each other, and only trawl-mpirun watches them.
    if kind == "a stopped worker" and launcher == "mpirun":
        return ("training",)
    if kind.startswith("the file") or "checkpoint" in kind or kind.startswith("a second") or kind == "a full disk":
        return WHILE_TRAINING
    if kind.endswith("trial"):
        return ("training",)
    return ANY_PHASE


def random_fault(draw, kind, launcher):
    return Fault(kind, draw.choice(phases(kind, launcher)), draw.random() * 0.9, random.Random(draw.random()))


def in_command(kind):
    """When it strikes cannot be seen from outside, nor how long the study pauses."""
    return Fault(kind, "command", 0.0, None, landed_in="command", seconds=0.0)


def test_faults(draw, job):
    kinds = ("segfault", "abort", "throw", "exit") + (("hang",) if job.isolation == "process" else ())
    trials = draw.sample(range(job.n_trials), min(2, job.n_trials))
    return ",".join(f"{draw.choice(kinds)}:{trial}@1" for trial in trials)


def random_try(draw, job, part):
    attempt = Try()
    kinds = [kind for kind in RUNNING if is_possible(kind, part.launcher, part.ranks, job.isolation)]
    for _ in range(draw.choice((1, 1, 2))):
        attempt.faults.append(random_fault(draw, draw.choice(kinds), part.launcher))
    if part.small_disk:
        attempt.faults.insert(draw.randrange(2), random_fault(draw, "a full disk", part.launcher))
    attempt.faults.sort(key=lambda fault: (ANY_PHASE.index(fault.phase) if fault.phase != "publishing" else 2, fault.fraction))
    if draw.random() < 0.1:
        attempt.options = ["--time-limit", f"{draw.uniform(0.5, 4.0):.1f}"]
        attempt.in_command.append(in_command(TIME_LIMIT))
    if draw.random() < 0.12:
        attempt.environment = {TEST_FAULTS: test_faults(draw, job)}
        attempt.in_command.append(in_command(TEST_FAULTS))
    for _ in range(draw.choice((0, 0, 1, 2))):
        attempt.afterwards.append(Fault(draw.choice(BETWEEN_RUNS), "between runs", 0.0, random.Random(draw.random())))
    return attempt


def random_part(draw, job, shard, may_mount):
    launcher = draw.choices(("alone", "mpirun", "trawl-mpirun"), (3, 3, 5))[0]
    ranks = 1 if launcher == "alone" else draw.choice((1, 2, 3, 4, 5))
    part = Part(launcher, ranks, shard, may_mount and draw.random() < 0.12, [])
    n_tries = draw.choice((1, 1, 2, 3)) if shard is None else draw.choice((0, 1, 1))
    part.tries = [random_try(draw, job, part) for _ in range(n_tries)]
    return part


def random_plan(draw, job, may_mount):
    n_shards = draw.choice((2, 3)) if draw.random() < 0.12 and job.n_points >= 4 and not job.prunes else 0
    if not n_shards:
        return Plan([random_part(draw, job, None, may_mount)], False)
    return Plan([random_part(draw, job, (i, n_shards), may_mount) for i in range(n_shards)], True)
