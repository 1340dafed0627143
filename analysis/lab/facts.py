"""What the page says besides figures, claims and tables: how the lab was trained, and what is missing."""

from pathlib import Path

import yaml

from . import models as names
from .models import JOB_FILES, OPTIMIZERS, REGULARIZATION
from .updates import inverse_time_decay

UNKNOWN = "not known"

ASSUMED = (
    "The document does not name its data set, widths, rates, λ or patience: these are assumptions of this lab, as the "
    "results files have them."
)
READING = (
    "At the end: at the last epoch trained, or at the restored one where early stopping restored the best weights. Losses "
    "include the L2 penalty, as Keras reports them. Training values are measured while training, with dropout on. Training time "
    "is measured in the search itself, where several workers share a machine: it holds what they take from each other."
)


def setup(lab):
    """(what, value) of all that the founding document leaves open, from the files."""
    sgd = first_known(lab, (OPTIMIZERS, names.MINI_BATCH_32), (REGULARIZATION, names.MINI_BATCH))
    adaptive = first_known(lab, (OPTIMIZERS, names.ADAM), (REGULARIZATION, names.ADAM))
    l2, stopping = (first_known(lab, (REGULARIZATION, name)) for name in (names.L2, names.EARLY_STOPPING))
    decay, momentum = (first_known(lab, (OPTIMIZERS, name)) for name in (names.DECAY, names.MOMENTUM))
    return [
        ("data", one_or_both(lab, data_text)),
        ("hidden layers", one_or_both(lab, layers_text)),
        ("epochs", one_or_both(lab, lambda part: job_value(part, "training", "epochs"))),
        ("repeats", one_or_both(lab, lambda part: job_value(part, "search", "repeats"))),
        ("seed", one_or_both(lab, lambda part: job_value(part, "search", "seed"))),
        ("learning rate", f"{sgd('learning_rate')}; Adam and RMSProp {adaptive('learning_rate')}"),
        ("decay", f"{inverse_time_decay(decay('learning_rate_schedule')) or UNKNOWN} an update, inversely with the updates"),
        ("momentum", momentum("momentum")),
        ("L2's λ", l2("l2")),
        ("patience", patience_text(stopping("early_stopping"))),
    ]


def first_known(lab, *places):
    """A function key -> value of the first model in `places` that was trained."""
    for part, name in places:
        parameters = lab.model(part, name).parameters
        if parameters:
            return lambda key: parameters.get(key, UNKNOWN)
    return lambda _key: UNKNOWN


def job_value(part, section, key):
    value = part.study.job.get(section, {}).get(key)
    return UNKNOWN if value is None else str(value)


def one_or_both(lab, text):
    """The text of both parts: once where they agree, else with the part's name."""
    texts = {part.name: text(part) for part in lab.parts.values() if part.path}
    if len(set(texts.values())) <= 1:
        return next(iter(texts.values()), UNKNOWN)
    return "; ".join(f"{name}: {value}" for name, value in texts.items())


def data_text(part):
    data = part.study.job.get("data", {})
    place = data.get("directory") or data.get("train")
    name = f" ({Path(place).name})" if isinstance(place, str) else ""
    size = part.study.data
    counts = ((size["train_rows"], "training"), (size["validation_rows"], "validation"))
    rows = " and ".join(f"{count:,} {kind}" for count, kind in counts if count)
    details = [rows + " rows" if rows else "", f"split {data.get('split')}", f"scaling {data.get('scaling')}"]
    return ", ".join([f"{data.get('source', UNKNOWN)}{name}", *(d for d in details if d and not d.endswith("None"))])


def layers_text(part):
    widths = part.study.job.get("model", {}).get("hidden", UNKNOWN)
    widths = ", ".join(map(str, widths)) if isinstance(widths, list) else widths
    return f"{widths} ({job_value(part, 'model', 'activation')})"


def patience_text(early_stopping):
    stopping = yaml.safe_load(early_stopping) if isinstance(early_stopping, str) else early_stopping
    if not isinstance(stopping, dict):
        return UNKNOWN
    restored = "restores" if stopping.get("restore_best_weights", True) else "does not restore"
    metric = f", watches {stopping['metric']}" if "metric" in stopping else ""
    return f"{stopping.get('patience')} epochs, min_delta {stopping.get('min_delta', 0.0)}, {restored} the best weights{metric}"


def starts_text(part):
    """One part's file, its machine, and its wall and core seconds."""
    starts, workers = part.study.starts, part.study.workers
    ended = starts.ended_at.fillna(part.attributes["published_at"])
    wall, core = float((ended - starts.started_at).sum()), float(workers.busy_seconds.sum())
    n_workers = workers.groupby("session")["rank"].nunique().max() if len(workers) else 0
    hosts, cpus, builds = (", ".join(dict.fromkeys(starts[column])) for column in ("host", "cpu", "build"))
    count = f"{n_workers:.0f} worker{'s'[: n_workers != 1]}, {len(starts)} start{'s'[: len(starts) != 1]}"
    machine = f"{hosts or UNKNOWN} ({cpus or UNKNOWN}; Trawl {builds or UNKNOWN})"
    return f"{part.path.name}: {wall:,.0f} s wall, {core:,.0f} core seconds in trials, {count}, on {machine}"


def notes(lab):
    """What a reader must know before believing the figures."""
    absent = [f"No results of {JOB_FILES[name]} were given." for name, part in lab.parts.items() if not part.path]
    running = [f"{p.path.name} is not complete yet." for p in lab.parts.values() if p.path and not p.attributes["complete"]]
    problems = [f"{part.capitalize()}: {', '.join(who)}: {what}." for (part, what), who in lab.problems.items()]
    others = [
        f"{p.path.name} also has {', '.join(map(str, p.others))}, which the lab does not know: not drawn."
        for p in lab.parts.values()
        if p.others
    ]
    single = ["One repeat: it tells nothing of the noise between trainings that differ in their seeds alone."]
    return absent + running + problems + others + single * (lab.repeats == 1)
