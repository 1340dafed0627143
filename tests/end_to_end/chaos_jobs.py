"""Small random jobs for chaos.py: their files, and what the rest has to know of them."""

import gzip
import json
import struct
from dataclasses import dataclass

# Samples that a core trains in a second, roughly: a job shall take about as long as was asked for.
SPEED = {"synthetic-digits": 250_000, "csv": 800_000, "idx": 600_000}
HEARTBEAT_TIMEOUT = 3
TRIAL_TIMEOUT = 5
MAX_ATTEMPTS = 1000  # no fault of ours may fail a trial
DIVERGES = 1.0e20  # as a learning rate


@dataclass
class Job:
    text: str
    isolation: str
    n_points: int
    repeats: int
    prunes: bool
    said: str

    @property
    def n_trials(self):
        return self.n_points * self.repeats

    def trials_in_shard(self, shard):
        """The numbers of a shard's trials; shard: (index, of how many)."""
        index, count = shard
        return {p * self.repeats + r for p in range(index, self.n_points, count) for r in range(self.repeats)}


def write_csv(draw, path, rows):
    lines = ["a,b,c,d,e,f,g,h,label"]
    for _ in range(rows):
        label = draw.randrange(3)
        lines.append(",".join(f"{draw.gauss(label * (i % 3), 1.0):.4f}" for i in range(8)) + f",{label}")
    path.write_text("\n".join(lines) + "\n")


def write_idx(draw, folder, name, rows):
    labels = [draw.randrange(4) for _ in range(rows)]
    pixels = bytes(min(255, max(0, int(draw.gauss(60 * label * (i % 4 == label), 40)))) for label in labels for i in range(64))
    zipped = draw.random() < 0.5
    paths = {}
    for kind, head, body in (
        ("images", struct.pack(">IIII", 0x803, rows, 8, 8), pixels),
        ("labels", struct.pack(">II", 0x801, rows), bytes(labels)),
    ):
        paths[kind] = f"{name}-{kind}" + (".gz" if zipped else "")
        content = head + body
        (folder / paths[kind]).write_bytes(gzip.compress(content) if zipped else content)
    return paths


def random_data(draw, folder):
    """(section, training rows that are trained on)."""
    source = draw.choices(("synthetic-digits", "csv", "idx"), (6, 2, 2))[0]
    rows = draw.choice((150, 300, 600))
    section = {"source": source, "validation_fraction": 0.2, "split": draw.choice(("last", "shuffled"))}
    if source == "synthetic-digits":
        section.update(train_rows=rows, test_rows=draw.choice((0, 60)))
    elif source == "csv":
        write_csv(draw, folder / "train.csv", rows)
        section.update(train="train.csv", scaling="standard")
    else:
        section.update(train=write_idx(draw, folder, "train", rows), test=write_idx(draw, folder, "test", 50))
    return section, int(rows * 0.8)


def random_training(draw):
    training = {"optimizer": draw.choice(("sgd", "momentum", "nesterov", "rmsprop", "adam"))}
    if draw.random() < 0.3:
        training["dropout"] = 0.2
    if draw.random() < 0.3:
        training["learning_rate_schedule"] = draw.choice(({"inverse_time": {"decay": 0.001}}, {"cosine": {"floor": 0.1}}))
    if draw.random() < 0.35:
        training["early_stopping"] = {"patience": draw.choice((5, 20)), "restore_best_weights": draw.random() < 0.5}
    return training


def random_points(draw, diverges):
    """(search section without seed and repeats, number of points)."""
    sampler = draw.choice(("random", "grid", "list", "sobol", "lhs"))
    if sampler in ("random", "sobol", "lhs"):
        n = draw.choice((2, 4, 8, 14, 40))
        space = {"learning_rate": {"low": 0.001, "high": 0.1, "log": True}, "batch_size": {"choices": [8, 16, 32]}}
        if draw.random() < 0.5:
            space["rho"] = {"low": 0.5, "high": 0.9}
        return {"sampler": sampler, "n_trials": n, "space": space}, n
    if sampler == "grid":
        rates = [0.001, 0.01, DIVERGES if diverges else 0.03]
        space = {"learning_rate": {"choices": rates}, "batch_size": {"choices": [16, 32, 64][: draw.choice((1, 2, 3))]}}
        if draw.random() < 0.5:
            space["l2"] = {"choices": [0.0, 0.001]}
        return {"sampler": "grid", "space": space}, len(rates) * len(space["batch_size"]["choices"]) * (2 if "l2" in space else 1)
    optimizers = draw.sample(("sgd", "momentum", "nesterov", "rmsprop", "adam"), draw.choice((2, 4, 5)))
    trials = [{"name": f"trial {name}", "optimizer": name, "learning_rate": 0.005} for name in optimizers]
    if diverges:
        trials[-1] = {"name": "diverges", "optimizer": "sgd", "learning_rate": DIVERGES}
    return {"sampler": "list", "trials": trials}, len(trials)


def random_pruner(draw, epochs):
    """A section of the job. The first rung comes early: a trial is paused, and another one goes on."""
    kind = draw.choice(("successive_halving", "successive_halving", "hyperband"))
    factor = draw.choice((2, 3))
    return {kind: {"reduction_factor": factor, "min_resource": max(1, epochs // draw.choice((4, 9, 27)))}}


def random_job(draw, folder, seconds):
    """Writes the data where it needs files. seconds: about what all its trials take on one core."""
    data, rows = random_data(draw, folder)
    training = random_training(draw)
    search, n_points = random_points(draw, diverges=draw.random() < 0.15)
    repeats = draw.choice((1, 1, 2, 3))
    search.update(seed=draw.randrange(1000), repeats=repeats)
    training["epochs"] = max(2, min(2000, int(seconds * SPEED[data["source"]] / (rows * n_points * repeats))))
    prunes = n_points >= 4 and draw.random() < 0.4
    if prunes:
        training["epochs"] = max(6, 3 * training["epochs"])  # few are trained so far
    model = {"hidden": draw.choice(([16], [32], [24, 12])), "activation": draw.choice(("relu", "tanh"))}
    if draw.random() < 0.3:
        model["batch_normalization"] = ["hidden_0"]
    isolation = "none" if draw.random() < 0.25 else "process"
    cluster = {
        "isolation": isolation,
        "max_attempts": MAX_ATTEMPTS,
        "heartbeat_timeout": HEARTBEAT_TIMEOUT,
        "trial_timeout": TRIAL_TIMEOUT,
        "checkpoint_every": draw.choice((0, 0.02, 0.1, 0.4)),
    }
    objective = {"metric": draw.choice(("val_accuracy", "val_cross_entropy")), "at": draw.choice(("last", "best"))}
    sections = {"study": "chaos", "data": data, "model": model, "training": training, "search": search, "objective": objective, "cluster": cluster}
    if prunes:
        sections["pruner"] = random_pruner(draw, training["epochs"])
    text = "".join(f"{key}: {json.dumps(value)}\n" for key, value in sections.items())
    said = f"{search['sampler']} {data['source']} {n_points}x{repeats}x{training['epochs']}{'' if isolation == 'process' else ' inline'}"
    said += f" {next(iter(sections['pruner']))}" if prunes else ""
    return Job(text, isolation, n_points, repeats, prunes, said)
