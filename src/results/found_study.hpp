#pragma once

#include <optional>
#include <string>

#include <fmt/format.h>

#include "trawl/journal/journal_record.hpp"
#include "trawl/journal/journal_scan.hpp"
#include "trawl/results/best_keeper.hpp"
#include "trawl/results/differing_lines.hpp"
#include "trawl/study/progress.hpp"

namespace trawl {

/// What is known of a study from its journal, or from its complete file.
struct Found {
  explicit Found(const JournaledStudy& study)
      : progress(study.n_trials, study.repeats, study.objective.direction, study.shard, study.keep),
        best(study.objective.direction, study.repeats) {}
  void apply(const JournalRecord& record);
  StudyProgress progress;
  BestKeeper best;
  std::optional<TestEvaluation> test;
};

/// Why a stored study, a JournaledStudy or a FileInspection, is not the wanted one or a part of it; "" if it
/// is. `older_identity`, `no_growth`: see StudyDescription.
template <class Stored>
std::string study_mismatch(const std::string& path, const Stored& stored, const JournaledStudy& wanted,
                           const std::string& older_identity, const std::string& no_growth) {
  if (stored.identity != wanted.identity && (older_identity.empty() || stored.identity != older_identity)) {
    if (!no_growth.empty() && differ_in_one_key(stored.identity, wanted.identity, "search.n_trials")) {
      return fmt::format("{} holds {} trials and the job asks for {}: {}", path, stored.n_trials,
                         wanted.n_trials, no_growth);
    }
    return fmt::format("{} holds another study; choose another file with -o, or make the job what it was:{}",
                       path, differing_lines(stored.identity, "there: ", wanted.identity, "wanted:"));
  }
  if (stored.shard != wanted.shard) {
    return fmt::format(
        "{} holds {} and {} is asked for: choose another file with -o, or the --shard it was begun with",
        path, described(stored.shard), described(wanted.shard));
  }
  if (stored.n_trials > wanted.n_trials) {
    return fmt::format(
        "{} holds {} trials and the job asks for {}: a study can only grow; choose another file "
        "with -o, or a larger n_trials",
        path, stored.n_trials, wanted.n_trials);
  }
  return {};
}

struct JournalContents {
  JournalSummary summary;
  std::optional<Found> found;  // empty where there is no journal
  std::string mismatch;        // why its study is not the wanted one; found counts only where this is ""
};

JournalContents read_journal(const std::string& path, const JournaledStudy& wanted,
                             const std::string& older_identity, const std::string& no_growth);

}  // namespace trawl
