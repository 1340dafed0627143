// Decides that a training does not improve any more.
#include "trawl/train/early_stopping.hpp"

#include <limits>

namespace trawl {

EarlyStopping::EarlyStopping(const EarlyStoppingDefinition& definition, const ObjectiveDefinition& objective,
                             const MetricTable& metrics)
    : metric_(definition.metric.empty() ? objective.metric : definition.metric),
      direction_(definition.metric.empty() ? objective.direction
                                           : metrics.direction_of(definition.metric).value()),
      patience_(definition.patience),
      min_delta_(definition.min_delta),
      best_(direction_ == Direction::maximize ? -std::numeric_limits<double>::infinity()
                                              : std::numeric_limits<double>::infinity()) {}

bool EarlyStopping::observe(double value) {
  const bool improved =
      direction_ == Direction::maximize ? value - min_delta_ > best_ : value + min_delta_ < best_;
  if (improved) {
    best_ = value;
    waited_ = 0;
  } else {
    ++waited_;
  }
  stops_ = !improved && waited_ >= patience_;
  return improved;
}

}  // namespace trawl
