"""Made-up results files of the lab's two jobs, with curves that are known."""

from dataclasses import dataclass, replace

import numpy as np
from results_file import write_file

from analysis.lab import models as names

ROWS, VALIDATION_ROWS = 48_000, 12_000
STOPPING = "{patience: 3, min_delta: 0.0, restore_best_weights: true}"
JOB = """\
study: lab-{part}
data: {{source: idx, directory: data/mnist, validation_fraction: 0.2, scaling: unit}}
model: {{hidden: [128, 64], activation: relu}}
training: {{epochs: {epochs}, optimizer: sgd, learning_rate: 0.01, momentum: 0.9, early_stopping: false}}
search:
  sampler: list
  repeats: {repeats}
  trials:
{trials}
"""


@dataclass(frozen=True)
class Made:
    """A model's curves: losses fall from `first` (validation: half of it) towards the last values, by a factor e every
    `reach` epochs; repeats differ by `spread` of everything; losses swing by the share `to_and_fro` of theirs."""

    seconds: float = 1.0  # an epoch
    batch_size: str = "32"
    first: float = 0.7
    train_loss: float = 0.02
    val_loss: float = 0.09
    rise: float = 0.0  # of the validation loss, from its lowest to the last epoch
    train_accuracy: float = 0.99
    val_accuracy: float = 0.975
    reach: float = 4.0
    to_and_fro: float = 0.0
    late: float = 0.0  # to_and_fro of the last fifth
    spread: float = 0.001
    stops_at: int = None  # epochs
    restores: int = None  # epoch, 0-based
    schedule: str = "constant"
    state: str = "complete"
    error: str = ""


SLOWER = Made(1.1, first=0.9, reach=5.0, train_loss=0.08, train_accuracy=0.975)

# As the founding document says: every claim holds but C13's highest loss or C15's, which exclude each other.
DOCUMENT = {
    names.OPTIMIZERS: {
        names.BATCH: Made(
            0.4, "all", first=2.33, train_loss=2.0, val_loss=2.0, train_accuracy=0.38, val_accuracy=0.39, reach=40.0
        ),
        names.STOCHASTIC: Made(15.0, "1", val_loss=0.3, train_loss=0.03, val_accuracy=0.965),
        names.MINI_BATCH_32: Made(reach=6.0),
        names.DECAY: Made(1.1, val_loss=0.12, train_loss=0.08, schedule="{inverse_time: {decay: 0.0001}}"),
        names.MOMENTUM: Made(1.2, first=0.3, train_loss=0.002, reach=2.0, schedule="{inverse_time: {decay: 0.0001}}"),
        names.ADAM: Made(2.9, first=0.26, train_loss=0.005, val_loss=0.05, rise=0.02, val_accuracy=0.985, reach=2.0, late=0.2),
        names.RMSPROP: Made(3.1, first=0.26, train_loss=0.003, val_loss=0.1, rise=0.1, reach=2.0, late=0.2),
    },
    names.REGULARIZATION: {
        names.MINI_BATCH: Made(),
        names.L2: replace(SLOWER, first=3.3, train_loss=0.74, val_loss=0.72, train_accuracy=0.972, reach=12.0),
        names.DROPOUT_2: replace(SLOWER, val_loss=0.077),
        names.DROPOUT_3: replace(SLOWER, val_loss=0.081),
        names.DROPOUT_5: replace(SLOWER, train_loss=0.1, val_loss=0.1, val_accuracy=0.971),
        names.ADAM: Made(1.3, first=0.26, train_loss=0.006, reach=2.0),
        names.RMSPROP: Made(1.35, first=0.26, train_loss=0.004, reach=2.0),
        names.EARLY_STOPPING: Made(stops_at=28, restores=24),
        names.BATCH_NORMALIZATION: Made(
            1.25, train_loss=0.001, val_loss=1.2, val_accuracy=0.955, train_accuracy=0.9995, to_and_fro=0.25
        ),
        names.SEARCH_BEST: Made(2.0, "16", train_loss=0.01, val_loss=0.08, val_accuracy=0.981),
    },
}  # fmt: skip


