"""C10 to C16: what the document says of regularization. Each docstring is the rule that the page prints."""

from . import models as names
from .claim import claim, not_trained
from .comparison import HIGHEST, LOWEST, each_below, extreme, missing, share_of
from .noise import Finding, Verdict, mean, together, verdict_of
from .quantities import (
    ACCURACY_GAP,
    ACCURACY_OSCILLATION,
    LOSS_GAP,
    LOSS_OSCILLATION,
    TIME,
    TRAINING_LOSS,
    VALIDATION_ACCURACY,
    VALIDATION_LOSS,
    epochs_quantity,
    first_epoch,
)

ABOUT_EQUAL = 1.5  # longest / shortest training time
MUCH_SHORTER = 0.75  # of the mean training time of the others, and of the epochs
ALIKE = 0.01  # validation accuracy
DOCUMENT_BATCH_SIZE = 16
COME_DOWN = 0.95  # of the way from the first loss to the lowest

DROPOUTS_AND_L2 = (names.L2, names.DROPOUT_2, names.DROPOUT_3, names.DROPOUT_5)


def ours(lab, name):
    return lab.model(names.REGULARIZATION, name)


def others(lab, *without):
    return lab.models(names.REGULARIZATION, without)


@claim(10, "The regularized models' training times are about equal, but early stopping is much shorter (28 of 50 epochs there).")
def times_are_about_equal(lab):
    """About equal: of all models of the regularization job but early stopping and the search's best, the longest training
    time is at most 1.5 times the shortest, whichever repeats of the two models one takes; whichever one takes it is more: does
    not hold; else it cannot be told. Much shorter: early stopping trains at most 0.75 of its epochs, in at most 0.75 of those
    models' mean training time, in every repeat; in none: does not hold; in some: cannot be told."""
    stopped, rest = ours(lab, names.EARLY_STOPPING), others(lab, names.EARLY_STOPPING, names.SEARCH_BEST)
    known = [model for model in rest if model.complete]
    if len(known) < 2 or not stopped.complete:
        return not_trained(*rest, stopped)
    return together(about_equal(known, rest), much_shorter(stopped, known))


def about_equal(known, rest):
    longest, shortest = extremes(known, TIME)
    ratios = [long / short for long in TIME.values(longest) for short in TIME.values(shortest)]
    text = f"longest: {longest.name} {TIME.summary(longest)}, {mean(ratios):.2f} times {shortest.name} {TIME.summary(shortest)}"
    return within(ratios, ABOUT_EQUAL, text, rest)


def extremes(models, quantity):
    """The models with the highest and the lowest mean."""
    means = {model.name: mean(quantity.values(model)) for model in models}
    return tuple(pick(models, key=lambda model: means[model.name]) for pick in (max, min))


def within(distances, limit, text, models):
    """Whether the distances of the repeats of two models lie within a limit, of all models if none is missing."""
    absent = [model for model in models if not model.complete]
    sign = share_of(distances, lambda distance: distance <= limit)
    return Finding.of(verdict_of([min(sign, 0) if absent else sign]), text + missing(absent))


def much_shorter(stopped, known):
    typical = mean([mean(TIME.values(model)) for model in known])
    shares = [max(t.seconds / typical, t.n_epochs / stopped.epochs) for t in stopped.complete]
    sign = share_of(shares, lambda share: share <= MUCH_SHORTER)
    epochs = ", ".join(str(t.n_epochs) for t in stopped.complete)
    seconds = f"{TIME.summary(stopped)}, {mean(TIME.values(stopped)) / typical:.2f} of the others' mean"
    text = f"{stopped.name}: {epochs} of {stopped.epochs} epochs, {seconds}"
    return Finding.of(verdict_of([sign]), text)


@claim(11, "The search's best is slowest; its batch size is 16.")
def search_best_is_slowest(lab):
    """The training time of the search's best lies above that of each other model of the regularization job, and its batch size
    is 16."""
    best = ours(lab, names.SEARCH_BEST)
    return not_trained(best) or together(
        extreme(best, others(lab, names.SEARCH_BEST), TIME, HIGHEST), batch_size_is(best, DOCUMENT_BATCH_SIZE)
    )


def batch_size_is(model, expected):
    size = model.parameters.get("batch_size")
    return Finding.of(Verdict.HOLDS if size == expected else Verdict.FAILS, f"batch size {size}")


