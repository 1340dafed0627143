import fcntl

import h5py
import numpy as np
import pytest
from results_file import write_results

import analysis


def test_one_row_a_trial_with_parameters_under_their_own_names(tmp_path):
    trials, _ = analysis.load(write_results(tmp_path / "r.h5", n_trials=6, repeats=2))
    assert trials.number.tolist() == [0, 1, 2, 3, 4, 5]
    assert trials.point.tolist() == [0, 0, 1, 1, 2, 2]
    assert set(trials.state) == {"complete"}
    assert trials.attrs["parameters"] == ["learning_rate", "batch_size"]
    assert trials.learning_rate.between(1e-3, 10**-0.5).all()
    assert set(trials.batch_size) <= {16, 32, "all"}
    assert trials.seed[5] == 2**63 + 5
    assert str(trials.started_at.dt.tz) == "UTC"


def test_attributes_of_the_study_come_along(tmp_path):
    trials, _ = analysis.load(write_results(tmp_path / "r.h5", complete=False, objective_direction="minimize"))
    assert trials.attrs["study"] == "fixture"
    assert trials.attrs["objective_direction"] == "minimize"
    assert trials.attrs["complete"] is False
    assert (trials.attrs["shard"], trials.attrs["n_shards"]) == (0, 1)


def test_a_shard_says_which_it_is(tmp_path):
    path = write_results(tmp_path / "r.h5")
    with h5py.File(path, "a") as file:
        file.attrs.update(shard=2, n_shards=3)
    trials, _ = analysis.load(path)
    assert (trials.attrs["shard"], trials.attrs["n_shards"]) == (2, 3)


def test_one_row_an_epoch_sorted(tmp_path):
    trials, epochs = analysis.load(write_results(tmp_path / "r.h5", n_trials=4, n_epochs=3, states={1: "waiting"}))
    assert epochs.trial.tolist() == [0, 0, 0, 2, 2, 2, 3, 3, 3]
    assert epochs.epoch.tolist() == [0, 1, 2] * 3
    last = epochs.groupby("trial").val_accuracy.last()
    np.testing.assert_array_equal(last[[0, 2, 3]], trials.objective[[0, 2, 3]])


def test_unfinished_and_failed_trials(tmp_path):
    trials, epochs = analysis.load(write_results(tmp_path / "r.h5", states={0: "failed", 1: "running", 2: "waiting"}))
    assert trials.state.tolist()[:4] == ["failed", "running", "waiting", "complete"]
    assert trials.objective[:3].isna().all()
    assert trials.error[0] == "the loss is not finite"
    assert np.isnan(epochs[epochs.trial == 0].val_loss.iloc[-1])


def test_booleans_and_lists_among_the_choices(tmp_path):
    path = write_results(tmp_path / "r.h5", n_trials=2)
    with h5py.File(path, "a") as file:
        widths = h5py.enum_dtype({"[64]": 0, "[128, 64]": 1}, "u1")
        file.create_dataset("trials/parameters/hidden", data=[1, 0], dtype=widths)
        file["trials/parameters/flag"] = np.array([True, False])
    trials, _ = analysis.load(path)
    assert trials.hidden.tolist() == [(128, 64), (64,)]
    assert trials.flag.tolist() == [True, False]
    assert trials.groupby("hidden").size().to_dict() == {(64,): 1, (128, 64): 1}


def test_a_file_that_is_missing(tmp_path):
    with pytest.raises(analysis.ResultsError, match="no such file"):
        analysis.load(tmp_path / "none.h5")


def test_a_file_that_is_not_hdf5(tmp_path):
    (tmp_path / "r.h5").write_text("trials")
    with pytest.raises(analysis.ResultsError, match="not an HDF5 file"):
        analysis.load(tmp_path / "r.h5")


def test_a_file_that_is_cut(tmp_path):
    path = write_results(tmp_path / "r.h5")
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    with pytest.raises(analysis.ResultsError, match="cannot be opened: .*truncated.*`trawl repair"):
        analysis.load(path)


def test_a_file_system_that_refuses_locks(tmp_path):
    path = write_results(tmp_path / "r.h5")
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(analysis.ResultsError, match="unable to lock.* set HDF5_USE_FILE_LOCKING=FALSE"):
            analysis.load(path)


def test_a_file_of_another_program(tmp_path):
    h5py.File(tmp_path / "r.h5", "w").close()
    with pytest.raises(analysis.ResultsError, match="not one that `trawl run` wrote"):
        analysis.load(tmp_path / "r.h5")


def test_a_newer_format_says_what_to_do(tmp_path):
    with pytest.raises(analysis.ResultsError, match="format version 3.*newer Trawl"):
        analysis.load(write_results(tmp_path / "r.h5", format_version=3))


def test_a_damaged_file_names_what_is_missing(tmp_path):
    path = write_results(tmp_path / "r.h5")
    with h5py.File(path, "a") as file:
        del file["trials/state"]
    with pytest.raises(analysis.ResultsError, match="state"):
        analysis.load(path)
