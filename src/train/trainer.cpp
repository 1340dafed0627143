#include "trawl/train/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "trawl/base/clock.hpp"
#include "trawl/base/error.hpp"
#include "trawl/train/evaluation.hpp"
#include "trawl/train/load_sample.hpp"
#include "trawl/train/settings.hpp"

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
      batch_rows_(rows_of_batch(definition.training, train.rows)),
      dropout_(dropout_rates(definition)),
      schedule_(schedule_of(definition.training,
                            training_.epochs * ((train.rows + batch_rows_ - 1) / batch_rows_))),
      network_(network_of(definition.model, train, n_classes, batch_rows_)),
      optimizer_(make_optimizer<float>(optimizer_settings(definition.training), network_.n_parameters())),
      order_(static_cast<std::size_t>(train.rows)) {
  network_.initialize(initializer_of(definition.model), key.with("weights"));
}

std::optional<EpochRecord> Trainer::train_epoch() {
  TRAWL_CHECK(failure_.empty(), "{}", failure_);
  const double start = steady_time();
  const auto epoch = static_cast<std::uint64_t>(epoch_);
  std::iota(order_.begin(), order_.end(), 0);
  RandomStream(key_.with("shuffle").with(epoch)).shuffle(order_.begin(), order_.end());
  const auto sums = train_batches(RandomStream(key_.with("dropout").with(epoch)));
  if (!sums) return std::nullopt;
  const Evaluation validation = evaluate_samples(network_, validation_, training_.l2);
  if (!std::isfinite(validation.loss)) {
    failure_ = fmt::format("the validation loss is {} after epoch {}: a smaller learning_rate may help",
                           std::abs(validation.loss), epoch_);
    return std::nullopt;
  }
  const auto n = static_cast<double>(train_.rows);
  return EpochRecord{epoch_++,
                     (sums->cross_entropy + sums->penalty) / n,
                     sums->cross_entropy / n,
                     static_cast<double>(sums->correct) / n,
                     validation.loss,
                     validation.cross_entropy,
                     validation.accuracy,
                     learning_rate_,
                     steady_time() - start};
}

std::optional<Trainer::TrainingSums> Trainer::train_batches(RandomStream dropout_stream) {
  TrainingSums total;
  for (std::int64_t first = 0; first < train_.rows; first += batch_rows_) {
    const std::int64_t rows = std::min(batch_rows_, train_.rows - first);
    learning_rate_ = schedule_.at(update_++);
    const TrainingSums sums = train_batch(first, rows, dropout_stream);
    const double loss = (sums.cross_entropy + sums.penalty) / static_cast<double>(rows);
    if (!std::isfinite(loss)) {
      failure_ =
          fmt::format("the training loss is {} at epoch {}, update {}: a smaller learning_rate may help",
                      std::abs(loss), epoch_, first / batch_rows_);
      return std::nullopt;
    }
    total.cross_entropy += sums.cross_entropy;
    total.penalty += sums.penalty;
    total.correct += sums.correct;
  }
  return total;
}

Trainer::TrainingSums Trainer::train_batch(std::int64_t first, std::int64_t rows,
                                           RandomStream& dropout_stream) {
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
    add(network_.train(rows, *optimizer_, learning_rate_, training_.l2, dropout_, &dropout_stream));
    return sums;
  }
  for (std::int64_t done = 0; done < rows; done += network_.max_rows()) {
    const std::int64_t piece = std::min(network_.max_rows(), rows - done);
    load_rows(first + done, piece);
    const auto accumulate = done == 0 ? Accumulate::overwrite : Accumulate::add;
    add(network_.accumulate_gradient(piece, rows, accumulate, dropout_, &dropout_stream));
  }
  network_.update(*optimizer_, learning_rate_, training_.l2);
  return sums;
}

void Trainer::load_rows(std::int64_t first, std::int64_t rows) {
  for (std::int64_t row = 0; row < rows; ++row) {
    load_sample(train_, order_[static_cast<std::size_t>(first + row)], row, network_);
  }
}

}  // namespace trawl
