#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "trawl/base/random.hpp"
#include "trawl/data/prepared_data.hpp"
#include "trawl/nn/optimizer.hpp"
#include "trawl/nn/perceptron.hpp"
#include "trawl/nn/schedule.hpp"
#include "trawl/study/definition.hpp"
#include "trawl/study/trial.hpp"
#include "trawl/train/evaluation.hpp"
#include "trawl/train/settings.hpp"
#include "trawl/train/trainer_state.hpp"

namespace trawl {

/// Trains one perceptron, an epoch a call. Everything random derives from `key`: the weights from
/// key.with("weights").with(layer), the order of epoch e from key.with("shuffle").with(e), its
/// dropout from key.with("dropout").with(e). The samples must outlive the trainer. The definition must
/// be one without a training_problem.
class Trainer {
 public:
  Trainer(const TrialDefinition& definition, const SampleView& train, const SampleView& validation,
          std::int64_t n_classes, StreamKey key);

  /// Trains the next epoch and evaluates the validation rows after it. Asks `interrupt` after every update;
  /// where that says true, or a loss is not finite, there is no record. After an interruption the next call
  /// carries on, and its record is that of an undisturbed epoch. failure() is the other case: it says where,
  /// and the training is over.
  std::optional<EpochRecord> train_epoch(const std::function<bool()>& interrupt = [] { return false; });
  [[nodiscard]] const std::string& failure() const { return failure_; }

  [[nodiscard]] TrainerState state() const;
  /// Carries on from there with the same bits, if it is the state of a trainer with the same definition,
  /// samples and key. Throws DataError, and changes nothing, if it cannot be.
  void restore(const TrainerState& state);

  [[nodiscard]] const Perceptron<float>& network() const { return network_; }

 private:
  /// Order and dropout of the epoch at position_.
  void prepare_epoch();
  /// False if the epoch was not trained to its end.
  bool train_batches(const std::function<bool()>& interrupt);
  bool train_next_batch();
  TrainingSums train_batch(std::int64_t first, std::int64_t rows);
  EpochRecord finish_epoch(const Evaluation& validation);
  void check_fits(const TrainerState& state) const;
  void check_fits(const TrainingPosition& position) const;
  void load_rows(std::int64_t first, std::int64_t rows);

  TrainingDefinition training_;
  SampleView train_;
  SampleView validation_;
  StreamKey key_;
  MiniBatches batches_;
  std::vector<double> dropout_;  // one rate a hidden layer
  Schedule schedule_;
  Perceptron<float> network_;
  std::unique_ptr<Optimizer<float>> optimizer_;
  std::vector<std::int64_t> order_;
  RandomStream dropout_stream_;
  TrainingPosition position_;
  std::string failure_;
};

}  // namespace trawl
