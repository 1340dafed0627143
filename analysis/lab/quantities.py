"""What is measured of a training: one number, its unit, and the difference that counts without repeats."""

from dataclasses import dataclass
from typing import Callable

import numpy as np

from .noise import mean


@dataclass(frozen=True)
class Quantity:
    """of: Training -> number; digits: number -> text without unit; smallest: level -> the difference that
    decides where there are too few repeats; noise.RULE says them in words."""

    label: str
    of: Callable
    digits: Callable
    unit: str
    smallest: Callable

    def text(self, value):
        return self.digits(value) + (f" {self.unit}" if self.unit and np.isfinite(value) else "")

    def values(self, model):
        return tuple(self.of(training) for training in model.complete)

    def summary(self, model):
        """ "41.2 s (40.2 to 42.4)": the mean and, with repeats, the range."""
        values = self.values(model)
        if not values:
            return "not known"
        low, high = self.digits(min(values)), self.digits(max(values))
        return self.text(mean(values)) + (f" ({low} to {high})" if low != high else "")


LEAST_PLAIN_LOSS = 0.001  # what four decimals still show


def tenth(level):
    return 0.1 * level


def half_a_point(_level):
    return 0.005


def a_quarter(level):
    return 0.25 * level


def seconds_digits(value):
    return f"{value:.0f}" if value >= 100 else f"{value:#.3g}"


def percent_digits(value):
    return f"{round(100 * value, 2) + 0.0:.2f}"  # no "-0.00"


def loss_digits(value):
    if abs(value) < LEAST_PLAIN_LOSS:
        return f"{value:.2g}"
    return f"{value:.4f}" if abs(value) < 1 else f"{value:.3f}"


def epochs_digits(value):
    return f"{value:.3g}" if np.isfinite(value) else "never"


def at_end(column):
    return lambda training: training.at_end(column)


TIME = Quantity("training time", lambda training: training.seconds, seconds_digits, "s", tenth)
VALIDATION_LOSS = Quantity("validation loss", at_end("val_loss"), loss_digits, "", tenth)
VALIDATION_ACCURACY = Quantity("validation accuracy", at_end("val_accuracy"), percent_digits, "%", half_a_point)
VALIDATION_CROSS_ENTROPY = Quantity("validation cross-entropy", at_end("val_cross_entropy"), loss_digits, "", tenth)
TRAINING_LOSS = Quantity("training loss", at_end("train_loss"), loss_digits, "", tenth)
TRAINING_ACCURACY = Quantity("training accuracy", at_end("train_accuracy"), percent_digits, "%", half_a_point)
LOSS_GAP = Quantity(
    "validation minus training loss",
    lambda training: training.at_end("val_loss") - training.at_end("train_loss"),
    loss_digits,
    "",
    lambda _level: 0.01,
)
ACCURACY_GAP = Quantity(
    "training minus validation accuracy",
    lambda training: training.at_end("train_accuracy") - training.at_end("val_accuracy"),
    percent_digits,
    "points",
    half_a_point,
)


def oscillation(values):
    """How far a curve goes to and fro: the mean step between epochs less the mean net step; 0 where it only
    falls, or only rises."""
    steps = np.diff(np.asarray(values, float))
    rises, falls = steps[steps > 0].sum(), abs(steps[steps < 0].sum())
    return float(2 * min(rises, falls) / steps.size) if steps.size else 0.0


def second_half(values):
    return values[len(values) // 2 :]


LOSS_OSCILLATION = Quantity(
    "oscillation of the validation loss",
    lambda t: oscillation(second_half(t.curve.val_loss)),
    "{:.2g}".format,
    "",
    a_quarter,
)
ACCURACY_OSCILLATION = Quantity(
    "oscillation of the validation accuracy",
    lambda t: oscillation(second_half(t.curve.val_accuracy)),
    lambda value: f"{100 * value:.2g}",
    "points",
    a_quarter,
)


def first_epoch(curve, reached):
    """1-based number of the first epoch where `reached` is true; infinite if it never is."""
    where = np.flatnonzero(reached(curve))
    return float(where[0] + 1) if where.size else float("inf")


def epochs_quantity(label, of, epochs):
    """smallest difference: a tenth of the lab's epochs, one at least."""
    smallest = max(1.0, 0.1 * epochs)
    return Quantity(label, of, epochs_digits, "", lambda _level: smallest)
