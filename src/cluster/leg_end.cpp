#include "trawl/cluster/leg_end.hpp"

#include "trawl/study/ranking.hpp"

namespace trawl {

bool LegEnd::take(const EpochRecord& record) {
  if (until_epoch_ == kToTheEnd) return true;
  if (is_over()) return false;
  const double value = record.values.at_or_nan(rule_.metric);
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
