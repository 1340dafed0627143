// Compares the study that is there with the one that is wanted.
#include "found_study.hpp"

#include "trawl/journal/journal_reader.hpp"

namespace trawl {

void Found::apply(const JournalRecord& record) {
  if (const auto* event = std::get_if<TrialEvent>(&record)) {
    progress.apply(*event);
    best.apply(*event);
  } else if (const auto* evaluation = std::get_if<TestEvaluation>(&record)) {
    test = *evaluation;
  }
}

JournalContents read_journal(const std::string& path, const JournaledStudy& wanted,
                             const std::string& older_identity, const std::string& no_growth) {
  JournalContents contents;
  contents.summary = scan_journal(path, [&](const JournalRecord& record, std::uint64_t segment) {
    if (!contents.mismatch.empty()) return;  // the events of another study fit nothing here
    if (const auto* study = std::get_if<JournaledStudy>(&record)) {
      contents.mismatch =
          study_mismatch(segment_path(path, segment), *study, wanted, older_identity, no_growth);
      if (!contents.found) contents.found.emplace(wanted);
    } else if (contents.found) {
      contents.found->apply(record);
    }
  });
  return contents;
}

}  // namespace trawl
