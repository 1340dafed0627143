"""Which parameters mattered: fANOVA through Optuna, several times over resampled trials, so that its own noise shows."""

from dataclasses import dataclass

import numpy as np

from .drawn import needs

TRIALS = 200  # in one run: the time grows with them
RUNS = 5
TREES = 8
FEW = 50  # complete trials; below, the order is little more than a guess
LEAST = 8


@dataclass(frozen=True)
class Importance:
    name: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Importances:
    """rows: the most important first; caveat: what to keep in mind; problem: why there are none."""

    rows: list
    caveat: str = ""
    problem: str = ""


def importances(results):
    complete = results.complete[results.complete.objective.map(np.isfinite)]
    names = results.everywhere
    problem = why_not(results, complete, names)
    if problem:
        return Importances([], problem=problem)
    try:
        shares = np.array([one_run(results, complete, names, seed) for seed in range(RUNS)])
    except ModuleNotFoundError as error:
        return Importances([], problem=needs(error))
    except (RuntimeError, ValueError) as error:
        return Importances([], problem=f"Optuna cannot tell: {error}.")
    rows = [Importance(n, *map(float, (s.mean(), s.min(), s.max()))) for n, s in zip(names, shares.T)]
    return Importances(sorted(rows, key=lambda row: -row.mean), caveat(results, len(complete), names))


def why_not(results, complete, names):
    if len(complete) < LEAST:
        return f"It takes {LEAST} complete trials to say anything about importances; here are {len(complete)}."
    if complete.objective.nunique() < 2:
        return "All complete trials have the same objective: no parameter made a difference."
    if not names:
        return "No searched parameter takes more than one value in all complete trials."
    return ""


def one_run(results, complete, names, seed):
    """fANOVA's shares on a bootstrap resample."""
    from optuna.importance import FanovaImportanceEvaluator, get_param_importances

    from ..optuna_study import build_study, quiet

    drawn = complete.sample(min(len(complete), TRIALS), replace=len(complete) <= TRIALS, random_state=seed)
    drawn.attrs = complete.attrs | {"parameters": names, "best_trial": None}
    with quiet():
        study = build_study(drawn, results.epochs.iloc[:0], results.study.space)
    if drawn.objective.nunique() < 2:
        return [0.0] * len(names)
    evaluator = FanovaImportanceEvaluator(n_trees=TREES, seed=seed)
    found = get_param_importances(study, evaluator=evaluator, params=names)
    return [found[name] for name in names]


def caveat(results, n, names):
    few = f"With {n} complete trials this is little more than a guess. " if n < FEW else ""
    absent = [name for name in results.varied if name not in names]
    part = f"Left out, because some trials do not have them: {', '.join(absent)}. " if absent else ""
    chosen = "Trials that the pruner stopped are left out: they have no objective that compares, so what made them bad does not show here. "
    chosen = chosen if len(results.cut_short) else ""
    return (
        f"{few}{part}{chosen}fANOVA fits trees to the objective over the searched ranges and says what share of its variance each parameter "
        f"explains, alone and together with others. Thin lines show the lowest and highest of {RUNS} fits, each on "
        f"{min(n, TRIALS)} of the {n:,} complete trials (resampled). Another range, or one diverged trial, can change it; a small "
        "share does not mean that any value will do."
    )
