#pragma once

#include <cstdint>

#include "trawl/cluster/protocol.hpp"

namespace trawl {

/// Follows the records of one leg: what counts of them, and what is to be told of the trial where it is
/// paused. It does not matter how far the objective goes on behind that.
class LegEnd {
 public:
  LegEnd(std::int64_t until_epoch, const PauseRule& rule) : until_epoch_(until_epoch), rule_(rule) {}

  /// Takes the record of the next epoch. False: it is behind the leg.
  bool take(const EpochRecord& record);
  /// All epochs of the leg are there.
  [[nodiscard]] bool is_over() const { return until_epoch_ != kToTheEnd && n_epochs_ == until_epoch_; }
  /// Of the paused trial.
  [[nodiscard]] TrialOutcome outcome() const;

 private:
  std::int64_t until_epoch_;
  PauseRule rule_;
  std::int64_t n_epochs_ = 0;
  std::int64_t best_epoch_ = -1;
  double value_ = kNan;
  double seconds_ = 0.0;
};

}  // namespace trawl
