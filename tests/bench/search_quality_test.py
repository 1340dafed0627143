"""That search_quality.py runs the searches that it says and counts right, on small made-up tables.

    python3 search_quality_test.py TABLE_SEARCH
"""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np

import search_counts
import search_quality
import search_table

HERE = Path(__file__).resolve().parent
PROGRAM = Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else search_quality.PROGRAM
EPOCHS = 9
OTHER = ("another table", "snapped")
DATA = search_table.Data(rows=100, features=4, classes=3)


def made_up(snapped=False):
    """400 points; they end at their number plus 1, shuffled, from 1000 above it."""
    axes = [
        search_table.Axis("optimizer", ["adam", "sgd"]),
        search_table.Axis("hidden", [[8], [16, 8]]),
        search_table.Axis("batch_size", [10, 20]),
        search_table.Axis("learning_rate", [1e-4, 1e-3, 1e-2, 1e-1, 1.0]),
        search_table.Axis("dropout", [0.1 * i for i in range(10)]),
    ]
    ends = np.random.default_rng(5).permutation(400) + 1.0
    return search_table.Table(axes, ends[:, None] + np.linspace(1000, 0, EPOCHS), DATA, snapped=snapped)


def values_of(column):
    words = h5py.check_enum_dtype(column.dtype)
    if words is None:
        return column[:].tolist()
    names = {number: word for word, number in words.items()}
    return [names[number] for number in column[:].tolist()]


def place_of(table, axis, value):
    if not axis.is_number:
        return axis.words.index(value)
    return axis.place(value) if table.snapped else value


class Tables(unittest.TestCase):
    def test_what_is_a_number_and_what_a_choice(self):
        for values, is_number in (
            ([0, 2, 4, 6], True),
            ([1e-3, 1e-2, 1e-1, 1], True),
            ([0.6, 0.4, 0.2, 0.0], False),
            ([1, 2, 3], False),
            ([1, 2, 4, 9], False),
            ([0, 1, 10, 100], False),
            ([1, 1, 1, 1], False),
            (["a", "b", "c", "d"], False),
            ([[1], [2], [3], [4]], False),
        ):
            self.assertEqual(is_number, search_table.Axis("x", values).is_number, values)

    def test_the_nearest_place(self):
        axis = search_table.Axis("x", [1e-3, 1e-2, 1e-1, 1])
        self.assertEqual([0, 0, 1, 1, 3], [axis.place(value) for value in (1e-3, 3e-3, 4e-3, 3e-2, 1)])
        axis = search_table.Axis("x", [0.0, 0.2, 0.4, 0.6])
        self.assertEqual([0, 0, 1, 3, 3], [axis.place(value) for value in (0, 0.09, 0.11, 0.51, 0.6)])

    def test_classes_are_counted_up(self):
        self.assertEqual([4.0, 1.0], search_counts.limits_of(made_up()))

    def test_costs_of_perceptrons(self):
        costs = made_up().costs()
        one, two = 4 * 8 + 8 + 8 * 3 + 3, 4 * 16 + 16 + 16 * 8 + 8 + 8 * 3 + 3  # weights
        self.assertEqual(100 * one + 10 * (4 * one + 5000), costs[0])
        self.assertEqual(100 * two + 5 * (4 * two + 5000), costs[-1])
        axes = [search_table.Axis("x", [1, 2])]
        self.assertEqual([1, 1], search_table.Table(axes, [[1], [2]], DATA).costs().tolist())
        self.assertEqual({1}, set(search_table.Table(made_up().axes, made_up().curves, None).costs()))

    def test_values_come_from_the_table_the_job_beside_it_or_the_caller(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "t.npz")
            axes = {"names": ["a", "b", "c", "d"], "shape": [2, 2, 1, 4], "d": [1, 10, 100, 1000]}
            np.savez(path, loss=np.zeros((16, 3)), **axes)
            job = {"search": {"space": {"a": {"choices": ["x", "y"]}, "d": {"low": 1, "high": 1000, "points": 4}}}}
            path.with_suffix(".yaml").write_text(json.dumps(job))
            values = [axis.values for axis in search_table.read(path, DATA, {"b": [3, 4]}).axes]
            self.assertEqual([["x", "y"], [3, 4], ["c_0"], [1, 10, 100, 1000]], values)
            with self.assertRaisesRegex(ValueError, "axis b has 2 places, but 3 values"):
                search_table.read(path, DATA, {"b": [3, 4, 5]})


