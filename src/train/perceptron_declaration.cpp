// Declares the perceptron as a program like any other.
#include "trawl/train/perceptron_declaration.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "trawl/train/perceptron_metrics.hpp"
#include "trawl/train/perceptron_parameters.hpp"
#include "trawl/train/perceptron_warnings.hpp"

namespace trawl {
namespace {

constexpr const char* kOfCustomPrograms =
    "is for a program with an objective of its own; trawl trains perceptrons";

std::string normalization_problem_of(const Parameters& values) {
  return normalization_problem(trial_definition({}, values).model);
}

std::string dropout_problem_of(const Parameters& values) {
  const TrialDefinition definition = trial_definition({}, values);
  return dropout_problem(definition.model, definition.training);
}

// Counted multiply-adds of an epoch: each row goes through all weights (forwards and backwards in
// proportion), each update passes over them about four times, and has its own price whatever the width.
double cost_of_epoch(const Parameters& parameters, const DataShape& data) {
  constexpr double kPassesOfAnUpdate = 4.0;
  constexpr double kPriceOfAnUpdate = 5000.0;
  const TrialDefinition definition = trial_definition({}, parameters);
  double n_weights = 0.0;
  auto inputs = static_cast<double>(data.features);
  for (const std::int64_t width : definition.model.hidden) {
    n_weights += (inputs + 1.0) * static_cast<double>(width);
    inputs = static_cast<double>(width);
  }
  n_weights += (inputs + 1.0) * static_cast<double>(data.classes);
  const auto rows = static_cast<double>(data.train_rows);
  const std::int64_t given = definition.training.batch_size;
  const bool is_whole = given == TrainingDefinition::kWholeBatch || given > data.train_rows;
  const std::int64_t batch = is_whole ? data.train_rows : given;
  const double n_updates = std::ceil(rows / static_cast<double>(batch));
  return rows * n_weights + n_updates * (kPassesOfAnUpdate * n_weights + kPriceOfAnUpdate);
}

}  // namespace

const ProgramDeclaration& perceptron_declaration() {
  static const ProgramDeclaration kDeclaration = {
      .name = "",
      .parameters = perceptron_parameters(),
      .metrics = perceptron_metrics(),
      .metric = "val_accuracy",
      .constraints = {{{"hidden", "batch_normalization"}, normalization_problem_of},
                      {{"hidden", "dropout"}, dropout_problem_of}},
      .epochs = "epochs",
      .cost = cost_of_epoch,
      .warnings = perceptron_warnings,
      .data_warnings = perceptron_data_warnings,
      .others_keys = {{"program", kOfCustomPrograms}, {kParameterSection, kOfCustomPrograms}},
  };
  return kDeclaration;
}

}  // namespace trawl
