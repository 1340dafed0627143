#pragma once

#include <cstdint>

#include "trawl/nn/initializer.hpp"
#include "trawl/nn/optimizer.hpp"
#include "trawl/nn/perceptron.hpp"
#include "trawl/nn/schedule.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// The study's words in the values nn works with.
PerceptronShape perceptron_shape(const ModelDefinition& model, std::int64_t n_features,
                                 std::int64_t n_classes);
Initializer initializer_of(const ModelDefinition& model);
OptimizerSettings optimizer_settings(const TrainingDefinition& training);
/// `total_updates`: of the whole training; stands in where the schedule names no number.
Schedule schedule_of(const TrainingDefinition& training, std::int64_t total_updates);

}  // namespace trawl
