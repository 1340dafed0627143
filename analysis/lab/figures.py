"""The lab's figures, numbered as in the founding document, and what each shows."""

from dataclasses import dataclass
from typing import Callable

from . import models as names
from .bars import bars
from .convergence import convergence
from ..drawing import save, style
from .models import OPTIMIZERS, REGULARIZATION
from .overlays import overlay
from .quantities import TIME, TRAINING_ACCURACY, TRAINING_LOSS, VALIDATION_ACCURACY, VALIDATION_LOSS

SECTIONS = {OPTIMIZERS: "Optimizers", REGULARIZATION: "Regularization and the search's best"}

CONVERGENCE = {
    OPTIMIZERS: (
        names.BATCH, names.MINI_BATCH_32, names.STOCHASTIC, names.DECAY, names.MOMENTUM, names.ADAM, names.RMSPROP,
    ),
    REGULARIZATION: (
        names.MINI_BATCH, names.L2, names.DROPOUT_2, names.DROPOUT_3, names.DROPOUT_5, names.ADAM, names.RMSPROP,
        names.EARLY_STOPPING, names.BATCH_NORMALIZATION, names.SEARCH_BEST,
    ),
}  # fmt: skip
FIRST = {OPTIMIZERS: 1, REGULARIZATION: 15}
OURS_FROM = 30  # figures that the document does not have

BARS = (
    (TIME, "training time (s)", "Training time: the sum of the epochs' wall seconds."),
    (VALIDATION_LOSS, "validation loss (nat)", "Validation loss at the end."),
    (VALIDATION_ACCURACY, "validation accuracy", "Validation accuracy at the end."),
)
OVERLAYS = (
    (TRAINING_LOSS, "train_loss", "Training loss"),
    (VALIDATION_LOSS, "val_loss", "Validation loss"),
    (TRAINING_ACCURACY, "train_accuracy", "Training accuracy"),
    (VALIDATION_ACCURACY, "val_accuracy", "Validation accuracy"),
)


@dataclass(frozen=True)
class Figure:
    """draw: Lab -> matplotlib figure."""

    number: int
    part: str
    slug: str
    caption: str
    draw: Callable

    @property
    def stem(self):
        return f"figure-{self.number:02d}-{self.slug}"


def slug(text):
    words = "".join(c if c.isalnum() or c == "." else " " for c in text.lower()).split()
    return "-".join(words).replace(".", "-")


def bar_figure(number, part, quantity, axis_label, caption):
    return Figure(number, part, slug(quantity.label), caption, lambda lab: bars(lab.models(part), quantity, axis_label))


def overlay_figure(number, part, quantity, column, what):
    caption = f"{what} of all models by epoch; beside each name the value at the end."
    return Figure(number, part, f"all-{slug(what)}", caption, lambda lab: overlay(lab.models(part), quantity, column))


def convergence_figure(number, part, name):
    ours = " (not in the document)" if number >= OURS_FROM else ""
    return Figure(number, part, slug(name), f"Convergence: {name}{ours}.", lambda lab: convergence(lab.model(part, name)))


def figures_of(part):
    first = FIRST[part]
    drawn = [bar_figure(first + i, part, *each) for i, each in enumerate(BARS)]
    drawn += [overlay_figure(first + 3 + i, part, *each) for i, each in enumerate(OVERLAYS)]
    return drawn + [convergence_figure(first + 7 + i, part, name) for i, name in enumerate(CONVERGENCE[part])]


FIGURES = tuple(figures_of(OPTIMIZERS) + figures_of(REGULARIZATION))


def draw(figure, lab, folder):
    """Writes the figure's .png and .svg."""
    with style():
        save(figure.draw(lab), folder / figure.stem)
