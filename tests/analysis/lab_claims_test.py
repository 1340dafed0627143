"""Each claim's rule where it holds, where it does not, and where the data cannot tell."""

import pytest
from lab_file import write_lab

from analysis.lab import models as names
from analysis.lab import read_lab
from analysis.lab.claim import judged
from analysis.lab.claims import CLAIMS
from analysis.lab.models import ADAM, OPTIMIZERS, REGULARIZATION, RMSPROP
from analysis.lab.noise import Verdict

LIKE_MINI_BATCH = {"first": 0.7, "reach": 4.0, "train_loss": 0.02, "val_loss": 0.09, "train_accuracy": 0.99}
LIKE_NORMALIZED = {"first": 0.7, "reach": 4.0, "val_loss": 1.2, "val_accuracy": 0.955, "to_and_fro": 0.25}
# C13 gives the highest loss to batch normalization, C15 to L2: not both can hold.
L2_HIGHEST = {names.BATCH_NORMALIZATION: {"val_loss": 0.3}}


@pytest.fixture
def judge(tmp_path):
    """judge(number, **of write_lab): the finding of C<number>, on a file of the part that it is about."""

    def judge(number, **options):
        part = OPTIMIZERS if number < 10 else REGULARIZATION
        lab = read_lab([write_lab(tmp_path / "lab.h5", part, **options)])
        return judged([CLAIMS[number - 1]], lab)[0].finding

    return judge


def test_there_are_sixteen_claims_and_each_states_its_rule():
    assert [claim.name for claim in CLAIMS] == [f"C{i}" for i in range(1, 17)]
    assert all(len(claim.rule) > 60 and claim.rule.endswith((".", ".)")) for claim in CLAIMS)


@pytest.mark.parametrize("repeats", [3, 1])
@pytest.mark.parametrize("part", [OPTIMIZERS, REGULARIZATION])
def test_what_is_as_the_document_says_holds(tmp_path, part, repeats):
    lab = read_lab([write_lab(tmp_path / "lab.h5", part, repeats=repeats)])
    claims = CLAIMS[:9] if part == OPTIMIZERS else CLAIMS[9:]
    verdicts = {each.claim.number: each.finding.verdict for each in judged(claims, lab)}
    assert verdicts.pop(15, Verdict.FAILS) is Verdict.FAILS
    assert set(verdicts.values()) == {Verdict.HOLDS}, verdicts


def test_l2_may_end_highest(judge):
    assert judge(15, change=L2_HIGHEST).verdict is Verdict.HOLDS


@pytest.mark.parametrize(
    "number, change, measured",
    [
        (1, {RMSPROP: {"seconds": 20.0}}, "higher: RMSProp 1000 s"),
        (2, {names.MINI_BATCH_32: {"seconds": 0.1}}, "lower: Mini-batch (32) 5.00 s"),
        (3, {names.STOCHASTIC: {"val_loss": 3.0}}, "higher: Stochastic"),
        (3, {names.STOCHASTIC: {"val_accuracy": 0.2}}, "lower: Stochastic"),
        (4, {names.BATCH: {"batch_size": "24000"}}, "100 updates in 50 epochs"),
        (4, {names.MINI_BATCH_32: {"batch_size": "16"}}, "150,000 updates in 50 epochs"),
        (5, {RMSPROP: {"val_loss": 0.5}}, "higher: RMSProp 0.48"),
        (5, {names.STOCHASTIC: {"val_loss": 2.5}}, "higher: Stochastic"),
        (6, {ADAM: {"reach": 30.0}}, "higher: Adam never"),
        (7, {ADAM: {"to_and_fro": 0.3, "late": 0.1}}, "Adam, validation loss"),
        (7, {RMSPROP: {"late": 0.0}}, "RMSProp, training loss: 0 % in the last fifth, 0 % in the middle (does not hold)"),
        (8, {ADAM: {"rise": 0.0}}, "Adam: the validation loss ends at 1.00 times its lowest"),
        (8, {RMSPROP: {"rise": 0.0}}, "RMSProp: the validation loss ends at 1.00 times its lowest"),
        (9, {ADAM: {"val_loss": 0.4}}, "lower: RMSProp 0.16"),
        (9, {RMSPROP: {"val_accuracy": 0.995}}, "higher: RMSProp 99"),
        (10, {names.L2: {"seconds": 5.0}}, "longest: L2 250 s"),
        (10, {names.EARLY_STOPPING: {"stops_at": 48}}, "48, 48, 48 of 50 epochs"),
        (10, {names.EARLY_STOPPING: {"stops_at": 50, "seconds": 0.1}}, "50, 50, 50 of 50 epochs, 5.00 s"),
        (10, {names.EARLY_STOPPING: {"seconds": 3.0}}, "28, 28, 28 of 50 epochs, 84.0 s"),
        (11, {RMSPROP: {"seconds": 5.0}}, "higher: RMSProp 250 s"),
        (11, {names.SEARCH_BEST: {"batch_size": "32"}}, "batch size 32"),
        (12, {names.DROPOUT_5: {"val_accuracy": 0.95}}, "points from Dropout 0.5 94.99 %"),
        (12, {names.SEARCH_BEST: {"val_accuracy": 0.96}}, "higher: Mini-batch 97.4"),
        (12, {names.SEARCH_BEST: {"val_accuracy": 0.99}}, "1.50 points above it"),
        (13, {names.L2: {"val_loss": 3.0}}, "higher: L2 3.0"),
        (13, {names.L2: {"val_accuracy": 0.9}}, "lower: L2 89."),
        (13, {ADAM: {"train_loss": 0.0001}}, "lower: Adam 0.0001"),
        (14, {ADAM: {"to_and_fro": 0.9, "val_loss": 1.0}}, "higher: Adam"),
        (15, {**L2_HIGHEST, names.L2: {"reach": 1.0}}, "epochs to come down: L2 4"),
        (15, {names.BATCH_NORMALIZATION: {"train_loss": 1.0}}, "higher: Batch normalization"),
        (16, {names.DROPOUT_2: {"val_loss": 0.4}}, "Dropout 0.2 0.3"),
        (16, {names.L2: {"val_accuracy": 0.9}}, "L2 7."),
    ],
)
def test_a_claim_that_does_not_hold_says_against_what(judge, number, change, measured):
    finding = judge(number, change=change)
    assert finding.verdict is Verdict.FAILS
    assert measured in " ".join(finding.measured)


