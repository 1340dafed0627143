#pragma once

#include <cstdint>

#include "trawl/study/metric.hpp"
#include "trawl/study/metric_values.hpp"
#include "trawl/train/evaluation.hpp"
#include "trawl/train/trainer_state.hpp"

namespace trawl {

/// The columns of the perceptron's learning curves. train_*: while it was trained (dropout on), weighted by
/// samples; val_*: after the epoch. loss = cross-entropy + λ·Σw².
const MetricTable& perceptron_metrics();

/// What an epoch has measured.
struct EpochMeasures {
  TrainingSums training;  ///< over the training rows, as they were trained
  std::int64_t train_rows = 0;
  Evaluation validation;       ///< after the epoch
  double learning_rate = 0.0;  ///< of its last update
};

/// The values of all columns, in their order.
MetricValues perceptron_values(const EpochMeasures& epoch);

}  // namespace trawl
