"""Results files of Trawl as tables and figures.

    import analysis
    trials, epochs = analysis.load("results/quickstart.h5")
    trials.sort_values("objective").head()
    epochs[epochs.trial == 3].plot(x="epoch", y=["train_loss", "val_loss"])

    optuna.visualization.plot_contour(analysis.to_optuna("results/quickstart.h5"))

    analysis.best_network("results/quickstart.h5").predict(images)

    python3 -m analysis curves results/quickstart.h5
    python3 -m analysis optuna results/quickstart.h5 --storage sqlite:///studies.db
"""

from .paths import expanded_path
from .results_error import ResultsError

__all__ = ["ResultsError", "best_network", "legs", "load", "to_optuna"]


def best_network(path):
    """The best trial's network, see network.BestNetwork: its layers as NumPy arrays, and predict(). Raises ResultsError."""
    from . import network  # h5py and pandas load when they are needed: without them `python3 -m analysis` can still say so

    return network.BestNetwork(expanded_path(path))


def to_optuna(path):
    """The results file as an Optuna study in memory, see optuna_study.to_optuna; needs Optuna."""
    from . import optuna_study  # takes seconds to load

    return optuna_study.to_optuna(expanded_path(path))


def legs(path):
    """One row a leg that has ended, a DataFrame sorted by trial: trial, from and until (epochs that were trained before and
    after it), parent (the trial whose weights it began with; -1: its own), value (the objective's metric then) and state:
    `paused`, or as the trial ended. Without a pruner a trial has one leg; a file of version 1 has none. Raises ResultsError.
    """
    from .schema import read_legs

    return read_legs(expanded_path(path))


def load(path):
    """The trials and the epochs of a results file, two tidy DataFrames.

    trials: one row a trial, in the order of their numbers; number, point, repeat, state,
    attempt, rank, host, n_epochs, best_epoch (0-based; -1: none), seed, objective (NaN
    unless complete), started_at and finished_at (UTC), seconds, error, and one column a
    searched parameter under its name in the job file; where its conditions do not hold it is inactive: NaN, NA (whole
    numbers and booleans) or None (choices). trials.attrs holds study, run_id,
    objective_metric, objective_direction, objective_at, repeats, complete, published_at, and
    `parameters`: the names searched, in the job file's order, and `best_trial`: the number of the
    best trial (with repeats the best point's first), None while there is none, and shard and n_shards: 0 and 1,
    or, of a shard's file, which points it is to hold: those p with p % n_shards == shard. The others stay waiting.

    epochs: one row an epoch; trial, epoch (0-based), the metrics of the program in its order, seconds. The perceptron's
    metrics are train_loss, train_cross_entropy, train_accuracy, val_loss, val_cross_entropy, val_accuracy, learning_rate.
    epochs.attrs["metrics"] tells of each its name, units, description and direction ("minimize", "maximize", "").

    Reads the file while the search runs, too. Raises ResultsError with what to do.
    """
    from .schema import read

    return read(expanded_path(path))
