"""Exit codes, states of trials and times are the same in all languages; and where one is not, one line says which."""

import sys
import unittest

import table_rules
from changed_tree import ROOT, ChangedTree


class ThisTree(unittest.TestCase):
    def holds(self, violations):
        self.assertEqual([], violations, "\n" + "\n".join(violations))

    def test_exit_codes(self):
        self.assertEqual(75, table_rules.exit_codes(ROOT)["interrupted"])
        self.holds(table_rules.exit_code_violations(ROOT))

    def test_states(self):
        self.assertIn("paused", table_rules.states(ROOT))
        self.holds(table_rules.state_violations(ROOT))

    def test_times(self):
        self.assertIn("kBeatSeconds", table_rules.times(ROOT))
        self.holds(table_rules.time_violations(ROOT))


class ChangedTrees(ChangedTree):
    READ = (
        table_rules.EXIT_CODES,
        table_rules.STATES,
        table_rules.TIMES,
        table_rules.LAUNCHER,
        "include/trawl/study/trial.hpp",
        "docs/running.md",
        "docs/failures.md",
        "slurm/common.sh",
        "src/app/command_line.cpp",
        "analysis/schema.py",
        "analysis/curves.py",
    )

    def finds(self, rule, *beginnings):
        found = rule(self.root)
        self.assertEqual(len(beginnings), len(found), found)
        for line, beginning in zip(found, beginnings):
            self.assertTrue(line.startswith(beginning), line)

    def test_an_exit_code_that_is_new(self):
        self.change(table_rules.EXIT_CODES, "  some_failed = 3,", "  some_failed = 3,\n  refused = 5,")
        self.finds(table_rules.exit_code_violations, "docs/running.md: explains", "src/app/command_line.cpp: explains", "bin/trawl-mpirun: explains")

    def test_a_table_without_a_code(self):
        self.change("docs/running.md", "| 4 | storage", "| 5 | storage")
        self.finds(table_rules.exit_code_violations, "docs/running.md: explains the exit codes [0, 1, 2, 3, 5, 75]")

    def test_a_script_that_ends_with_another_code(self):
        self.change("slurm/common.sh", "finish 75", "finish 76")
        self.finds(table_rules.exit_code_violations, "slurm/common.sh: exit code 76")

    def test_a_page_that_names_another_code(self):
        self.change("docs/failures.md", "exit code 75", "exit code 74")
        self.finds(table_rules.exit_code_violations, "docs/failures.md: exit code 74")

    def test_a_signal_is_no_exit_code_of_ours(self):
        self.change("docs/failures.md", "exit code 75", "exit code 137")
        self.finds(table_rules.exit_code_violations)

    def test_a_state_that_the_analysis_does_not_know(self):
        self.change("include/trawl/study/trial.hpp", "failed, paused }", "failed, paused, lost }")
        self.change(table_rules.STATES, '"failed", "paused"}', '"failed", "paused", "lost"}')
        self.finds(table_rules.state_violations, "analysis/schema.py: has no list of the states")

    def test_states_in_another_order(self):
        self.change("include/trawl/study/trial.hpp", "waiting, running,", "running, waiting,")
        self.finds(table_rules.state_violations, "include/trawl/study/trial.hpp: TrialState is")

    def test_a_second_list_of_states(self):
        self.change("analysis/curves.py", "import math\n", f"import math\nSTATES = {table_rules.states(ROOT)}\n")
        self.finds(table_rules.state_violations, "analysis/curves.py: lists the states")

    def test_a_launcher_that_waits_longer(self):
        self.change(table_rules.LAUNCHER, "TRAWL_MPIRUN_SILENT_SECONDS 300", "TRAWL_MPIRUN_SILENT_SECONDS 30")
        self.finds(table_rules.time_violations, "bin/trawl-mpirun: waits [30.0] s")

    def test_a_time_that_is_gone(self):
        self.change(table_rules.TIMES, "kMpirunStop = 120.0", "kMpirunEnd = 120.0")
        self.finds(table_rules.time_violations, "bin/trawl-mpirun: waits [120.0] s where")


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=1))
