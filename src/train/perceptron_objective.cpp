#include "trawl/train/perceptron_objective.hpp"

#include <algorithm>
#include <utility>

#include "trawl/base/clock.hpp"
#include "trawl/base/error.hpp"
#include "trawl/study/ranking.hpp"
#include "trawl/train/network_weights.hpp"
#include "trawl/train/settings.hpp"
#include "trawl/train/trainer.hpp"

namespace trawl {
namespace {

/// Takes the record's value, and at `best` its weights, if they are the ones to keep so far.
void keep_if_due(const ObjectiveDefinition& objective, const EpochRecord& record, const Trainer& trainer,
                 TrialOutcome& outcome) {
  const double value = metric_of(record, objective.metric);
  const bool best = objective.at == ObjectiveDefinition::At::best;
  if (best && outcome.n_epochs > 1 && !is_better(objective.direction, value, outcome.objective)) return;
  outcome.objective = value;
  outcome.best_epoch = record.epoch;
  if (best) outcome.weights = copy_weights(trainer.network());
}

bool is_searched(const SearchDefinition& search, const std::string& name) {
  if (!search.trials.empty() && find_parameter(search.trials.front(), name) != nullptr) return true;
  return std::any_of(search.space.begin(), search.space.end(),
                     [&](const SearchDimension& dimension) { return dimension.name == name; });
}

void fail(const std::string& reason, TrialOutcome& outcome) {
  outcome.state = TrialState::failed;
  outcome.error = reason;
  outcome.objective = kNan;
  outcome.best_epoch = -1;
  outcome.weights.clear();
}

}  // namespace

double metric_of(const EpochRecord& record, ObjectiveDefinition::Metric metric) {
  switch (metric) {
    case ObjectiveDefinition::Metric::val_accuracy: return record.val_accuracy;
    case ObjectiveDefinition::Metric::val_loss: return record.val_loss;
    case ObjectiveDefinition::Metric::val_cross_entropy: return record.val_cross_entropy;
  }
  TRAWL_CHECK(false, "metric {}", static_cast<int>(metric));
  return kNan;
}

PerceptronObjective::PerceptronObjective(StudyDefinition study, const PreparedData& data)
    : study_(std::move(study)), data_(data) {
  if (data_.train().rows == 0 || data_.validation().rows == 0) {
    throw DataError(
        fmt::format("{} training and {} validation rows: a search needs both; give more data or another "
                    "data.validation_fraction",
                    data_.train().rows, data_.validation().rows));
  }
  if (is_searched(study_.search, "hidden")) return;
  const std::string problem =
      size_problem(perceptron_shape(study_.model, data_.train().n_features, data_.n_classes()));
  if (!problem.empty()) throw ConfigError("model." + problem);
}

std::optional<TrialOutcome> PerceptronObjective::evaluate(const Trial& trial, TrialObserver& observer) {
  const double start = steady_time();
  const TrialDefinition definition = trawl::apply(study_, trial.parameters);
  TrialOutcome outcome;
  const std::string problem =
      size_problem(perceptron_shape(definition.model, data_.train().n_features, data_.n_classes()));
  if (!problem.empty()) {
    fail(problem, outcome);
    return outcome;
  }
  const StreamKey key(trial_seed(study_.search.seed, trial.point, trial.repeat));
  Trainer trainer(definition, data_.train(), data_.validation(), data_.n_classes(), key);
  while (outcome.n_epochs < definition.training.epochs && outcome.state != TrialState::failed) {
    if (observer.stop_requested()) return std::nullopt;
    if (const auto record = trainer.train_epoch()) {
      ++outcome.n_epochs;
      keep_if_due(study_.objective, *record, trainer, outcome);
      observer.on_epoch(*record);
    } else {
      fail(trainer.failure(), outcome);
    }
  }
  if (outcome.state == TrialState::complete && study_.objective.at == ObjectiveDefinition::At::last) {
    outcome.weights = copy_weights(trainer.network());
  }
  outcome.seconds = steady_time() - start;
  return outcome;
}

}  // namespace trawl
