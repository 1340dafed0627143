"""run.sh --quick: every part runs and prints well-formed rows. What the figures are is not looked at.

    python3 quick_test.py BUILD
"""

import subprocess
import sys
import unittest
from pathlib import Path

import table
from bench_part import row_of

HERE = Path(__file__).resolve().parent
BUILD = Path(sys.argv.pop(1)).resolve()


def run(*options):
    return subprocess.run([HERE / "run.sh", "--build", BUILD, *options], capture_output=True, text=True)


def rows_by_part(log):
    parts = {}
    for line in log.splitlines():
        if line.startswith("== "):
            rows = parts.setdefault(line[3:], [])
        elif "\t" in line:
            rows.append(table.parse(line))
    return parts


class QuickRun(unittest.TestCase):
    def test_every_part_prints_rows_with_our_figures(self):
        done = run("--quick")
        self.assertEqual(0, done.returncode, done.stderr)
        parts = rows_by_part(done.stderr)
        self.assertLessEqual({"training", "peak", "search", "start", "memory", "scaling", "cluster"}, set(parts))
        for part, rows in parts.items():
            self.assertTrue(rows, f"{part} prints no rows")
            for row in rows:
                self.assertIn(row[0], done.stdout)
                self.assertNotEqual("-", row[1], f"{part} does not measure ours: {row}")
                self.assertEqual("-", row[6], f"{part} judges a quick run: {row}")
        self.assertEqual(18, len(parts["training"]))

    def test_a_part_that_does_not_exist(self):
        self.assertEqual(2, run("--only", "speed").returncode)

    def test_a_part_that_fails(self):
        done = run("--quick", "--only", "start", "--images", "/nowhere")
        self.assertEqual(1, done.returncode, done.stderr)
        self.assertIn("failed to run: start", done.stderr)


class Rows(unittest.TestCase):
    def test_medians_and_the_spread_of_the_ratios(self):
        row = row_of("x", [10, 30, 20], [2, 3, 4], [5, 10, 6], ">= 6")
        self.assertEqual(["x", "20", "3", "6.00", "5.00-10.00", ">= 6", "met"], table.parse(row))

    def test_what_is_judged(self):
        for ratios, goal, verdict in (
            ([5.9], ">= 6", "not met"),
            ([1.1], "<= 1", "not met"),
            ([0.9], "<= 1", "met"),
            ([-0.2], ">= -0.3", "met"),
            ([], ">= 6", "-"),
            ([7], None, "-"),
        ):
            self.assertEqual(verdict, table.parse(row_of("x", [1], [1], ratios, goal))[-1], (ratios, goal))

    def test_rows_that_are_not_well_formed(self):
        good = ["x", "20", "3", "6.00", "5.00-10.00", ">= 6", "met"]
        table.parse("\t".join(good))
        for bad in (good[:-1], [*good, "more"], ["", *good[1:]], [*good[:-1], "perhaps"]):
            with self.assertRaises(ValueError):
                table.parse("\t".join(bad))


if __name__ == "__main__":
    unittest.main()
