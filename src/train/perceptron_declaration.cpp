// Declares the perceptron as a program like any other.
#include "trawl/train/perceptron_declaration.hpp"

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
      .warnings = perceptron_warnings,
      .data_warnings = perceptron_data_warnings,
      .others_keys = {{"program", kOfCustomPrograms}, {kParameterSection, kOfCustomPrograms}},
  };
  return kDeclaration;
}

}  // namespace trawl
