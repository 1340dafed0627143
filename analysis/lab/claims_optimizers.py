"""C1 to C9: what the document says of its seven optimizers. Each docstring is the rule that the page prints."""

import numpy as np

from . import models as names
from .claim import claim, not_trained
from .comparison import HIGHEST, LOWEST, extreme, share_of
from .noise import Finding, Verdict, mean, order, together, verdict_of
from .quantities import TIME, VALIDATION_ACCURACY, VALIDATION_LOSS, a_quarter, epochs_quantity, first_epoch, oscillation
from .updates import updates_by_decay, updates_of_full_batch, updates_of_mini_batch

OVERFITTED_FROM = 1.1  # last loss / lowest


def ours(lab, name):
    return lab.model(names.OPTIMIZERS, name)


def others(lab, *without):
    return lab.models(names.OPTIMIZERS, without)


def smoothing(n_epochs):
    """Epochs that are averaged against the noise of single ones: a tenth."""
    return max(1, n_epochs // 10)


@claim(1, "Batch size 1 trains longest.")
def stochastic_is_slowest(lab):
    """The training time of stochastic (batch size 1) lies above that of each other model of the optimizers job."""
    return extreme(ours(lab, names.STOCHASTIC), others(lab, names.STOCHASTIC), TIME, HIGHEST)


@claim(2, "The full batch trains shortest.")
def full_batch_is_fastest(lab):
    """The training time of batch gradient descent lies below that of each other model of the optimizers job."""
    return extreme(ours(lab, names.BATCH), others(lab, names.BATCH), TIME, LOWEST)


@claim(3, "The full batch has the worst loss and accuracy.")
def full_batch_is_worst(lab):
    """At the end batch gradient descent's validation loss lies above, and its validation accuracy below, that of
    each other model of the optimizers job."""
    batch, rest = ours(lab, names.BATCH), others(lab, names.BATCH)
    return together(extreme(batch, rest, VALIDATION_LOSS, HIGHEST), extreme(batch, rest, VALIDATION_ACCURACY, LOWEST))


@claim(4, "The full batch's updates equal its epochs; 50 epochs at batch size 32 are 75,000 updates.")
def updates_are_counted(lab):
    """Updates = epochs x (training rows / batch size, rounded up). Where a learning rate decays inversely with the
    updates, the rate recorded in the last epoch tells their number a second time; both must agree. On another number of training rows than 48,000 the 75,000 cannot be told."""
    batch, mini, rows = ours(lab, names.BATCH), ours(lab, names.MINI_BATCH_32), lab.parts[names.OPTIMIZERS].train_rows
    absent = not_trained(batch, mini)
    if absent or not rows:
        return absent or Finding.of(Verdict.UNTOLD, "the file is older than the number of training rows in it")
    return together(
        updates_of_full_batch(batch, rows), updates_of_mini_batch(mini, rows), *updates_by_decay(ours(lab, names.DECAY), rows)
    )


@claim(5, "Batch size 1 ends with a relatively high validation loss, the worst but for the full batch.")
def stochastic_ends_badly(lab):
    """At the end the validation loss of stochastic (batch size 1) lies below batch gradient descent's and above that of
    each other model of the optimizers job."""
    stochastic, batch = ours(lab, names.STOCHASTIC), ours(lab, names.BATCH)
    rest = others(lab, names.STOCHASTIC, names.BATCH)
    return together(
        extreme(stochastic, rest, VALIDATION_LOSS, HIGHEST), extreme(batch, [stochastic], VALIDATION_LOSS, HIGHEST)
    )


@claim(6, "Momentum, Adam and RMSProp converge faster than plain mini-batch.")
def adaptive_converge_faster(lab):
    """The level is mini-batch (32)'s training loss after half of its epochs (mean of its repeats). Counted is the first
    epoch with a training loss at or below it. Mini-batch with decay and momentum, Adam and RMSProp each need fewer."""
    plain = ours(lab, names.MINI_BATCH_32)
    if not plain.complete:
        return not_trained(plain)
    half = max(1, plain.complete[0].n_epochs // 2)
    level = mean([t.curve.train_loss.iloc[min(half, t.n_epochs) - 1] for t in plain.complete])
    faster = [ours(lab, name) for name in (names.MOMENTUM, names.ADAM, names.RMSPROP)]
    return extreme(plain, faster, epochs_to(level, plain.epochs), HIGHEST)


def epochs_to(level, epochs):
    label = f"epochs to a training loss of {level:.3g}"
    return epochs_quantity(label, lambda t: first_epoch(t.curve.train_loss, lambda loss: loss <= level), epochs)


@claim(7, "Adam's and RMSProp's losses grow less stable in the last epochs.")
def adaptive_grow_unstable(lab):
    """Unrest is the mean step of a loss from epoch to epoch less the mean net step, over the mean loss: 0 for a loss that
    only falls. Of Adam and of RMSProp, and of training and validation loss, the unrest in the last fifth of the
    epochs lies above that in the fifth around their middle; a loss that only falls in the last fifth has none."""
    trained = [ours(lab, name) for name in (names.ADAM, names.RMSPROP)]
    cases = [(model, column) for model in trained for column in ("train_loss", "val_loss")]
    return not_trained(*trained) or together(*(unrest_grows(model, column) for model, column in cases))


def unrest_grows(model, column):
    middle = [unrest(t.curve[column], 0.4) for t in model.complete]
    last = [unrest(t.curve[column], 0.8) for t in model.complete]
    sign = order(last, middle, a_quarter) if any(last) else -1
    loss = "training" if column == "train_loss" else "validation"
    text = f"{model.name}, {loss} loss: {100 * mean(last):.2g} % in the last fifth, {100 * mean(middle):.2g} % in the middle"
    return Finding.of(verdict_of([sign]), text)


def unrest(losses, start):
    """Of the fifth that begins at the share `start` of the curve, with the point before it."""
    n = len(losses)
    piece = losses.iloc[max(0, int(start * n) - 1) : int(np.ceil((start + 0.2) * n))]
    return oscillation(piece) / float(piece.mean())


@claim(8, "Adam and RMSProp overfit when trained too long.")
def adaptive_overfit(lab):
    """Losses are averaged over a tenth of the epochs against the noise of single ones. Of Adam and of RMSProp, in every
    repeat, the validation loss ends at 1.1 times its lowest or above while the training loss ends below what it was
    there; in none: does not hold; in some: cannot be told."""
    trained = [ours(lab, name) for name in (names.ADAM, names.RMSPROP)]
    return not_trained(*trained) or together(*(overfits(model) for model in trained))


def overfits(model):
    rises = [rise_after_lowest(t.curve) for t in model.complete]
    sign = share_of(rises, lambda rise: rise[0] >= OVERFITTED_FROM and rise[1] < 1)
    ratio, epoch = mean([rise[0] for rise in rises]), mean([rise[2] for rise in rises])
    text = f"{model.name}: the validation loss ends at {ratio:.2f} times its lowest, that of epoch {epoch:.0f}"
    return Finding.of(verdict_of([sign]), text)


def rise_after_lowest(curve):
    """(last validation loss / lowest, last training loss / that at the lowest, its 1-based epoch), of moving means."""
    width = smoothing(len(curve))
    losses = curve[["train_loss", "val_loss"]].rolling(width).mean().iloc[width - 1 :].to_numpy()
    lowest = int(losses[:, 1].argmin())
    return losses[-1, 1] / losses[lowest, 1], losses[-1, 0] / losses[lowest, 0], lowest + (width + 1) / 2


@claim(9, "Adam ends better than SGD and RMSProp.")
def adam_ends_best(lab):
    """At the end Adam's validation loss lies below, and its validation accuracy above, that of stochastic (batch size 1),
    the document's SGD, and that of RMSProp."""
    adam, rest = ours(lab, names.ADAM), [ours(lab, names.STOCHASTIC), ours(lab, names.RMSPROP)]
    return together(extreme(adam, rest, VALIDATION_LOSS, LOWEST), extreme(adam, rest, VALIDATION_ACCURACY, HIGHEST))


CLAIMS = (
    stochastic_is_slowest,
    full_batch_is_fastest,
    full_batch_is_worst,
    updates_are_counted,
    stochastic_ends_badly,
    adaptive_converge_faster,
    adaptive_grow_unstable,
    adaptive_overfit,
    adam_ends_best,
)