class Counting(unittest.TestCase):
    LEGS = [(0, 0, 3, 9.0), (1, 0, 3, 8.0), (0, 3, 9, 5.0), (2, 0, 3, 2.0), (2, 3, 9, 1.0), (3, 0, 3, 7.0)]

    def test_epochs_until_a_trial_is_complete(self):
        self.assertEqual(([(12, 5.0), (21, 1.0)], 24), search_quality.count(self.LEGS, 9))

    def test_nothing_counts_once_the_last_trial_has_begun(self):
        self.assertEqual(([(12, 5.0)], 12), search_quality.count(self.LEGS, 9, 3))

    def test_hits_and_misses(self):
        study = search_quality.count(self.LEGS, 9)[0]
        self.assertEqual([[12, None], [21, None]], search_counts.hits([study, []], [5.0, 1.0], cap=21))
        self.assertEqual([[21], [None]], search_counts.hits([study], [4.9, 0.9], cap=21))
        self.assertEqual([[None], [None]], search_counts.hits([study], [4.9, 1.0], cap=20))

    def test_legs_are_taken_by_virtual_time_and_only_where_it_has_come(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "r.h5")
            columns = {"trial": [0, 1, 2, 3], "from": [0] * 4, "until": [3] * 4, "value": [0.0] * 4}
            with h5py.File(path, "w") as file:
                for name, values in columns.items():
                    file[f"legs/{name}"] = values
            self.assertEqual([0, 1, 2, 3], [leg[0] for leg in search_quality.read_legs(path)])
            with h5py.File(path, "a") as file:
                file["legs/virtual_end"] = [5.0, 2.0, float("nan"), 2.0]
            self.assertEqual([1, 3, 0], [leg[0] for leg in search_quality.read_legs(path)])


class Bars(unittest.TestCase):
    PAIR = "tpe+successive_halving"

    def verdict(self, ours, peer, place=0, slots=4, searched=search_quality.OPTDIGITS):
        return search_quality.verdict(searched, slots, self.PAIR, place, ours, peer, 4050)

    def test_a_mean_may_be_two_standard_errors_above_its_bar(self):
        self.assertTrue(self.verdict([470, 530], {}).met())  # 500 ± 30, bar 480
        self.assertFalse(self.verdict([499, 501], {}).met())
        self.assertTrue(self.verdict([690, 690], {}, slots=16).met())
        self.assertFalse(self.verdict([710, 710], {}, slots=16).met())

    def test_other_tables_have_no_bar_but_the_peer(self):
        peer = {"tpe+none": [[900, 900], [900, 900]], "tpe+median": [[600, 602], [2000, 2002]]}
        self.assertTrue(self.verdict([600, 600], peer, searched=OTHER).met())
        self.assertFalse(self.verdict([610, 610], peer, searched=OTHER).met())
        self.assertFalse(self.verdict([910, 910], peer, place=1, searched=OTHER).met())
        self.assertTrue(self.verdict([910, 910], {}, searched=OTHER).met())

    def test_no_study_may_miss(self):
        self.assertFalse(self.verdict([300] * 50 + [None], {}, searched=OTHER).met())
        self.assertTrue(self.verdict([300] * 50 + [None], {}, slots=16, searched=OTHER).met())

    def test_bars_are_of_one_space(self):
        self.assertTrue(self.verdict([900, 900], {}, searched=(search_quality.OPTDIGITS[0], "grid")).met())

    def test_misses_count_as_the_cap(self):
        self.assertEqual(["2,025 ± 2,025", "2,025", "1 of 2"], search_quality.cells([0, None], 4050))

    def test_every_pair_of_the_peer_has_its_rows(self):
        hits = [[1, 2], [3, None]]
        rows, met = search_quality.rows_of(OTHER, 4, {self.PAIR: hits}, {self.PAIR: hits, "tpe+none": hits}, 4050)
        self.assertEqual([self.PAIR.replace("+", " + ")] * 2 + ["tpe + none"] * 2, [row[0] for row in rows])
        self.assertEqual({len(search_quality.HEADER)}, {len(row) for row in rows})
        self.assertFalse(met)


