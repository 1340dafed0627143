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
  const bool is_first = outcome_.n_epochs == 0;
  if (is_last || is_first || is_better(rule_.direction, value, outcome_.objective)) {
    outcome_.objective = value;
    outcome_.best_epoch = record.epoch;
  }
  ++outcome_.n_epochs;
  outcome_.seconds += record.seconds;
  return true;
}

}  // namespace trawl
