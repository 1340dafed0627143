"""Findings about one model against others, noise respected."""

from .noise import Finding, mean, order, verdict_of

HIGHEST, LOWEST = 1, -1
CONTRADICTED = {HIGHEST: "higher", LOWEST: "lower"}
NEXT = {HIGHEST: "next highest", LOWEST: "next lowest"}
NAMES_UP_TO = 3


def extreme(model, others, quantity, direction):
    """Is `model` the highest (or lowest) of all in `quantity`? A model without a complete training
    leaves it untold, unless another contradicts already."""
    values = quantity.values(model)
    signs = {other.name: direction * order(values, quantity.values(other), quantity.smallest) for other in others}
    known = [other for other in others if other.complete]
    nearest = sorted(known, key=lambda other: -direction * mean(quantity.values(other)))
    text = f"{quantity.label}: {model.name} {quantity.summary(model)}"
    against = [other for other in nearest if signs[other.name] < 0]
    level = [other for other in nearest if signs[other.name] == 0] if values else []
    if against:
        text += f"; {CONTRADICTED[direction]}: {listed(against, quantity)}"
    if level:
        text += f"; within the noise: {listed(level, quantity)}"
    if nearest and not against and not level:
        text += f"; {NEXT[direction]}: {listed(nearest[:1], quantity)}"
    return Finding.of(verdict_of(signs.values()), text + missing([other for other in others if not other.complete]))


def listed(models, quantity):
    shown = [f"{model.name} {quantity.summary(model)}" for model in models[:NAMES_UP_TO]]
    return ", ".join(shown) + (f" and {len(models) - NAMES_UP_TO} more" if len(models) > NAMES_UP_TO else "")


def missing(models):
    return f"; no complete training of {', '.join(model.name for model in models)}" if models else ""


def each_below(models, reference, quantity):
    """Does each of `models` lie below `reference`?"""
    values = quantity.values(reference)
    signs = [order(values, quantity.values(model), quantity.smallest) for model in models]
    numbers = ", ".join(f"{model.name} {quantity.summary(model)}" for model in models)
    return Finding.of(verdict_of(signs), f"{quantity.label}: {reference.name} {quantity.summary(reference)}; {numbers}")


def share_of(values, agrees):
    """1 where `agrees` is true of all values, -1 of none, 0 of some, or there are none."""
    answers = {bool(agrees(value)) for value in values}
    return {frozenset([True]): 1, frozenset([False]): -1}.get(frozenset(answers), 0)
