"""Learning curves packed for the page: a 16-bit step of the range is far below a pixel, and a tenth of the digits."""

import base64

import numpy as np

from . import sampling

PERCENTILES = (5, 25, 50, 75, 95)
MISSING = 65535
STEPS = 65534


def curves(results, drawn):
    """Of the drawn trials: epochs of the columns, and for each metric a matrix of a row a trial; with bands over all trials
    where some are left out."""
    total = int((results.started.n_epochs > 0).sum())
    if drawn.empty or results.epochs.empty or not metrics(results):
        return None
    rows = results.epochs[results.epochs.trial.isin(drawn.number)]
    many = len(drawn) > sampling.FEW_CURVES
    every = sorted(rows.epoch.unique())
    kept = sampling.evenly(every, sampling.CURVE_EPOCHS if many else 5 * sampling.CURVE_EPOCHS)
    rows = rows[rows.epoch.isin(kept)] if len(kept) < len(every) else rows
    return {
        "trials": drawn.number.tolist(),
        "total": total,
        "epochs": [int(epoch) + 1 for epoch in kept],
        "all_epochs": len(every),
        "metrics": {
            name: packed(rows, drawn.number, kept, metric) | {"label": metric.label, "maximize": maximizes(results, metric)}
            for name, metric in metrics(results).items()
        },
        "bands": bands(results, kept) if total > len(drawn) else None,
        "percentiles": PERCENTILES,
    }


def metrics(results):
    """{name: Metric}: the objective's first, its twin on the training rows, then the others in the program's order; those that
    say something, and nothing twice (without a penalty the loss is the cross-entropy)."""
    table = {metric.name: metric for metric in results.epochs.attrs["metrics"]}
    found = {}
    for name in dict.fromkeys([results.metric, twin(results.metric), *table]):
        if name not in table or results.epochs[name].isna().all():
            continue
        alike = [other for other in found if other.partition("_")[0] == name.partition("_")[0]]
        if not any(results.epochs[name].equals(results.epochs[other]) for other in alike):
            found[name] = table[name]
    return found


def twin(name):
    """What the other rows give: train_loss of val_loss, and the other way round."""
    prefix, _, kind = name.partition("_")
    return {"val": "train_", "train": "val_"}.get(prefix, "") + kind if kind else ""


def maximizes(results, metric):
    """What is better of a column; of one that ranks nothing as of its twin."""
    if metric.name in (results.metric, twin(results.metric)):
        return results.maximize
    directions = {each.name: each.direction for each in results.epochs.attrs["metrics"]}
    return (metric.direction or directions.get(twin(metric.name), "")) == "maximize"


def packed(rows, numbers, epochs, metric):
    place = np.searchsorted(epochs, rows.epoch)
    line = np.searchsorted(numbers, rows.trial)
    values = np.full((len(numbers), len(epochs)), np.nan)
    values[line, place] = rows[metric.name]
    finite = values[np.isfinite(values)]
    logarithmic = not metric.is_share and finite.size > 0 and finite.min() > 0
    scaled = np.log(values, where=values > 0, out=np.full_like(values, np.nan)) if logarithmic else values
    inside = scaled[np.isfinite(scaled)]
    low, high = (float(inside.min()), float(inside.max())) if inside.size else (0.0, 1.0)
    step = (high - low) / STEPS or 1.0
    whole = np.where(np.isfinite(scaled), np.round((np.where(np.isfinite(scaled), scaled, low) - low) / step), MISSING)
    data = base64.b64encode(whole.astype("<u2").tobytes()).decode()
    return {"low": low, "step": step, "log": bool(logarithmic), "data": data}


def bands(results, epochs):
    """{metric: percentiles over all trials that have the epoch, for the kept epochs}."""
    column = results.epochs.epoch.to_numpy()
    lines = [np.flatnonzero(column == epoch) for epoch in epochs]
    return {name: band(results.epochs[name].to_numpy(), lines) for name in metrics(results)}


def band(values, lines):
    table = [percentiles(values[rows]) for rows in lines]
    return [list(row) for row in zip(*table)]


def percentiles(values):
    finite = values[np.isfinite(values)]
    if not finite.size:
        return [None] * len(PERCENTILES)
    return [float(f"{value:.5g}") for value in np.percentile(finite, PERCENTILES)]
