// Trains a network, an epoch a call.
#include "trawl/train/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "trawl/base/clock.hpp"
#include "trawl/base/error.hpp"
#include "trawl/nn/optimizer_kind.hpp"
#include "trawl/train/load_sample.hpp"
#include "trawl/train/perceptron_metrics.hpp"

namespace trawl {
namespace {

Perceptron<float> network_of(const ModelDefinition& model, const SampleView& train, std::int64_t n_classes,
                             std::int64_t batch_rows) {
  const PerceptronShape shape = perceptron_shape(model, train.n_features, n_classes);
  const std::int64_t rows = rows_of_buffers(shape, batch_rows);
  return {shape, rows, max_nonzeros(train, std::min(rows, batch_rows))};
}

}  // namespace

Trainer::Trainer(const TrialDefinition& definition, const SampleView& train, const SampleView& validation,
                 std::int64_t n_classes, StreamKey key)
    : training_(definition.training),
      train_(train),
      validation_(validation),
      key_(key),
      batches_(mini_batches(definition, train.rows)),
      dropout_(dropout_rates(definition)),
      schedule_(schedule_of(definition.training, training_.epochs * batches_.count)),
      network_(network_of(definition.model, train, n_classes, batches_.longest)),
      optimizer_(make_optimizer<float>(optimizer_called(definition.training.optimizer),
                                       network_.n_parameters(), definition.training.settings)),
      order_(static_cast<std::size_t>(train.rows)),
      dropout_stream_(key) {
  network_.initialize(initializer_called(definition.model.initializer), key.with("weights"));
}

std::optional<EpochRecord> Trainer::train_epoch(const std::function<bool()>& interrupt) {
  TRAWL_CHECK(failure_.empty(), "{}", failure_);
  const double start = steady_time() - position_.seconds;
  if (position_.row == 0) prepare_epoch();
  const bool trained = train_batches(interrupt);
  position_.seconds = steady_time() - start;
  if (!trained) return std::nullopt;
  const Evaluation validation = evaluate_samples(network_, validation_, training_.l2);
  if (!std::isfinite(validation.loss)) {
    failure_ = fmt::format("the validation loss is {} after epoch {}: a smaller learning_rate may help",
                           std::abs(validation.loss), position_.epoch);
    return std::nullopt;
  }
  position_.seconds = steady_time() - start;
  return finish_epoch(validation);
}

void Trainer::prepare_epoch() {
  const auto epoch = static_cast<std::uint64_t>(position_.epoch);
  std::iota(order_.begin(), order_.end(), 0);
  RandomStream(key_.with("shuffle").with(epoch)).shuffle(order_.begin(), order_.end());
  dropout_stream_ = RandomStream(key_.with("dropout").with(epoch));
}

bool Trainer::train_batches(const std::function<bool()>& interrupt) {
  while (position_.row < train_.rows) {
    if (!train_next_batch() || interrupt()) return false;
  }
  return true;
}

bool Trainer::train_next_batch() {
  const std::int64_t first = position_.row;
  const bool is_last = first / batches_.rows + 1 == batches_.count;
  const std::int64_t rows = is_last ? train_.rows - first : batches_.rows;
  position_.learning_rate = schedule_.at(position_.update++);
  const TrainingSums sums = train_batch(first, rows);
  position_.row += rows;
  position_.sums.cross_entropy += sums.cross_entropy;
  position_.sums.penalty += sums.penalty;
  position_.sums.correct += sums.correct;
  const double loss = (sums.cross_entropy + sums.penalty) / static_cast<double>(rows);
  if (std::isfinite(loss)) return true;
  failure_ = fmt::format("the training loss is {} at epoch {}, update {}: a smaller learning_rate may help",
                         std::abs(loss), position_.epoch, first / batches_.rows);
  return false;
}

EpochRecord Trainer::finish_epoch(const Evaluation& validation) {
  EpochRecord record{position_.epoch, position_.seconds,
                     perceptron_values({position_.sums, train_.rows, validation, position_.learning_rate})};
  position_ = {position_.epoch + 1, 0, position_.update, {}, position_.learning_rate};
  return record;
}

TrainingSums Trainer::train_batch(std::int64_t first, std::int64_t rows) {
  TrainingSums sums;
  if (training_.l2 > 0.0) {
    sums.penalty = static_cast<double>(rows) * training_.l2 * network_.squared_weights();
  }
  const auto add = [&sums](const BatchSums& part) {
    sums.cross_entropy += part.cross_entropy;
    sums.correct += part.correct;
  };
  if (rows <= network_.max_rows()) {
    load_rows(first, rows);
    add(network_.train(rows, *optimizer_, position_.learning_rate, training_.l2, dropout_, &dropout_stream_));
    return sums;
  }
  for (std::int64_t done = 0; done < rows; done += network_.max_rows()) {
    const std::int64_t piece = std::min(network_.max_rows(), rows - done);
    load_rows(first + done, piece);
    const auto accumulate = done == 0 ? Accumulate::overwrite : Accumulate::add;
    add(network_.accumulate_gradient(piece, rows, accumulate, dropout_, &dropout_stream_));
  }
  network_.update(*optimizer_, position_.learning_rate, training_.l2);
  return sums;
}

void Trainer::load_rows(std::int64_t first, std::int64_t rows) {
  for (std::int64_t row = 0; row < rows; ++row) {
    load_sample(train_, order_[static_cast<std::size_t>(first + row)], row, network_);
  }
}

}  // namespace trawl
