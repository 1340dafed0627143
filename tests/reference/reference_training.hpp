#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/reference/reference_file.hpp"
#include "tests/reference/reference_settings.hpp"
#include "trawl/nn/perceptron.hpp"
#include "trawl/nn/schedule.hpp"

namespace trawl {

/// A copy of one array of a layer: "weights", and "bias", or "gamma", "beta", "moving_mean" and
/// "moving_variance" where the layer is normalized.
struct NamedArray {
  std::string name;
  std::vector<double> values;
};

/// One case's training by module nn: the reference's samples, order and first weights.
template <class Scalar>
class ReferenceTraining {
 public:
  ReferenceTraining(const ReferenceFile& samples, const ReferenceFile& reference)
      : features_(samples.numbers("features")),
        labels_(samples.numbers("labels")),
        order_(samples.numbers("order")),
        batch_size_(static_cast<std::size_t>(reference.number("batch_size"))),
        l2_(reference.number("l2")),
        schedule_(schedule_of(reference)),
        piece_rows_(normalizes(reference) ? batch_size_ : kPieceRows),
        network_(shape_of(samples, reference), static_cast<std::int64_t>(piece_rows_)),
        optimizer_(make_optimizer<Scalar>(optimizer_called(reference.text("optimizer")),
                                          network_.n_parameters(), optimizer_settings_of(reference))) {
    network_.initialize(Initializer::glorot_uniform, StreamKey(1));
    for (const DenseLayer& layer : network_.layers()) {
      const std::string from = "initial/" + layer.name + '/';
      load(samples.numbers(from + "weights"), layer.weights_at);
      load(samples.numbers(from + (layer.normalized ? "beta" : "bias")), layer.bias_at);
      if (layer.normalized) load(samples.numbers(from + "gamma"), layer.gamma_at);
    }
  }

  [[nodiscard]] double learning_rate() const { return schedule_.at(updates_); }

  /// The loss of the next mini-batch, before its update: mean cross-entropy + penalty.
  double update() {
    const std::size_t epoch_end = (next_ / labels_.size() + 1) * labels_.size();
    const std::size_t n = std::min(batch_size_, epoch_end - next_);
    const double loss = accumulate_gradient(n) / static_cast<double>(n) + l2_ * network_.squared_weights();
    network_.update(*optimizer_, learning_rate(), l2_);
    ++updates_;
    return loss;
  }

  /// Loss and accuracy of all samples in inference mode.
  std::vector<double> evaluate() {
    BatchSums sums;
    for (std::size_t first = 0; first < labels_.size(); first += piece_rows_) {
      const std::size_t rows = std::min(piece_rows_, labels_.size() - first);
      for (std::size_t row = 0; row < rows; ++row) load_sample(row, first + row);
      const BatchSums piece = network_.evaluate(static_cast<std::int64_t>(rows));
      sums.cross_entropy += piece.cross_entropy;
      sums.correct += piece.correct;
    }
    const auto n = static_cast<double>(labels_.size());
    return {sums.cross_entropy / n + l2_ * network_.squared_weights(), static_cast<double>(sums.correct) / n};
  }

  [[nodiscard]] std::vector<NamedArray> arrays() const {
    std::vector<NamedArray> found;
    for (const DenseLayer& layer : network_.layers()) {
      const auto add = [&](const char* name, const Scalar* values, std::int64_t size) {
        found.push_back({layer.name + '/' + name, {values, values + size}});
      };
      add("weights", network_.parameters(layer.weights_at), layer.inputs * layer.outputs);
      add(layer.normalized ? "beta" : "bias", network_.parameters(layer.bias_at), layer.outputs);
      if (!layer.normalized) continue;
      add("gamma", network_.parameters(layer.gamma_at), layer.outputs);
      add("moving_mean", network_.moving_statistics(layer.moving_mean_at), layer.outputs);
      add("moving_variance", network_.moving_statistics(layer.moving_variance_at), layer.outputs);
    }
    return found;
  }

 private:
  // The whole batch of 90 rows comes in three pieces, but to a normalized layer in one.
  static constexpr std::size_t kPieceRows = 40;

  /// The sum of the cross-entropies of the next n samples.
  double accumulate_gradient(std::size_t n) {
    double sum = 0.0;
    for (std::size_t done = 0; done < n;) {
      const std::size_t rows = std::min(piece_rows_, n - done);
      for (std::size_t row = 0; row < rows; ++row) {
        load_sample(row, static_cast<std::size_t>(order_[next_++]));
      }
      const Accumulate accumulate = done == 0 ? Accumulate::overwrite : Accumulate::add;
      sum += network_
                 .accumulate_gradient(static_cast<std::int64_t>(rows), static_cast<std::int64_t>(n),
                                      accumulate, {}, nullptr)
                 .cross_entropy;
      done += rows;
    }
    return sum;
  }

  void load(const std::vector<double>& values, std::int64_t at) {
    std::transform(values.begin(), values.end(), network_.parameters(at),
                   [](double value) { return static_cast<Scalar>(value); });
  }

  void load_sample(std::size_t row, std::size_t sample) {
    const std::size_t width = features_.size() / labels_.size();
    for (std::size_t i = 0; i < width; ++i) {
      network_.features()[row * width + i] = static_cast<Scalar>(features_[sample * width + i]);
    }
    network_.labels()[row] = static_cast<std::int32_t>(labels_[sample]);
  }

  std::vector<double> features_;
  std::vector<double> labels_;
  std::vector<double> order_;
  std::size_t batch_size_;
  double l2_;
  Schedule schedule_;
  std::size_t piece_rows_;
  Perceptron<Scalar> network_;
  std::unique_ptr<Optimizer<Scalar>> optimizer_;
  std::size_t next_ = 0;  // of `order_`
  std::int64_t updates_ = 0;
};

}  // namespace trawl
