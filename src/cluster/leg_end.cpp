#include "trawl/cluster/leg_end.hpp"

#include "trawl/base/error.hpp"
#include "trawl/study/ranking.hpp"

namespace trawl {
namespace {

double metric_in(const EpochRecord& record, Metric metric) {
  switch (metric) {
    case Metric::val_accuracy: return record.val_accuracy;
    case Metric::val_loss: return record.val_loss;
    case Metric::val_cross_entropy: return record.val_cross_entropy;
  }
  TRAWL_CHECK(false, "metric {}", static_cast<int>(metric));
  return kNan;
}

}  // namespace

bool LegEnd::take(const EpochRecord& record) {
  if (until_epoch_ == kToTheEnd) return true;
  if (is_over()) return false;
  const double value = metric_in(record, rule_.metric);
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
