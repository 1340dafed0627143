"""docs/results.md says what the schema says; and where it does not, one line tells what to correct."""

import sys
import unittest

import results_rules
from changed_tree import ROOT, ChangedTree


class ThisTree(unittest.TestCase):
    def test_the_page_says_what_the_schema_says(self):
        found = results_rules.results_violations(ROOT)
        self.assertEqual([], found, "\n" + "\n".join(found))


class ChangedTrees(ChangedTree):
    READ = (results_rules.HEADER, results_rules.PAGE)

    def finds(self, *violations):
        self.assertEqual([f"{results_rules.PAGE}: {text}" for text in violations], results_rules.results_violations(self.root))

    def test_another_column(self):
        self.change(results_rules.HEADER, 'Column kFrom = {"from"', 'Column kSlot = {"slot", "1", "place"};\ninline constexpr Column kFrom = {"from"')
        self.finds("no row says `/legs/slot`, 1: place")

    def test_another_name(self):
        self.change(results_rules.HEADER, '{"busy_seconds", "s"', '{"busy", "s"')
        self.finds("/workers/busy_seconds is not the schema's: s; time with a trial", "no row says `/workers/busy`, s: time with a trial")

    def test_other_units(self):
        self.change(results_rules.PAGE, "| `/epochs/seconds` | s |", "| `/epochs/seconds` | ms |")
        self.finds("/epochs/seconds is not the schema's: ms; wall time of the epoch", "no row says `/epochs/seconds`, s: wall time of the epoch")

    def test_another_attribute(self):
        self.change(results_rules.HEADER, 'kRepeats = "repeats";', 'kRepeats = "repeats";\ninline constexpr const char* kTask = "task";')
        self.finds("no row says what the attribute task of / is")

    def test_an_attribute_that_is_gone(self):
        self.change(results_rules.HEADER, 'inline constexpr const char* kLog = "log";\n', "")
        self.finds("the schema has no attribute log of /trials/parameters/NAME")

    def test_another_version(self):
        self.change(results_rules.HEADER, "kFormatVersion = ", "kFormatVersion = 1")
        self.finds("it does not say 'The file is version 12 of the format'")


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=1))
