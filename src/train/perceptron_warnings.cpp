// Finds what a job of the perceptron may say and hardly means.
#include "trawl/train/perceptron_warnings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "trawl/train/perceptron_parameters.hpp"

namespace trawl {
namespace {

void warn_of_penalty(const StudyDefinition& definition, std::vector<std::string>& warnings) {
  if (definition.objective.metric == "val_loss" && is_searched(definition.search, "l2")) {
    warnings.emplace_back(
        "the search over l2 is ranked by val_loss, which holds the penalty of l2 and so favours small l2; "
        "consider objective.metric: val_cross_entropy or val_accuracy");
  }
}

void warn_of_dropout(const StudyDefinition& definition, const TrialDefinition& fixed,
                     std::vector<std::string>& warnings) {
  std::vector<ParameterValue> hidden = searched_values(definition.search, "hidden");
  if (!is_always_searched(definition.search, "hidden")) hidden.emplace_back(fixed.model.hidden);
  const bool all_linear = std::all_of(hidden.begin(), hidden.end(), [](const ParameterValue& value) {
    return std::get<std::vector<std::int64_t>>(value).empty();
  });
  if (!all_linear) return;
  const std::vector<double>& rates = fixed.training.dropout;
  const bool is_fixed = std::any_of(rates.begin(), rates.end(), [](double rate) { return rate > 0.0; });
  if (is_fixed || is_searched(definition.search, "dropout")) {
    warnings.emplace_back("dropout has no effect: it is for hidden layers, and model.hidden is []");
  }
}

bool is_normalized(const StudyDefinition& definition, const TrialDefinition& fixed) {
  if (!fixed.model.batch_normalization.empty()) return true;
  const std::vector<ParameterValue> values = searched_values(definition.search, "batch_normalization");
  return std::any_of(values.begin(), values.end(), [](const ParameterValue& value) {
    return !std::get<std::vector<std::string>>(value).empty();
  });
}

bool has_single_rows(const StudyDefinition& definition, const TrialDefinition& fixed) {
  for (const SearchDimension& dimension : definition.search.space) {
    const auto* range = std::get_if<IntDistribution>(&dimension.distribution);
    if (dimension.name == "batch_size" && range != nullptr) return range->low == 1;
  }
  const std::vector<ParameterValue> values = searched_values(definition.search, "batch_size");
  if (values.empty()) return fixed.training.batch_size == 1;
  return std::find(values.begin(), values.end(), ParameterValue(std::int64_t{1})) != values.end();
}

void warn_of_single_rows(const StudyDefinition& definition, const TrialDefinition& fixed,
                         std::vector<std::string>& warnings) {
  const std::vector<Parameters>& trials = definition.search.trials;
  const bool in_a_trial = std::any_of(trials.begin(), trials.end(), [&](const Parameters& trial) {
    const TrialDefinition one = trial_definition(definition, trial);
    return one.training.batch_size == 1 && !one.model.batch_normalization.empty();
  });
  const bool in_the_space =
      trials.empty() && is_normalized(definition, fixed) && has_single_rows(definition, fixed);
  if (!in_a_trial && !in_the_space) return;
  warnings.emplace_back(
      "batch_size 1 goes with batch_normalization: a mini-batch of one row is always normalized to 0, so "
      "nothing below that layer learns");
}

std::int64_t most_epochs(const StudyDefinition& definition, const TrialDefinition& fixed) {
  std::int64_t most = 0;
  for (const SearchDimension& dimension : definition.search.space) {
    const auto* range = std::get_if<IntDistribution>(&dimension.distribution);
    if (dimension.name == "epochs" && range != nullptr) most = range->high;
  }
  for (const ParameterValue& value : searched_values(definition.search, "epochs")) {
    most = std::max(most, std::get<std::int64_t>(value));
  }
  return is_always_searched(definition.search, "epochs") ? most : std::max(most, fixed.training.epochs);
}

// The first epoch always improves, so the last that can end a training early is patience + 1.
void warn_of_patience(const StudyDefinition& definition, const TrialDefinition& fixed,
                      std::vector<std::string>& warnings) {
  std::vector<ParameterValue> values = searched_values(definition.search, "early_stopping");
  if (values.empty() && fixed.training.early_stopping) values.emplace_back(*fixed.training.early_stopping);
  const std::int64_t epochs = most_epochs(definition, fixed);
  for (const ParameterValue& value : values) {
    const auto* stopping = std::get_if<EarlyStoppingDefinition>(&value);
    if (stopping == nullptr || stopping->patience < epochs - 1) continue;
    warnings.push_back(
        fmt::format("early_stopping never ends a training early: its patience is {}, of {} epochs",
                    stopping->patience, epochs));
    return;
  }
}

}  // namespace

std::vector<std::string> perceptron_warnings(const StudyDefinition& definition) {
  const TrialDefinition fixed = trial_definition(definition, {});
  std::vector<std::string> warnings;
  warn_of_penalty(definition, warnings);
  warn_of_dropout(definition, fixed, warnings);
  warn_of_single_rows(definition, fixed, warnings);
  warn_of_patience(definition, fixed, warnings);
  return warnings;
}

std::vector<std::string> perceptron_data_warnings(const StudyDefinition& definition,
                                                  std::int64_t validation_rows) {
  constexpr std::int64_t kFewRows = 2000;
  const bool counts_rows = definition.objective.metric == "val_accuracy";
  if (!definition.pruner.prunes() || !counts_rows || validation_rows > kFewRows) return {};
  return {fmt::format(
      "the pruner compares by val_accuracy, which has steps of {:.2g} % on {} validation rows: equal trials "
      "go on by their number; consider objective.metric: val_cross_entropy",
      100.0 / static_cast<double>(validation_rows), validation_rows)};
}

}  // namespace trawl
