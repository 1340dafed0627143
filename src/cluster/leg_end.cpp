// Notices where a trial is to be paused.
#include "trawl/cluster/leg_end.hpp"

#include "trawl/study/ranking.hpp"

namespace trawl {

bool LegEnd::take(const EpochRecord& record) {
  if (until_epoch_ == kToTheEnd) return true;
  if (is_over()) return false;
  const double value = record.values.at_or_nan(rule_.metric);
  const bool is_last = rule_.at == ObjectiveDefinition::At::last;
  if (is_last || n_epochs_ == 0 || is_better(rule_.direction, value, value_)) {
    value_ = value;
    best_epoch_ = record.epoch;
  }
  ++n_epochs_;
  seconds_ += record.seconds;
  return true;
}

TrialOutcome LegEnd::outcome() const {
  return {TrialState::paused, value_, best_epoch_, n_epochs_, seconds_, "", {}};
}

}  // namespace trawl
