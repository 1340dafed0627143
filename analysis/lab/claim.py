"""A claim of the founding document and the rule that judges it."""

from collections import Counter
from dataclasses import dataclass
from typing import Callable

from .noise import Finding, Verdict


@dataclass(frozen=True)
class Claim:
    number: int
    text: str
    rule: str
    judge: Callable

    @property
    def name(self):
        return f"C{self.number}"


@dataclass(frozen=True)
class Judgement:
    claim: Claim
    finding: Finding


def claim(number, text):
    """Makes a function of the lab a Claim: its docstring is the rule that readers see."""
    return lambda judge: Claim(number, text, " ".join(judge.__doc__.split()), judge)


def judged(claims, lab):
    return [Judgement(each, each.judge(lab)) for each in claims]


def tally(judgements):
    """ "16 claims: 8 hold, 5 do not hold, 3 cannot be told." """
    counts = Counter(judgement.finding.verdict for judgement in judgements)
    words = {Verdict.HOLDS: "hold", Verdict.FAILS: "do not hold", Verdict.UNTOLD: "cannot be told"}
    return f"{len(judgements)} claims: " + ", ".join(f"{counts[verdict]} {word}" for verdict, word in words.items()) + "."


def not_trained(*models):
    """The finding where one of the models that a claim is about has no complete training; None if all have."""
    absent = [model.name for model in models if not model.complete]
    return Finding.of(Verdict.UNTOLD, f"no complete training of {', '.join(absent)}") if absent else None
