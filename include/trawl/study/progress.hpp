#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "trawl/study/ranking.hpp"
#include "trawl/study/trial_store.hpp"

namespace trawl {

/// How far a study is: what a master needs to carry on, and nothing that grows with the
/// length of the curves. A finished trial costs one bit.
class StudyProgress {
 public:
  StudyProgress(std::int64_t n_trials, std::int64_t repeats, ObjectiveDefinition::Direction direction);

  /// Takes every event of the study once, in order.
  void apply(const TrialEvent& event);

  [[nodiscard]] std::int64_t n_trials() const { return static_cast<std::int64_t>(finished_.size()); }
  [[nodiscard]] bool is_finished(TrialNumber trial) const;
  [[nodiscard]] std::int64_t n_finished() const { return n_complete_ + n_pruned_ + n_failed_; }
  [[nodiscard]] std::int64_t n_complete() const { return n_complete_; }
  [[nodiscard]] std::int64_t n_pruned() const { return n_pruned_; }
  [[nodiscard]] std::int64_t n_failed() const { return n_failed_; }
  [[nodiscard]] bool all_finished() const { return n_finished() == n_trials(); }

  /// How often an unfinished trial was started, and how often an attempt of it failed.
  /// A start that was cut off with the whole run counts only as a start.
  struct Attempts {
    std::int64_t started = 0;
    std::int64_t failed = 0;
  };
  [[nodiscard]] Attempts attempts(TrialNumber trial) const;

  [[nodiscard]] const Ranking& ranking() const { return ranking_; }

 private:
  std::vector<bool> finished_;
  std::int64_t n_complete_ = 0;
  std::int64_t n_pruned_ = 0;
  std::int64_t n_failed_ = 0;
  std::map<TrialNumber, Attempts> unfinished_;
  Ranking ranking_;
};

}  // namespace trawl