def write_lab(path, part, change=None, drop=(), extra=None, repeats=3, epochs=50, rows=ROWS, **attributes):
    """A file of the part's models: DOCUMENT's without those of `drop`, with `change`, such as
    {"Adam": {"val_loss": 0.5}}, and with the `extra` ones."""
    models = {name: made for name, made in DOCUMENT[part].items() if name not in drop} | (extra or {})
    models |= {name: replace(models[name], **fields) for name, fields in (change or {}).items()}
    trials = [(name, made, repeat) for name, made in models.items() for repeat in range(repeats)]
    table = [
        {"trial": number, "epoch": epoch, **row}
        for number, (_, made, repeat) in enumerate(trials)
        for epoch, row in enumerate(curve(made, repeat, epochs, rows))
    ]
    parameters = {
        "name": [name for name, _, _ in trials],
        "batch_size": [made.batch_size for _, made, _ in trials],
        "learning_rate_schedule": [made.schedule for _, made, _ in trials],
        "early_stopping": ["off" if made.restores is None else STOPPING for _, made, _ in trials],
    }
    for values in parameters.values():
        values[:] = [None if made.state == "waiting" else value for value, (_, made, _) in zip(values, trials)]
    listed = "".join(f"    - {{name: '{name}', batch_size: {made.batch_size}}}\n" for name, made in models.items())
    job = JOB.format(part=part, epochs=epochs, repeats=repeats, trials=listed)
    states = {number: made.state for number, (_, made, _) in enumerate(trials)}
    best_epochs = {n: min(made.restores, epochs - 1) for n, (_, made, _) in enumerate(trials) if made.restores is not None}
    attributes = {"study": f"lab-{part}", "data": (rows, VALIDATION_ROWS), **attributes}
    return write_file(path, states, table, parameters, repeats, job, best_epochs=best_epochs, **attributes)


def curve(made, repeat, epochs, rows):
    """The epochs' rows; a running trial is half way, a failed one ends with NaN in its second epoch."""
    if made.state == "waiting":
        return
    n = {"running": epochs // 2, "failed": 2}.get(made.state, min(made.stops_at or epochs, epochs))
    epoch = np.arange(n)
    fall = np.exp(-epoch / made.reach)
    swing = np.where(epoch >= 0.8 * n, made.late or made.to_and_fro, made.to_and_fro) * (-1.0) ** epoch
    shift = 1 + made.spread * (repeat - 1)
    train = falling(made.first, made.train_loss, fall) * (1 + swing) * shift
    val = (falling(made.first / 2, made.val_loss, fall) + made.rise * epoch / max(n - 1, 1)) * (1 + swing) * shift
    val[-1] = np.nan if made.state == "failed" else val[-1]
    learnt = (1 - 0.3 * fall) * (1 - 0.1 * made.spread * repeat)
    right = np.round(made.train_accuracy * learnt * rows)
    val_right = np.round(made.val_accuracy * learnt * (1 - 0.01 * (swing > 0)) * VALIDATION_ROWS)
    updates = (epoch + 1) * (1 if made.batch_size == "all" else -(-rows // int(made.batch_size)))
    rate = 0.01 / (1 + (1e-4 if made.schedule != "constant" else 0.0) * (updates - 1))
    for i in epoch:
        losses = {"train_loss": train[i], "train_cross_entropy": train[i], "val_loss": val[i], "val_cross_entropy": val[i]}
        accuracies = {"train_accuracy": right[i] / rows, "val_accuracy": val_right[i] / VALIDATION_ROWS}
        yield losses | accuracies | {"learning_rate": rate[i], "seconds": made.seconds * shift}


def falling(first, last, fall):
    return last + max(first - last, 0.0) * fall
