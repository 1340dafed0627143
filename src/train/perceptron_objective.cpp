#include "trawl/train/perceptron_objective.hpp"

#include <algorithm>
#include <utility>

#include "trawl/base/clock.hpp"
#include "trawl/base/error.hpp"
#include "trawl/study/ranking.hpp"
#include "trawl/train/early_stopping.hpp"
#include "trawl/train/network_weights.hpp"
#include "trawl/train/settings.hpp"
#include "trawl/train/trainer.hpp"

namespace trawl {
namespace {

/// Follows one training, epoch by epoch: which epoch is the outcome's, and when to stop.
class EpochKeeper {
 public:
  EpochKeeper(const ObjectiveDefinition& objective, const std::optional<EarlyStoppingDefinition>& stopping)
      : objective_(objective), restores_(stopping && stopping->restore_best_weights) {
    if (stopping) stopping_.emplace(*stopping, objective);
  }

  /// Takes the record's value, and its weights if there may be later epochs that do not count.
  void take(const EpochRecord& record, const Trainer& trainer, TrialOutcome& outcome) {
    const bool improved = stopping_ && stopping_->observe(metric_of(record, stopping_->metric()));
    const double value = metric_of(record, objective_.metric);
    const bool best = objective_.at == ObjectiveDefinition::At::best;
    const bool kept = best ? record.epoch == 0 || is_better(objective_.direction, value, outcome.objective)
                           : improved || !restores_;
    if (!kept) return;
    outcome.objective = value;
    outcome.best_epoch = record.epoch;
    if (best || restores_) outcome.weights = copy_weights(trainer.network());
  }
  [[nodiscard]] bool stops() const { return stopping_ && stopping_->stops(); }

 private:
  ObjectiveDefinition objective_;
  bool restores_;
  std::optional<EarlyStopping> stopping_;
};

bool is_searched(const SearchDefinition& search, const std::string& name) {
  if (!search.trials.empty() && find_parameter(search.trials.front(), name) != nullptr) return true;
  return std::any_of(search.space.begin(), search.space.end(),
                     [&](const SearchDimension& dimension) { return dimension.name == name; });
}

/// What forbids every trial of the study, whatever the point: fields that are searched are taken as
/// harmless.
std::string common_problem(const StudyDefinition& study, const PreparedData& data) {
  if (is_searched(study.search, "hidden")) return {};
  TrialDefinition common{study.model, study.training};
  if (is_searched(study.search, "dropout")) common.training.dropout = {0.0};
  if (is_searched(study.search, "batch_normalization")) common.model.batch_normalization.clear();
  if (is_searched(study.search, "batch_size")) common.training.batch_size = 1;
  return training_problem(common, data.train().rows, data.train().n_features, data.n_classes());
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
  const std::string problem = common_problem(study_, data_);
  if (!problem.empty()) throw ConfigError(problem);
}

std::optional<TrialOutcome> PerceptronObjective::evaluate(const Trial& trial, TrialObserver& observer) {
  const double start = steady_time();
  const TrialDefinition definition = trawl::apply(study_, trial.parameters);
  TrialOutcome outcome;
  const std::string problem =
      training_problem(definition, data_.train().rows, data_.train().n_features, data_.n_classes());
  if (!problem.empty()) {
    fail(problem, outcome);
    return outcome;
  }
  const StreamKey key(trial_seed(study_.search.seed, trial.point, trial.repeat));
  Trainer trainer(definition, data_.train(), data_.validation(), data_.n_classes(), key);
  EpochKeeper keeper(study_.objective, definition.training.early_stopping);
  while (outcome.n_epochs < definition.training.epochs && !keeper.stops() &&
         outcome.state != TrialState::failed) {
    if (observer.stop_requested()) return std::nullopt;
    if (const auto record = trainer.train_epoch()) {
      ++outcome.n_epochs;
      keeper.take(*record, trainer, outcome);
      observer.on_epoch(*record);
    } else {
      fail(trainer.failure(), outcome);
    }
  }
  if (outcome.state == TrialState::complete && outcome.weights.empty()) {
    outcome.weights = copy_weights(trainer.network());
  }
  outcome.seconds = steady_time() - start;
  return outcome;
}

}  // namespace trawl
