#pragma once

#include <cstdint>
#include <vector>

#include "trawl/study/trial.hpp"

namespace trawl {

/// Sums over the samples of one mini-batch or of an epoch so far.
struct TrainingSums {
  double cross_entropy = 0.0;
  double penalty = 0.0;
  std::int64_t correct = 0;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& cross_entropy& penalty& correct;
  }
};

/// How far a training is, between two of its updates.
struct TrainingPosition {
  std::int64_t epoch = 0;           ///< epochs that are over
  std::int64_t row = 0;             ///< rows of the next one that were trained on
  std::int64_t update = 0;          ///< updates of the whole training
  TrainingSums sums;                ///< of those rows
  double learning_rate = kNan;      ///< of the last update
  double seconds = 0.0;             ///< that those rows took
  std::uint64_t dropout_words = 0;  ///< drawn for those rows

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& epoch& row& update& sums& learning_rate& seconds& dropout_words;
  }
};

/// All that decides what the rest of a training gives, beside its definition, its samples and its key. The
/// order of the rows is not there: it is drawn anew.
struct TrainerState {
  TrainingPosition position;
  std::vector<float> parameters;
  std::vector<float> moving_statistics;
  std::vector<std::vector<float>> optimizer_arrays;  ///< OptimizerMemory
  std::vector<double> optimizer_numbers;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& position& parameters& moving_statistics& optimizer_arrays& optimizer_numbers;
  }
};

}  // namespace trawl
