#pragma once

#include <cstddef>

#include "trawl/study/metric.hpp"

namespace trawl {

/// The columns of the perceptron's learning curves. train_*: while it was trained (dropout on), weighted by
/// samples; val_*: after the epoch. loss = cross-entropy + λ·Σw².
const MetricTable& perceptron_metrics();

/// Their places in EpochRecord::values.
enum PerceptronMetric : std::size_t {
  kTrainLoss,
  kTrainCrossEntropy,
  kTrainAccuracy,
  kValLoss,
  kValCrossEntropy,
  kValAccuracy,
  kLearningRate,
  kNPerceptronMetrics
};

}  // namespace trawl
