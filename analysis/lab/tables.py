"""The page's tables: the models' values at the end, and what the random search found."""

from . import models as names
from .facts import UNKNOWN
from .models import REGULARIZATION
from .quantities import TIME, TRAINING_ACCURACY, TRAINING_LOSS, VALIDATION_ACCURACY, VALIDATION_LOSS
from ..values import is_missing

SEARCH_SHOWN = 5  # points of the random search
QUANTITIES = (TIME, TRAINING_LOSS, VALIDATION_LOSS, TRAINING_ACCURACY, VALIDATION_ACCURACY)
HEADS = (quantity.label + (f" ({quantity.unit})" if quantity.unit else "") for quantity in QUANTITIES)
MODEL_HEAD = ["model", "repeats", "epochs", *HEADS, "core s"]


def model_rows(lab, part):
    """The table of models, a list of texts each; see MODEL_HEAD."""
    return [model_row(model) for model in lab.models(part)]


def model_row(model):
    if not model.complete:
        return [model.name, "0", *[""] * (len(QUANTITIES) + 1), model.problem]
    epochs = ", ".join(str(n) for n in sorted({t.n_epochs for t in model.complete}))
    core = TIME.digits(sum(TIME.values(model)))
    return [model.name, str(len(model.complete)), epochs, *(bare(q, model) for q in QUANTITIES), core]


def bare(quantity, model):
    """The summary without its unit, which the table's head has."""
    return quantity.summary(model).replace(f" {quantity.unit}", "", 1) if quantity.unit else quantity.summary(model)


def search_text(lab):
    """What the random search found, in a sentence or two."""
    trials = lab.search.trials
    epochs = lab.search.study.job.get("training", {}).get("epochs", UNKNOWN)
    searched = ", ".join(trials.attrs["parameters"])
    text = f"{lab.search.path.name}: {trials.point.nunique()} points of {epochs} epochs, searched over {searched}."
    best = trials.attrs["best_trial"]
    return text + (" None is complete yet." if best is None else same_parameters(lab, trials.loc[best]))


def same_parameters(lab, best):
    """Whether the lab's "best of the random search" is this search's best."""
    model = lab.model(REGULARIZATION, names.SEARCH_BEST)
    if not model.parameters:
        return ""
    keys = [key for key in lab.search.trials.attrs["parameters"] if not is_missing(best[key])]
    if all(as_number(model.parameters.get(key)) == as_number(best[key]) for key in keys):
        return f" {model.name} was trained with the parameters of its best."
    others = ", ".join(f"{key} {value_text(model.parameters.get(key))}" for key in keys)
    return f" {model.name} was trained with other parameters than those of its best: {others}."


def as_number(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


def search_rows(lab):
    """Head and rows of the best points found, the best first."""
    trials = lab.search.trials
    keys, metric = trials.attrs["parameters"], trials.attrs["objective_metric"]
    points = trials.groupby("point").agg(objective=("objective", lambda v: v.mean(skipna=False)), number=("number", "min"))
    found = points.dropna().sort_values(
        ["objective", "number"], ascending=[trials.attrs["objective_direction"] == "minimize", True]
    )
    rows = [
        [str(i + 1), f"{row.objective:.4f}", *(value_text(trials.loc[row.number, key]) for key in keys)]
        for i, row in enumerate(found.head(SEARCH_SHOWN).itertuples())
    ]
    return ["", metric, *keys], rows


def value_text(value):
    if is_missing(value):  # or of a trial that has not been started
        return UNKNOWN
    return f"{value:.4g}" if isinstance(value, float) else str(value)
