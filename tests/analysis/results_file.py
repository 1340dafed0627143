"""Writes results files of schema 2 with h5py, as `trawl run` would."""

import json

import h5py
import numpy as np

STATES = {"waiting": 0, "running": 1, "complete": 2, "pruned": 3, "failed": 4, "paused": 5}
DIRECTIONS = {"val_loss": "minimize", "val_cross_entropy": "minimize", "val_accuracy": "maximize"}
CURVES = "train_loss train_cross_entropy train_accuracy val_loss val_cross_entropy val_accuracy learning_rate seconds".split()


def write_results(path, n_trials=6, n_epochs=5, states=None, seed=0, repeats=1, best=None, **attributes):
    """Trial i is complete unless states = {i: "failed"} says otherwise; a failed trial's last
    epoch is NaN, a waiting one has none. Larger learning rates learn faster here. `best`: the
    best trial's number; None: that of the best objective."""
    draw = np.random.default_rng(seed)
    states = {i: (states or {}).get(i, "complete") for i in range(n_trials)}
    rates = 10 ** draw.uniform(-3, -0.5, n_trials)
    batches = [("16", "32", "all")[i] for i in draw.integers(0, 3, n_trials)]
    rows = [row for i in range(n_trials) for row in curve(i, states[i], n_epochs, rates[i], draw)]
    parameters = {"learning_rate": rates, "batch_size": batches}
    return write_file(path, states, rows, parameters, repeats, best=best, **attributes)


def write_halved(path, last_rungs, n_epochs=9, complete=True, pruner="successive_halving"):
    """A search with a pruner: last_rungs: of each trial the epoch at which it was stopped; n_epochs: never. The rungs are all
    those epochs. Of a search that is not complete these trials are paused."""
    stopped = "pruned" if complete else "paused"
    states = {i: "complete" if last == n_epochs else stopped for i, last in enumerate(last_rungs)}
    draw, rates = np.random.default_rng(1), np.geomspace(0.03, 0.001, len(last_rungs))
    rows = [row for i, last in enumerate(last_rungs) for row in curve(i, states[i], n_epochs, rates[i], draw) if row["epoch"] < last]
    values = {(row["trial"], row["epoch"] + 1): row["val_accuracy"] for row in rows}
    rungs, legs = sorted(set(last_rungs)), []
    for i, last in enumerate(last_rungs):
        ends = [rung for rung in rungs if rung <= last]
        for begin, end in zip([0, *ends], ends):
            legs.append((i, begin, end, values[i, end], "complete" if end == n_epochs else "paused"))
    job = f"study: fixture\ntraining: {{epochs: {n_epochs}}}\nsearch: {{sampler: random}}\npruner: {{{pruner}: {{min_resource: 1, reduction_factor: 3}}}}\n"
    write_file(path, states, rows, {"learning_rate": rates}, job=job, complete=complete)
    with h5py.File(path, "a") as file:
        write_legs(file.create_group("legs"), legs)
    return path


def write_legs(group, legs):
    """legs: (trial, from, until, value, state)."""
    columns = list(zip(*legs))
    for name, values in zip(("trial", "from", "until", "value"), columns):
        group[name] = np.array(values)
    group["parent"] = np.full(len(legs), -1)
    group.create_dataset("state", data=[STATES[state] for state in columns[4]], dtype=h5py.enum_dtype(STATES, "i1"))


def write_file(path, states, rows, parameters, repeats=1, job="study: fixture", best=None, best_epochs=None, data=None, **attributes):
    """states: trial -> its state; rows: dicts of the epochs; parameters: name -> a value a trial, texts as choices
    (None: not started yet); best_epochs: {trial: epoch} where it is not the last one; data: training and
    validation rows."""
    last = {row["trial"]: row for row in rows}
    with h5py.File(path, "w") as file:
        file.attrs.update(
            {"format": "trawl-results", "format_version": 2, "study": "fixture", "run_id": "0123"}
            | {"objective_metric": "val_accuracy", "objective_direction": "maximize", "objective_at": "last"}
            | {"repeats": repeats, "complete": True, "published_at": 1.7e9, **attributes}
        )
        kinds = [{"name": name, "kind": "categorical" if is_text(values) else "float"} for name, values in parameters.items()]
        file["study/space"] = json.dumps(kinds)
        file["study/job_resolved"] = job
        if data is not None:
            sizes = {"train_rows": data[0], "validation_rows": data[1], "test_rows": 0, "n_features": 784, "n_classes": 10}
            file["study"].attrs.update(sizes)
        write_trials(file.create_group("trials"), states, last, repeats, best_epochs or {})
        write_best(file, best)
        write_starts(file)
        write_parameters(file.create_group("trials/parameters"), parameters)
        epochs = file.create_group("epochs")
        for name in ("trial", "epoch"):
            epochs[name] = np.array([row[name] for row in rows], "i8")
        write_metrics(epochs, rows)
    return path


