// Trains what a trial asks for.
#include "trawl/train/perceptron_objective.hpp"

#include <utility>

#include "observed_training.hpp"
#include "trawl/base/error.hpp"
#include "trawl/train/perceptron_parameters.hpp"
#include "trawl/train/settings.hpp"
#include "trawl/train/trainer.hpp"

namespace trawl {
namespace {

/// What forbids every trial of the study, whatever the point: fields that are searched are taken as
/// harmless.
std::string common_problem(const StudyDefinition& study, const PreparedData& data) {
  if (is_searched(study.search, "hidden")) return {};
  TrialDefinition common = trial_definition(study, {});
  if (is_searched(study.search, "dropout")) common.training.dropout = {0.0};
  if (is_searched(study.search, "batch_normalization")) common.model.batch_normalization.clear();
  if (is_searched(study.search, "batch_size")) common.training.batch_size = 1;
  return training_problem(common, data.train().rows, data.train().n_features, data.n_classes());
}

}  // namespace

PerceptronObjective::PerceptronObjective(StudyDefinition study, const PreparedData& data)
    : study_(std::move(study)), data_(data) {
  if (data_.train().rows == 0 || data_.validation().rows == 0) {
    throw DataError(
        fmt::format("{} training and {} validation rows: a search needs both; give more data or another "
                    "data.validation_fraction",
                    data_.train().rows, data_.validation().rows));
  }
  const std::string problem = common_problem(study_, data_);
  if (!problem.empty()) throw ConfigError(problem);
}

std::optional<TrialOutcome> PerceptronObjective::evaluate(const Trial& trial, TrialObserver& observer) {
  const TrialDefinition definition = trial_definition(study_, trial.parameters);
  const std::string problem =
      training_problem(definition, data_.train().rows, data_.train().n_features, data_.n_classes());
  if (!problem.empty()) {
    TrialOutcome outcome;
    outcome.state = TrialState::failed;
    outcome.error = problem;
    return outcome;
  }
  const StreamKey key(trial_seed(study_.search.seed, trial.point, trial.repeat));
  Trainer trainer(definition, data_.train(), data_.validation(), data_.n_classes(), key);
  return ObservedTraining(study_.objective, definition.training, trainer, observer).run();
}

}  // namespace trawl
