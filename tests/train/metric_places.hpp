#pragma once

#include <cstddef>

#include "trawl/train/perceptron_metrics.hpp"

namespace trawl {

/// The places of the perceptron's metrics in EpochRecord::values, for tests that go by them.
enum MetricPlace : std::size_t {
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
