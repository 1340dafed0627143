#pragma once

#include <cstdint>

#include "trawl/cluster/protocol.hpp"

namespace trawl {

/// Follows the records of one leg: what counts of them, and what is to be told of the trial where it is
/// paused. It does not matter how far the objective goes on behind that.
class LegEnd {
 public:
  LegEnd(std::int64_t until_epoch, const PauseRule& rule) : until_epoch_(until_epoch), rule_(rule) {
    outcome_.state = TrialState::paused;
  }

  /// Takes the record of the next epoch. False: it is behind the leg.
  bool take(const EpochRecord& record);
  /// All epochs of the leg are there.
  [[nodiscard]] bool is_over() const {
    return until_epoch_ != kToTheEnd && outcome_.n_epochs == until_epoch_;
  }
  /// Of the paused trial.
  [[nodiscard]] const TrialOutcome& outcome() const { return outcome_; }

 private:
  std::int64_t until_epoch_;
  PauseRule rule_;
  TrialOutcome outcome_;
};

}  // namespace trawl
