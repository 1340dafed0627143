// Follows one training: its curve, its checkpoints, the epoch that counts.
#include "observed_training.hpp"

#include <utility>

#include "trawl/archive/bytes.hpp"
#include "trawl/base/error.hpp"
#include "trawl/study/ranking.hpp"
#include "trawl/train/network_weights.hpp"
#include "trawl/train/perceptron_metrics.hpp"
#include "trawl/train/perceptron_objective.hpp"

namespace trawl {

EpochKeeper::EpochKeeper(const ObjectiveDefinition& objective,
                         const std::optional<EarlyStoppingDefinition>& stopping, const MetricTable& metrics)
    : objective_(objective),
      ranked_by_(metrics.place_of(objective.metric).value()),
      restores_(stopping && stopping->restore_best_weights) {
  if (!stopping) return;
  stopping_.emplace(*stopping, objective, metrics);
  watched_ = metrics.place_of(stopping_->metric()).value();
}

bool EpochKeeper::take(const EpochRecord& record, TrialOutcome& outcome) {
  const bool improved = stopping_ && stopping_->observe(record.values[watched_]);
  const double value = record.values[ranked_by_];
  const bool best = objective_.at == ObjectiveDefinition::At::best;
  const bool counts = best ? record.epoch == 0 || is_better(objective_.direction, value, outcome.objective)
                           : improved || !restores_;
  if (!counts) return false;
  outcome.objective = value;
  outcome.best_epoch = record.epoch;
  return best || restores_;
}

ObservedTraining::ObservedTraining(const ObjectiveDefinition& objective, const TrainingDefinition& training,
                                   Trainer& trainer, TrialObserver& observer)
    : n_epochs_(training.epochs),
      trainer_(trainer),
      observer_(observer),
      keeper_(objective, training.early_stopping, perceptron_metrics()) {}

std::optional<TrialOutcome> ObservedTraining::run() {
  carry_on();
  while (outcome_.n_epochs < n_epochs_ && !keeper_.stops() && outcome_.state != TrialState::failed) {
    const bool stop = observer_.stop_requested();
    if (stop || observer_.checkpoint_due()) save();
    if (stop) return std::nullopt;
    train();
  }
  if (outcome_.state == TrialState::complete && outcome_.weights.empty()) {
    outcome_.weights = copy_weights(trainer_.network());
  }
  outcome_.seconds = steady_time() - start_;
  return std::move(outcome_);
}

void ObservedTraining::carry_on() {
  const std::optional<std::string> state = observer_.load_checkpoint();
  if (!state) return;
  try {
    restore(decode<TrainingCheckpoint>(*state));
  } catch (const Error& e) {
    observer_.on_message(MessageLogged::Level::warning,
                         fmt::format("starts from the beginning, its checkpoint does not fit: {}", e.what()));
  }
}

// Before anything is told or changed.
void ObservedTraining::check_fits(const TrainingCheckpoint& checkpoint) const {
  const TrainingPosition& position = checkpoint.trainer.position;
  if (std::ssize(checkpoint.curve) != position.epoch) {
    throw DataError(fmt::format("a curve of {} epochs at epoch {}", checkpoint.curve.size(), position.epoch));
  }
  EpochKeeper keeper = keeper_;
  TrialOutcome outcome;
  std::int64_t epoch = 0;
  bool keeps = false;
  for (const EpochRecord& record : checkpoint.curve) {
    if (record.epoch != epoch) throw DataError(fmt::format("epoch {} where {} is due", record.epoch, epoch));
    if (record.values.size() != perceptron_metrics().size())
      throw DataError(fmt::format("{} values of an epoch", record.values.size()));
    ++epoch;
    keeps = keeper.take(record, outcome) || keeps;
  }
  if (keeps == checkpoint.kept.empty())
    throw DataError("the weights of the best epoch are missing, or too many");
  if (keeps) check_weights(checkpoint.kept, trainer_.network());
}

void ObservedTraining::restore(TrainingCheckpoint checkpoint) {
  check_fits(checkpoint);
  const TrainingPosition position = checkpoint.trainer.position;
  trainer_.restore(checkpoint.trainer);
  for (const EpochRecord& record : checkpoint.curve) take(record);
  outcome_.weights = std::move(checkpoint.kept);
  start_ -= checkpoint.seconds;
  if (position.epoch > 0 && position.epoch == observer_.paused_at() && position.row == 0) return;
  observer_.on_message(MessageLogged::Level::info,
                       fmt::format("continues at epoch {}, update {}", position.epoch, position.update));
}

void ObservedTraining::train() {
  const auto record =
      trainer_.train_epoch([this] { return observer_.stop_requested() || observer_.checkpoint_due(); });
  if (record) {
    if (take(*record)) outcome_.weights = copy_weights(trainer_.network());
  } else if (!trainer_.failure().empty()) {
    fail();
  }
}

bool ObservedTraining::take(const EpochRecord& record) {
  ++outcome_.n_epochs;
  curve_.push_back(record);
  observer_.on_epoch(record);
  return keeper_.take(record, outcome_);
}

void ObservedTraining::save() {
  observer_.save_checkpoint(
      encode(TrainingCheckpoint{trainer_.state(), curve_, outcome_.weights, steady_time() - start_}));
}

void ObservedTraining::fail() {
  outcome_.state = TrialState::failed;
  outcome_.error = trainer_.failure();
  outcome_.objective = kNan;
  outcome_.best_epoch = -1;
  outcome_.weights.clear();
}

}  // namespace trawl
