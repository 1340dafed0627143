#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "trawl/base/clock.hpp"
#include "trawl/study/definition.hpp"
#include "trawl/study/objective.hpp"
#include "trawl/train/early_stopping.hpp"
#include "trawl/train/trainer.hpp"

namespace trawl {

/// Follows one training, epoch by epoch: which epoch is the outcome's, and when to stop. All it knows it
/// has from the records.
class EpochKeeper {
 public:
  /// The metrics of both are columns of `metrics`.
  EpochKeeper(const ObjectiveDefinition& objective, const std::optional<EarlyStoppingDefinition>& stopping,
              const MetricTable& metrics);
  /// Takes the record's value. True if its weights must be kept, as later epochs may not count.
  bool take(const EpochRecord& record, TrialOutcome& outcome);
  [[nodiscard]] bool stops() const { return stopping_ && stopping_->stops(); }

 private:
  ObjectiveDefinition objective_;
  std::size_t ranked_by_;
  bool restores_;
  std::optional<EarlyStopping> stopping_;
  std::size_t watched_ = 0;
};

/// What is kept of a trial while it is trained, so that another process can go on.
struct TrainingCheckpoint {
  TrainerState trainer;
  std::vector<EpochRecord> curve;
  NetworkWeights kept;  ///< of the epoch that counts so far; empty where that is always the last
  double seconds = 0.0;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& trainer& curve& kept& seconds;
  }
};

/// One trial's training under the eyes of its observer, from its last checkpoint if there is one.
class ObservedTraining {
 public:
  /// `trainer` is a new one; it and the observer must outlive this.
  ObservedTraining(const ObjectiveDefinition& objective, const TrainingDefinition& training, Trainer& trainer,
                   TrialObserver& observer);
  /// Empty if the observer asked to stop.
  std::optional<TrialOutcome> run();

 private:
  void carry_on();
  void check_fits(const TrainingCheckpoint& checkpoint) const;
  void restore(TrainingCheckpoint checkpoint);
  /// To the end of the epoch, unless there is something to do before.
  void train();
  bool take(const EpochRecord& record);
  void save();
  void fail();

  std::int64_t n_epochs_;
  Trainer& trainer_;
  TrialObserver& observer_;
  EpochKeeper keeper_;
  TrialOutcome outcome_;
  std::vector<EpochRecord> curve_;
  double start_ = steady_time();  // as if it had been trained without a break
};

}  // namespace trawl
