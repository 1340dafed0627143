"""docs/journal.md says what the headers say; and where it does not, one line tells what to correct."""

import sys
import unittest

import journal_rules
from changed_tree import ROOT, ChangedTree

INCLUDE = "include/trawl/"
RECORD, STORE, SHARD = f"{INCLUDE}journal/journal_record.hpp", f"{INCLUDE}study/trial_store.hpp", f"{INCLUDE}study/shard.hpp"


class ThisTree(unittest.TestCase):
    def test_the_page_says_what_the_headers_say(self):
        found = journal_rules.journal_violations(ROOT)
        self.assertEqual([], found, "\n" + "\n".join(found))


class ChangedTrees(ChangedTree):
    READ = (journal_rules.PAGE, *(f"include/trawl/{module}" for module in journal_rules.HEADERS))

    def finds(self, *parts):
        """One violation, which holds all of these words."""
        found = journal_rules.journal_violations(self.root)
        self.assertEqual(1, len(found), found)
        for part in (journal_rules.PAGE, *parts):
            self.assertIn(part, found[0])

    def test_another_magic(self):
        self.change(RECORD, 'kJournalMagic = "TRAWLJN', 'kJournalMagic = "TRAWLJNX')
        self.finds("magic is", "the headers say TRAWLJNX")

    def test_another_version(self):
        self.change(RECORD, "kJournalVersion = ", "kJournalVersion = 9")
        self.finds("version, in the head", "the headers say 9")

    def test_another_length(self):
        self.change(f"{INCLUDE}archive/bytes.hpp", "kMaxSealedBytes = 1U << 30", "kMaxSealedBytes = 1U << 31")
        self.finds("longest sealed value", "2^30", "2^31")

    def test_another_record(self):
        self.change(RECORD, "std::variant<JournaledStudy, ", "std::variant<JournaledStudy, StudyClosed, ")
        self.finds("JournalRecord is 0 JournaledStudy, 1 SessionStarted", "say 0 JournaledStudy, 1 StudyClosed, 2 SessionStarted")

    def test_another_event(self):
        self.change(STORE, "std::variant<TrialStarted, ", "std::variant<TrialStarted, TrialMoved, ")
        self.finds("TrialEvent is 0 TrialStarted, 1 EpochsReported", "say 0 TrialStarted, 1 TrialMoved, 2 EpochsReported")

    def test_another_field(self):
        self.change(SHARD, "archive& index& count;", "archive& index& count& first;")
        self.finds("Shard is index, count; the headers say index, count, first")

    def test_fields_in_another_order(self):
        self.change(SHARD, "archive& index& count;", "archive& count& index;")
        self.finds("Shard is index, count; the headers say count, index")

    def test_another_word(self):
        self.change(f"{INCLUDE}study/metric.hpp", "{ minimize, maximize }", "{ minimize, maximize, approach }")
        self.finds("Direction is minimize, maximize; the headers say minimize, maximize, approach")

    def test_another_kind_of_value(self):
        self.change(f"{INCLUDE}study/parameter.hpp", "std::variant<bool, ", "std::variant<bool, std::uint32_t, ")
        self.finds("ParameterValue is bool, int64", "the headers say bool, uint32, int64")

    def test_a_class_is_a_structure_too(self):
        self.change(SHARD, "struct Shard {", "class Shard final : public Part {\n public:")
        self.change(SHARD, "archive& index& count;", "archive& index_& count_;")
        self.assertEqual([], journal_rules.journal_violations(self.root))

    def test_a_structure_that_the_page_does_not_have(self):
        self.change(SHARD, "  std::int64_t index = 0;\n", "  std::int64_t index = 0;\n  std::vector<WeightsRule> rules;\n")
        self.finds("nothing says what WeightsRule is, of which Shard has one")

    def test_a_structure_that_is_gone(self):
        self.change("docs/journal.md", "| `LayerArray` | `layer, name, shape, values` |", "| `Layers` | `layer, name` |")
        self.finds("Layers is layer, name; the headers say nothing")

    def test_a_table_without_a_line(self):
        self.change("docs/journal.md", "| magic of any build | `TRAWLJN` |\n", "")
        self.finds("magic of any build is missing; the headers say TRAWLJN")


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=1))
