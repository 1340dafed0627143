#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trawl/nn/perceptron.hpp"
#include "trawl/nn/schedule.hpp"
#include "trawl/train/trial_definition.hpp"

namespace trawl {

/// The trial's words in the values nn works with. The names of layers must be the model's: see
/// layer_problem.
PerceptronShape perceptron_shape(const ModelDefinition& model, std::int64_t n_features,
                                 std::int64_t n_classes);
/// Of one network: 1 GB in float32, so that a trained one fits into a message and into a record.
constexpr std::int64_t kMaxParameters = 250'000'000;
/// What is wrong with a network of more weights and biases, naming the size; "" if nothing is.
std::string size_problem(const PerceptronShape& shape);

/// The rows of a full mini-batch: all there are where batch_size is kWholeBatch or larger than that.
std::int64_t rows_of_batch(const TrainingDefinition& training, std::int64_t train_rows);
/// How an epoch's rows make mini-batches: `rows` each, and what is left the last. Where a layer is normalized
/// a single row that would be left goes with those before it: alone it would be normalized to 0, and its
/// variance of 0 would become a part of the moving ones.
struct MiniBatches {
  std::int64_t rows = 0;     ///< of a full one
  std::int64_t count = 0;    ///< of an epoch
  std::int64_t longest = 0;  ///< rows of the longest one
};
MiniBatches mini_batches(const TrialDefinition& definition, std::int64_t train_rows);
/// The rows that a network in training holds at once: a piece of a large mini-batch, or all of it where
/// a layer is normalized, as its statistics are the whole mini-batch's. At least kEvaluationRows.
std::int64_t rows_of_buffers(const PerceptronShape& shape, std::int64_t batch_rows);
/// Of the rows held at once, with everything that is computed of them.
constexpr std::int64_t kMaxBufferBytes = 8'000'000'000;
/// What is wrong with a network that needs more, naming the size; "" if nothing is.
std::string buffer_problem(const PerceptronShape& shape, std::int64_t batch_rows);
/// What forbids a training on `train_rows` rows, as layer_problem, size_problem and buffer_problem find
/// it; "" if nothing does.
std::string training_problem(const TrialDefinition& definition, std::int64_t train_rows,
                             std::int64_t n_features, std::int64_t n_classes);
/// One rate a hidden layer.
std::vector<double> dropout_rates(const TrialDefinition& definition);
/// `total_updates`: of the whole training; stands in where the schedule names no number, which
/// step must.
Schedule schedule_of(const TrainingDefinition& training, std::int64_t total_updates);

}  // namespace trawl
