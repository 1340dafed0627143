"""The ladder of rungs, what pruning saved, and what its sentences say."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.report import rungs
from analysis.report.drawn import NothingToDraw


def legs_of(rows):
    """rows: (trial, from, until, value, state)."""
    table = pd.DataFrame(rows, columns=["trial", "from", "until", "value", "state"])
    return table.assign(parent=-1)


def halved(order_at_three, n=9):
    """n trials to epoch 1, the first third by number on to epoch 3, the first of them to the end, epoch 9."""
    rows = [(i, 0, 1, float(i), "paused") for i in range(n)]
    rows += [(i, 1, 3, float(order_at_three(i)), "paused") for i in range(n // 3)]
    return legs_of(rows + [(0, 3, 0, 0.1, "complete")])


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_values_stand_at_their_rungs():
    table = rungs.values_at_rungs(halved(lambda i: 10 + i), 9)
    assert list(table.columns) == [1, 3, 9]
    assert table.count().tolist() == [9, 3, 1]
    assert table.loc[0].tolist() == [0.0, 10.0, 0.1]
    assert np.isnan(table.loc[4, 3])


def test_a_trial_that_ended_by_itself_stands_at_the_next_rung_and_a_failed_one_nowhere():
    rows = [(0, 0, 1, 5.0, "paused"), (0, 1, 2, 4.0, "complete"), (1, 0, 1, 6.0, "paused"), (1, 1, 3, 5.5, "paused")]
    table = rungs.values_at_rungs(legs_of([*rows, (2, 0, 1, np.nan, "failed")]), 9)
    assert list(table.columns) == [1, 3]
    assert table.loc[0].tolist() == [5.0, 4.0]
    assert 2 not in table.index


def test_what_pruning_saved():
    assert rungs.saved(halved(lambda i: i), 9) == (9 * 1 + 3 * 2 + 6, 81)
    assert rungs.sentences(halved(lambda i: i), 9) == ["21 epochs were trained, 74\u00a0% fewer than the 81 of all these trials to their end."]
    assert rungs.sentences(legs_of([]), 9) == []


def test_a_low_rank_correlation_is_said():
    [_, said] = rungs.sentences(halved(lambda i: -i, n=30), 9)
    assert said.startswith("The order at epoch 1 says little about that at epoch 3: the rank correlation of the 10 trials that went on is -1.00.")
    assert len(rungs.sentences(halved(lambda i: i * i, n=30), 9)) == 1, "1.0: any growing values"
    assert len(rungs.sentences(halved(lambda i: -i, n=12), 9)) == 1, "of four trials it says nothing"


def test_agreements_are_spearmans():
    order = [0, 2, 1, 4, 3, 5]
    [found] = rungs.agreements(rungs.values_at_rungs(halved(lambda i: order[i], n=18), 9))
    assert (found.rung, found.later, found.n) == (1, 3, 6)
    assert found.correlation == pytest.approx(1 - 6 * 4 / (6 * 35))
    assert rungs.agreements(rungs.values_at_rungs(halved(lambda i: 1.0, n=30), 9)) == [], "all tie"


@pytest.mark.parametrize("maximize", [False, True])
def test_the_ladder_joins_who_went_on(maximize):
    legs = halved(lambda i: 10 + i)
    legs = pd.concat([legs, legs_of([(1, 3, 0, 0.5, "complete")])], ignore_index=True)
    axes = rungs.ladder(legs, 9, "val_loss", maximize).axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["epoch 1\n9 trials", "epoch 3\n3 trials", "epoch 9\n2 trials"]
    *others, best = axes.get_lines()
    assert list(best.get_ydata()) == ([1.0, 11.0, 0.5] if maximize else [0.0, 10.0, 0.1])
    assert sum(len(line.get_xdata()) == 9 for line in others) == 1, "the nine points of the first rung"
    assert axes.get_ylabel() == "val_loss"


def test_trials_in_one_stretch_have_no_ladder():
    with pytest.raises(NothingToDraw, match="No trial was compared"):
        rungs.ladder(legs_of([(0, 0, 0, 1.0, "complete"), (1, 0, 0, 2.0, "complete")]), 9, "val_loss", False)
    with pytest.raises(NothingToDraw):
        rungs.ladder(legs_of([]), 9, "val_loss", False)
    with pytest.raises(NothingToDraw):
        rungs.ladder(legs_of([(0, 0, 1, np.nan, "failed")]), 9, "val_loss", False)


def test_many_trials_are_thinned_to_those_that_went_furthest():
    axes = rungs.ladder(halved(lambda i: i, n=3 * rungs.DRAWN), 9, "val_loss", False).axes[0]
    assert axes.get_xticklabels()[1].get_text() == f"epoch 3\n{rungs.DRAWN:,} trials"
