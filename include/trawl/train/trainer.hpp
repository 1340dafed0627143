#pragma once

#include <cstdint>
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

namespace trawl {

/// Trains one perceptron, an epoch a call. Everything random derives from `key`: the weights from
/// key.with("weights").with(layer), the order of epoch e from key.with("shuffle").with(e), its
/// dropout from key.with("dropout").with(e). The samples must outlive the trainer. The definition must
/// be one without a training_problem.
class Trainer {
 public:
  Trainer(const TrialDefinition& definition, const SampleView& train, const SampleView& validation,
          std::int64_t n_classes, StreamKey key);

  /// Trains the next epoch and evaluates the validation rows after it. Empty if a loss was not
  /// finite; failure() says where, and the training is over.
  std::optional<EpochRecord> train_epoch();
  [[nodiscard]] const std::string& failure() const { return failure_; }

  [[nodiscard]] const Perceptron<float>& network() const { return network_; }

 private:
  /// Sums over the samples of one mini-batch or epoch.
  struct TrainingSums {
    double cross_entropy = 0.0;
    double penalty = 0.0;
    std::int64_t correct = 0;
  };

  std::optional<TrainingSums> train_batches(RandomStream dropout_stream);
  TrainingSums train_batch(std::int64_t first, std::int64_t rows, RandomStream& dropout_stream);
  void load_rows(std::int64_t first, std::int64_t rows);

  TrainingDefinition training_;
  SampleView train_;
  SampleView validation_;
  StreamKey key_;
  std::int64_t batch_rows_;
  std::vector<double> dropout_;  // one rate a hidden layer
  Schedule schedule_;
  Perceptron<float> network_;
  std::unique_ptr<Optimizer<float>> optimizer_;
  std::vector<std::int64_t> order_;
  std::int64_t epoch_ = 0;
  std::int64_t update_ = 0;  // of the whole training
  double learning_rate_ = kNan;
  std::string failure_;
};

}  // namespace trawl