@pytest.mark.parametrize(
    "number, change",
    [
        (1, {RMSPROP: {"seconds": 15.0}}),
        (2, {names.MINI_BATCH_32: {"seconds": 0.4}}),
        (3, {names.STOCHASTIC: {"val_loss": 2.0}}),
        (5, {RMSPROP: {"val_loss": 0.2, "late": 0.0}}),
        (6, {ADAM: {"first": 0.7, "train_loss": 0.02, "reach": 6.0}}),
        (9, {ADAM: {"val_loss": 0.18}}),
        (11, {RMSPROP: {"seconds": 2.0}}),
        (12, {names.SEARCH_BEST: {"val_accuracy": 0.975}}),
        (13, {names.MINI_BATCH: {"val_loss": 0.9}}),
        (14, {ADAM: LIKE_NORMALIZED}),
        (15, {**L2_HIGHEST, names.MINI_BATCH: {"val_loss": 0.7357}}),
        (16, {names.DROPOUT_2: LIKE_MINI_BATCH}),
    ],
)
def test_where_the_repeats_ranges_overlap_nothing_can_be_told(judge, number, change):
    assert judge(number, change=change).verdict is Verdict.UNTOLD


@pytest.mark.parametrize("number, model", [
    (1, ADAM), (2, ADAM), (3, ADAM), (4, names.BATCH), (5, ADAM), (6, RMSPROP), (7, ADAM), (8, ADAM), (9, ADAM),
    (10, names.L2), (11, names.SEARCH_BEST), (12, names.L2), (13, ADAM), (14, ADAM), (15, names.L2), (16, names.DROPOUT_5),
])  # fmt: skip
def test_without_a_model_that_it_is_about_a_claim_cannot_be_told(judge, number, model):
    finding = judge(number, drop=[model], change={} if number != 15 else L2_HIGHEST)
    assert finding.verdict is Verdict.UNTOLD
    assert f"no complete training of {model}" in " ".join(finding.measured) or "not known" in " ".join(finding.measured)


def test_what_one_model_contradicts_does_not_wait_for_a_missing_one(judge):
    assert judge(1, change={RMSPROP: {"seconds": 20.0}}, drop=[ADAM]).verdict is Verdict.FAILS


@pytest.mark.parametrize("repeats, seconds, verdict", [
    (1, 14.0, Verdict.UNTOLD), (1, 13.0, Verdict.HOLDS), (1, 16.0, Verdict.UNTOLD), (1, 17.0, Verdict.FAILS),
    (2, 14.0, Verdict.UNTOLD), (3, 14.0, Verdict.HOLDS),
])  # fmt: skip
def test_with_few_repeats_a_smallest_difference_decides(judge, repeats, seconds, verdict):
    assert judge(1, change={RMSPROP: {"seconds": seconds}}, repeats=repeats).verdict is verdict


def test_without_repeats_unrest_must_grow_by_a_quarter(judge):
    assert judge(7, change={ADAM: {"to_and_fro": 0.19}}, repeats=1).verdict is Verdict.UNTOLD


def test_some_repeats_below_the_limit_and_some_above_cannot_be_told(judge):
    around = {names.EARLY_STOPPING: {"seconds": 1.568, "spread": 0.05}}  # 0.75 of the others' mean, give or take
    assert judge(10, change=around).verdict is Verdict.UNTOLD
    assert judge(10, change={names.L2: {"seconds": 1.5, "spread": 0.05}}).verdict is Verdict.UNTOLD
    assert judge(12, change={names.L2: {"val_accuracy": 0.971, "spread": 0.01}}).verdict is Verdict.UNTOLD


def test_75000_updates_are_of_48000_rows(judge):
    finding = judge(4, rows=4800)
    assert finding.verdict is Verdict.UNTOLD
    assert "7,500 updates in 50 epochs of 4,800 rows at batch size 32, not 48,000 rows" in " ".join(finding.measured)


def test_a_file_without_row_counts_does_not_tell_its_updates(judge):
    assert judge(4, data=None).verdict is Verdict.UNTOLD


def test_fewer_epochs_tell_the_updates_of_50(judge):
    finding = judge(4, epochs=30)
    assert finding.verdict is Verdict.HOLDS
    assert "45,000 updates in 30 epochs of 48,000 rows at batch size 32, so 75,000 in 50" in " ".join(finding.measured)


def test_updates_that_the_decayed_rate_denies_are_not_believed(judge):
    finding = judge(4, change={names.DECAY: {"schedule": "{inverse_time: {decay: 0.0002}}"}})
    assert finding.verdict is Verdict.FAILS
    assert "37,501 updates by its last learning rate" in " ".join(finding.measured)