@claim(12, "The regularized models perform alike, the search's best slightly better.")
def models_are_alike(lab):
    """Alike: of all models of the regularization job but batch normalization (C13) and the search's best, the validation
    accuracies at the end lie within 1 point, whichever repeats of the highest and the lowest one takes; whichever one takes they
    do not: does not hold; else it cannot be told. Slightly better: the search's best lies above each of them, by less
    than 1 point above the highest."""
    best = ours(lab, names.SEARCH_BEST)
    rest = others(lab, names.SEARCH_BEST, names.BATCH_NORMALIZATION)
    known = [model for model in rest if model.complete]
    if len(known) < 2:
        return not_trained(*rest)
    return together(alike(known, rest), slightly_better(best, rest, known))


def alike(known, rest):
    highest, lowest = extremes(known, VALIDATION_ACCURACY)
    high, low = (VALIDATION_ACCURACY.values(model) for model in (highest, lowest))
    spreads = [one - other for one in high for other in low]
    ends = f"{lowest.name} {VALIDATION_ACCURACY.summary(lowest)} to {highest.name} {VALIDATION_ACCURACY.summary(highest)}"
    return within(spreads, ALIKE, f"{100 * mean(spreads):.2f} points from {ends}", rest)


def slightly_better(best, rest, known):
    finding = extreme(best, rest, VALIDATION_ACCURACY, HIGHEST)
    if finding.verdict is not Verdict.HOLDS:
        return finding
    lead = mean(VALIDATION_ACCURACY.values(best)) - max(mean(VALIDATION_ACCURACY.values(model)) for model in known)
    verdict = Verdict.HOLDS if lead < ALIKE else Verdict.FAILS
    return Finding.of(verdict, f"{finding.measured[0]}; {100 * lead:.2f} points above it")


@claim(13, "Batch normalization has the worst validation accuracy and highest loss, and the lowest training loss.")
def batch_normalization_is_worst(lab):
    """At the end batch normalization's validation accuracy lies below, its validation loss above and its training loss
    below that of each other model of the regularization job."""
    normalized, rest = ours(lab, names.BATCH_NORMALIZATION), others(lab, names.BATCH_NORMALIZATION)
    return together(
        extreme(normalized, rest, VALIDATION_ACCURACY, LOWEST),
        extreme(normalized, rest, VALIDATION_LOSS, HIGHEST),
        extreme(normalized, rest, TRAINING_LOSS, LOWEST),
    )


@claim(14, "Batch normalization's validation curve oscillates most.")
def batch_normalization_oscillates(lab):
    """Oscillation is the mean step from epoch to epoch less the mean net step, over the second half of the epochs trained: 0 for
    a curve that only falls or only rises. Batch normalization's lies above that of each other model of the regularization job, in
    validation loss and in validation accuracy."""
    normalized, rest = ours(lab, names.BATCH_NORMALIZATION), others(lab, names.BATCH_NORMALIZATION)
    return together(*(extreme(normalized, rest, quantity, HIGHEST) for quantity in (LOSS_OSCILLATION, ACCURACY_OSCILLATION)))


@claim(15, "L2 takes more epochs to come down and ends with the highest loss.")
def l2_comes_down_slowly(lab):
    """Come down: the first epoch at which the validation loss has gone 95 % of its way from the first epoch's to its lowest.
    L2's number lies above that of each other model of the regularization job, and so do its training and validation loss (both
    with the penalty) at the end."""
    l2, rest = ours(lab, names.L2), others(lab, names.L2)
    come_down = epochs_quantity("epochs to come down", lambda t: epochs_down(t.curve.val_loss), l2.epochs)
    return together(*(extreme(l2, rest, quantity, HIGHEST) for quantity in (come_down, TRAINING_LOSS, VALIDATION_LOSS)))


def epochs_down(losses):
    first, lowest = losses.iloc[0], losses.min()
    return first_epoch(losses, lambda loss: loss <= first - COME_DOWN * (first - lowest))


@claim(16, "Dropout and L2 shrink the gap between training and validation.")
def gap_shrinks(lab):
    """The gap is validation loss minus training loss, and training accuracy minus validation accuracy, at the end. L2 and the
    three dropouts each lie below plain mini-batch in both. (Training values are measured as trained, dropout on,
    so the gap can be negative.)"""
    regularized, plain = [ours(lab, name) for name in DROPOUTS_AND_L2], ours(lab, names.MINI_BATCH)
    return not_trained(plain, *regularized) or together(
        each_below(regularized, plain, LOSS_GAP), each_below(regularized, plain, ACCURACY_GAP)
    )


CLAIMS = (
    times_are_about_equal,
    search_best_is_slowest,
    models_are_alike,
    batch_normalization_is_worst,
    batch_normalization_oscillates,
    l2_comes_down_slowly,
    gap_shrinks,
)