def write_metrics(epochs, rows):
    """The curves' columns, described as the program describes them."""
    for place, name in enumerate(CURVES):
        epochs[name] = np.array([row[name] for row in rows], "f8")
        if name == "seconds":
            continue
        units = "nat" if name.endswith(("loss", "entropy")) else "1"
        epochs[name].attrs.update({"units": units, "description": "as made", "position": place})
        if name in DIRECTIONS:
            epochs[name].attrs["direction"] = DIRECTIONS[name]


def is_text(values):
    return any(isinstance(value, str) for value in values)


def write_parameters(group, parameters):
    for name, values in parameters.items():
        if not is_text(values):
            group[name] = values
            continue
        codes = {text: code for code, text in enumerate(dict.fromkeys(v for v in values if v is not None))}
        group.create_dataset(name, data=[codes.get(value, -1) for value in values], dtype=h5py.enum_dtype(codes, "i2"))


def write_starts(file):
    """One start on two workers; it took an hour, and there was nothing to say."""
    texts = dict.fromkeys("cpu build versions git_commit command slurm".split(), "made up") | {"host": "node7"}
    starts = {"pid": 1, "ranks": 3, "started_at": 1.7e9 - 3600, "ended_at": 1.7e9, "exit_code": 0}
    for name, value in (texts | starts).items():
        file[f"provenance/{name}"] = [value]
    workers = {"session": [0, 0], "rank": [1, 2], "host": ["node7"] * 2, "trials": [3, 3]}
    workers |= {"busy_seconds": [3500.0, 3400.0], "idle_seconds": [1.0, 2.0], "lost_at": [np.nan] * 2}
    for name, values in workers.items():
        file[f"workers/{name}"] = values
    texts = h5py.string_dtype()
    for name, kind in {"time": "f8", "level": texts, "trial": "i8", "text": texts}.items():
        file.create_dataset(f"messages/{name}", shape=(0,), dtype=kind)


def write_trials(group, states, last, repeats, best_epochs):
    n = len(states)
    number = np.arange(n)
    complete = [states[i] == "complete" for i in range(n)]
    group["number"], group["point"], group["repeat"] = number, number // repeats, number % repeats
    group.create_dataset("state", data=[STATES[states[i]] for i in range(n)], dtype=h5py.enum_dtype(STATES, "u1"))
    group["rank"] = np.ones(n, "i8")
    group["attempt"] = np.array([states[i] != "waiting" for i in range(n)], "i8")
    group["seed"] = np.arange(n, dtype="u8") + 2**63
    group.create_dataset("host", data=["node7"] * n, dtype=h5py.string_dtype())
    group["n_epochs"] = np.array([last[i]["epoch"] + 1 if i in last else 0 for i in range(n)], "i8")
    ends = [last[i]["epoch"] if complete[i] else -1 for i in range(n)]
    group["best_epoch"] = np.array([best_epochs.get(i, ends[i]) for i in range(n)], "i8")
    group["objective"] = np.array([last[i]["val_accuracy"] if complete[i] else np.nan for i in range(n)])
    for name in ("started_at", "finished_at"):
        group[name] = 1.7e9 + number
    group["seconds"] = np.full(n, 1.5)
    errors = ["the loss is not finite" if states[i] == "failed" else "" for i in range(n)]
    group.create_dataset("error", data=errors, dtype=h5py.string_dtype())


def write_best(file, best):
    objective = file["trials/objective"][:]
    group = file.create_group("best")
    if best is None and not np.isnan(objective).all():
        smaller = file.attrs["objective_direction"] == "minimize"
        best = np.nanargmin(objective) if smaller else np.nanargmax(objective)
    if best is not None:
        group.attrs["trial"] = int(best)


def curve(trial, state, n_epochs, rate, draw):
    if state == "waiting":
        return
    ceiling = 0.97 - 0.25 * abs(np.log10(rate) + 1.5) / 1.5 + draw.normal(0, 0.01)
    for epoch in range(n_epochs):
        accuracy = ceiling - 0.6 * np.exp(-(epoch + 1) * (0.15 + 2 * rate)) + draw.normal(0, 0.006)
        loss = max(2.5 * (1 - accuracy), 0.02)
        row = dict.fromkeys(CURVES, loss) | {"train_accuracy": accuracy, "val_accuracy": accuracy, "seconds": 0.25}
        if state == "failed" and epoch == n_epochs - 1:
            row = dict.fromkeys(CURVES, np.nan)
        yield row | {"trial": trial, "epoch": epoch, "learning_rate": rate}
