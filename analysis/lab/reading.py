"""From results files to the lab: which file is which, and whose trials are whose."""

from pathlib import Path

import yaml

from ..schema import ResultsError, read_all
from .models import JOB_FILES, PARTS
from .trainings import Lab, Model, Part, Search, Training


def read_lab(paths):
    """The lab of results files in any order: one or both parts, and the random search's if there is one.
    Raises ResultsError with what is expected."""
    parts, search = {}, None
    for path in map(Path, paths):
        trials, epochs, study = read_all(path)
        name = part_of(path, trials)
        taken = search if name is None else parts.get(name)
        if taken:
            kind = "are random searches" if name is None else f"hold the models of {JOB_FILES[name]}"
            raise ResultsError(f"{taken.path} and {path} both {kind}: give one of them")
        if name is None:
            search = Search(path, study, trials)
        else:
            parts[name] = read_part(path, name, trials, epochs, study)
    if not parts:
        raise ResultsError(f"{search.path}: a random search, but no results of {' or '.join(JOB_FILES.values())}")
    return Lab({name: parts.get(name) or Part(name, {m: Model(m) for m in PARTS[name]}) for name in PARTS}, search)


def part_of(path, trials):
    """Which part the file's names make it; None: a search without names."""
    if "name" not in trials:
        if trials.attrs["parameters"]:
            return None
        names = set()
    else:
        names = set(trials.name.dropna())
    known = {part: len(names & set(models)) for part, models in PARTS.items()}
    best = max(known, key=known.get)
    if not known[best] or len(set(known.values())) == 1:
        expected = "; ".join(f"{JOB_FILES[part]}: {', '.join(models)}" for part, models in PARTS.items())
        found = ", ".join(sorted(names)) or "no names"
        raise ResultsError(f"{path}: not of the lab: its trials are named {found}. Expected are the models of {expected}")
    return best


def read_part(path, part, trials, epochs, study):
    curves = {number: rows.reset_index(drop=True) for number, rows in epochs.groupby("trial")}
    found = {}
    for point, rows in trials.groupby("point", sort=True):
        name = name_of(point, rows, study.job)
        found[name] = read_model(name, rows, curves, epochs.iloc[:0], study.job)
    models = {name: found.get(name) or Model(name) for name in PARTS[part]}
    others = tuple(name for name in found if name not in models)
    return Part(part, models, path, study, trials.attrs, others)


def name_of(point, rows, job):
    """A trial that has not been started yet has no parameters in the file, but its point has in the job."""
    named = rows.name.dropna()
    if len(named):
        return named.iloc[0]
    listed = job.get("search", {}).get("trials") or []
    return listed[point].get("name") if point < len(listed) else None


def read_model(name, rows, curves, no_epochs, job):
    started = rows[rows.attempt > 0]
    named = [key for key in rows.attrs["parameters"] if key != "name"]
    fixed = job.get("training", {}) | job.get("model", {})
    parameters = fixed | ({key: started.iloc[0][key] for key in named} if len(started) else {})
    restores = restores_weights(parameters.get("early_stopping"))
    epochs = int(parameters.get("epochs") or 0)
    trainings = tuple(
        read_training(trial, curves.get(trial.number, no_epochs), epochs, restores) for trial in rows.itertuples(index=False)
    )
    return Model(name, parameters, trainings, epochs)


def read_training(trial, curve, epochs, restores):
    complete = trial.state == "complete"
    return Training(
        number=int(trial.number),
        repeat=int(trial.repeat),
        state=trial.state,
        error=trial.error,
        curve=curve,
        final=int(trial.best_epoch) if restores and complete else len(curve) - 1,
        stopped_early=complete and len(curve) < epochs,
        restored=restores and complete,
    )


def restores_weights(early_stopping):
    """Whether the network of the best epoch is what the training ends with."""
    stopping = yaml.safe_load(early_stopping) if isinstance(early_stopping, str) else early_stopping
    return isinstance(stopping, dict) and stopping.get("restore_best_weights", True)
