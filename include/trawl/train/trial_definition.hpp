#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trawl/nn/optimizer_settings.hpp"
#include "trawl/study/parameter.hpp"
#include "trawl/train/learning_rate_schedule.hpp"

namespace trawl {

struct ModelDefinition {
  std::vector<std::int64_t> hidden = {128, 64};  ///< may be empty: a linear model
  std::string activation = "relu";               ///< one of activation_words()
  std::string initializer = "glorot_uniform";    ///< one of initializer_words()
  std::vector<std::string> batch_normalization;  ///< names of hidden layers: hidden_0, hidden_1, ...
};

struct TrainingDefinition {
  std::int64_t epochs = 10;
  std::string optimizer = "sgd";  ///< one of optimizer_words()
  double learning_rate = 0.01;
  LearningRateSchedule learning_rate_schedule;
  std::int64_t batch_size = 32;         ///< kWholeBatch: all training rows in one update
  std::vector<double> dropout = {0.0};  ///< one rate for every hidden layer, or one each
  double l2 = 0.0;
  OptimizerSettings settings;
  std::optional<EarlyStoppingDefinition> early_stopping;

  static constexpr std::int64_t kWholeBatch = 0;  ///< `batch_size: all`
};

/// The model and training of one trial.
struct TrialDefinition {
  ModelDefinition model;
  TrainingDefinition training;
};

/// The place of the layer called `name` ("hidden_1": 1) if there are so many hidden layers.
std::optional<std::size_t> hidden_layer(std::string_view name, std::size_t n_hidden);
/// What is wrong with the names of the layers to normalize: one that is none of the hidden ones; "" if
/// nothing is. For messages: "batch_normalization names hidden_1, but the only hidden layer is hidden_0".
std::string normalization_problem(const ModelDefinition& model);
/// What is wrong with the rates of dropout: they are neither one nor one a hidden layer; "" if nothing is.
std::string dropout_problem(const ModelDefinition& model, const TrainingDefinition& training);
/// The first of both that there is.
std::string layer_problem(const ModelDefinition& model, const TrainingDefinition& training);

}  // namespace trawl
