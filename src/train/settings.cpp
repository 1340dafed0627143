#include "trawl/train/settings.hpp"

#include <fmt/format.h>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

Activation activation_of(ModelDefinition::Activation activation) {
  switch (activation) {
    case ModelDefinition::Activation::relu: return Activation::relu;
    case ModelDefinition::Activation::tanh: return Activation::tanh;
    case ModelDefinition::Activation::sigmoid: return Activation::sigmoid;
  }
  TRAWL_CHECK(false, "activation {}", static_cast<int>(activation));
  return Activation::relu;
}

OptimizerKind optimizer_kind(TrainingDefinition::Optimizer optimizer) {
  switch (optimizer) {
    case TrainingDefinition::Optimizer::sgd: return OptimizerKind::sgd;
    case TrainingDefinition::Optimizer::momentum: return OptimizerKind::momentum;
    case TrainingDefinition::Optimizer::nesterov: return OptimizerKind::nesterov;
    case TrainingDefinition::Optimizer::rmsprop: return OptimizerKind::rmsprop;
    case TrainingDefinition::Optimizer::adam: return OptimizerKind::adam;
  }
  TRAWL_CHECK(false, "optimizer {}", static_cast<int>(optimizer));
  return OptimizerKind::sgd;
}

Schedule::Kind schedule_kind(LearningRateSchedule::Kind kind) {
  switch (kind) {
    case LearningRateSchedule::Kind::constant: return Schedule::Kind::constant;
    case LearningRateSchedule::Kind::inverse_time: return Schedule::Kind::inverse_time;
    case LearningRateSchedule::Kind::exponential: return Schedule::Kind::exponential;
    case LearningRateSchedule::Kind::step: return Schedule::Kind::step;
    case LearningRateSchedule::Kind::cosine: return Schedule::Kind::cosine;
  }
  TRAWL_CHECK(false, "schedule {}", static_cast<int>(kind));
  return Schedule::Kind::constant;
}

}  // namespace

PerceptronShape perceptron_shape(const ModelDefinition& model, std::int64_t n_features,
                                 std::int64_t n_classes) {
  return {n_features, model.hidden, n_classes, activation_of(model.activation)};
}

std::string size_problem(const PerceptronShape& shape) {
  double n_parameters = 0.0;  // a float64 does not overflow, however many layers are given
  auto inputs = static_cast<double>(shape.n_features);
  for (const std::int64_t width : shape.hidden) {
    n_parameters += (inputs + 1.0) * static_cast<double>(width);
    inputs = static_cast<double>(width);
  }
  n_parameters += (inputs + 1.0) * static_cast<double>(shape.n_classes);
  if (n_parameters <= static_cast<double>(kMaxParameters)) return {};
  return fmt::format(
      "hidden [{}] between {} features and {} classes has {:.1f} million weights and biases; allowed: at "
      "most {} million",
      fmt::join(shape.hidden, ", "), shape.n_features, shape.n_classes, n_parameters / 1e6,
      kMaxParameters / 1'000'000);
}

Initializer initializer_of(const ModelDefinition& model) {
  switch (model.initializer) {
    case ModelDefinition::Initializer::glorot_uniform: return Initializer::glorot_uniform;
    case ModelDefinition::Initializer::glorot_normal: return Initializer::glorot_normal;
    case ModelDefinition::Initializer::he_uniform: return Initializer::he_uniform;
    case ModelDefinition::Initializer::he_normal: return Initializer::he_normal;
  }
  TRAWL_CHECK(false, "initializer {}", static_cast<int>(model.initializer));
  return Initializer::glorot_uniform;
}

OptimizerSettings optimizer_settings(const TrainingDefinition& training) {
  return {optimizer_kind(training.optimizer),
          training.momentum,
          training.rho,
          training.beta_1,
          training.beta_2,
          training.epsilon};
}

Schedule schedule_of(const TrainingDefinition& training, std::int64_t total_updates) {
  const LearningRateSchedule& given = training.learning_rate_schedule;
  TRAWL_CHECK(given.kind != LearningRateSchedule::Kind::step || given.updates > 0,
              "a step of {} updates never comes", given.updates);
  return {schedule_kind(given.kind),
          training.learning_rate,
          given.decay,
          given.rate,
          given.floor,
          given.updates > 0 ? given.updates : total_updates};
}

}  // namespace trawl