class Searches(unittest.TestCase):
    """By the program itself."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.table = made_up()
        cls.studies = search_quality.Studies(cls.table, PROGRAM, 0, cls.folder.name)

    def test_a_search_of_all_points_finds_the_best_where_the_curves_say(self):
        legs = self.studies.run("random+none", 3, 400)
        complete, trained = search_quality.count(legs, EPOCHS)
        self.assertEqual(400 * EPOCHS, trained)
        self.assertEqual(set(range(1, 401)), {value for _, value in complete})
        place = [value for _, value in complete].index(1.0)
        self.assertEqual([[EPOCHS * (place + 1)]], search_counts.hits([complete], [1.0], trained))

    def test_parameters_are_looked_up_at_their_place(self):
        self.check_places(made_up())

    def test_of_real_numbers_the_nearest_place_counts(self):
        self.check_places(made_up(snapped=True))

    def check_places(self, table):
        with tempfile.TemporaryDirectory() as folder:
            studies = search_quality.Studies(table, PROGRAM, 0, folder)
            job, results = Path(folder, "places.yaml"), Path(folder, "places.h5")
            job.write_text(json.dumps(search_quality.job_of(table, "random+none", 1, 400, 0)))
            done = studies.call("run", job, "-o", results)
            self.assertEqual(0, done.returncode, done.stdout)
            with h5py.File(results) as file:
                columns = [values_of(file["trials/parameters"][axis.name]) for axis in table.axes]
                curves = {trial: [] for trial in file["trials/number"][:].tolist()}
                for trial, value in zip(file["epochs/trial"][:].tolist(), file["epochs/val_cross_entropy"][:].tolist()):
                    curves[trial].append(value)
        for trial, values in enumerate(zip(*columns)):
            places = [place_of(table, axis, value) for axis, value in zip(table.axes, values)]
            self.assertEqual(table.curve(places).tolist(), curves[trial])

    def test_paused_trials_go_on(self):
        legs = self.studies.run("random+successive_halving", 3, 64)
        self.assertTrue(any(begin > 0 for _, begin, _, _ in legs))
        reached = {}
        for trial, begin, end, value in legs:
            self.assertEqual(reached.get(trial, 0), begin)
            reached[trial] = end
        complete, _ = search_quality.count(legs, EPOCHS)
        # The curves are parallel, so the best at the first rung is the best at the end.
        first = min((value, trial) for trial, begin, _, value in legs if begin == 0)[1]
        last = min((value, trial) for trial, _, end, value in legs if end == EPOCHS)[1]
        self.assertEqual(first, last)

    def test_a_study_goes_on_until_the_cap(self):
        complete = self.studies.study("random+none", 0)
        self.assertTrue(complete[-1][0] >= self.studies.cap or 1.0 in {value for _, value in complete})

    def test_a_job_that_fails_is_no_figure(self):
        with self.assertRaisesRegex(search_quality.NotMeasured, "exit code 2"):
            self.studies.run("random+none", 0, 100000)

    def test_the_whole(self):
        path = Path(self.folder.name, "whole.npz")
        axes = {axis.name: np.arange(len(axis.values)) for axis in self.table.axes}
        names = list(axes)
        np.savez(path, loss=self.table.curves, names=names, shape=self.table.shape, **axes)
        command = [sys.executable, HERE / "search_quality.py", "--table", path, "--program", PROGRAM, "--slots", "0"]
        command += ["--seeds", "2", "--pairs", "random+none", "random+hyperband"]
        done = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(4, done.stdout.count("\n| random"), done.stdout)
        peer = Path(self.folder.name, "peer.json")
        kept = {"versions": {}, "command": "", "cap": 150 * EPOCHS, "table": "another", "space": "snapped", "pairs": {}}
        peer.write_text(json.dumps(kept))
        done = subprocess.run([*command, "--peer", peer], capture_output=True, text=True)
        self.assertEqual(2, done.returncode, done.stderr)
        self.assertIn("another table", done.stderr)


if __name__ == "__main__":
    unittest.main()
