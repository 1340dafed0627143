#pragma once

#include <cstdint>
#include <string>

#include "trawl/nn/initializer.hpp"
#include "trawl/nn/optimizer.hpp"
#include "trawl/nn/perceptron.hpp"
#include "trawl/nn/schedule.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// The study's words in the values nn works with.
PerceptronShape perceptron_shape(const ModelDefinition& model, std::int64_t n_features,
                                 std::int64_t n_classes);
/// Of one network: 1 GB in float32, so that a trained one fits into a message and into a record.
constexpr std::int64_t kMaxParameters = 250'000'000;
/// What is wrong with a network of more weights and biases, naming the size; "" if nothing is.
std::string size_problem(const PerceptronShape& shape);
Initializer initializer_of(const ModelDefinition& model);
OptimizerSettings optimizer_settings(const TrainingDefinition& training);
/// `total_updates`: of the whole training; stands in where the schedule names no number, which
/// step must.
Schedule schedule_of(const TrainingDefinition& training, std::int64_t total_updates);

}  // namespace trawl
