#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "trawl/base/nonzero.hpp"
#include "trawl/base/random.hpp"
#include "trawl/nn/activation.hpp"
#include "trawl/nn/aligned_vector.hpp"
#include "trawl/nn/batch_normalization.hpp"
#include "trawl/nn/cross_entropy.hpp"
#include "trawl/nn/dense.hpp"
#include "trawl/nn/initializer.hpp"
#include "trawl/nn/optimizer.hpp"
#include "trawl/nn/relu.hpp"
#include "trawl/nn/sparse_batch.hpp"

namespace trawl {

struct PerceptronShape {
  std::int64_t n_features = 0;
  std::vector<std::int64_t> hidden;  ///< may be empty: a linear model
  std::int64_t n_classes = 0;
  const Activation* activation = &relu_activation();
  std::vector<bool> normalized = {};  ///< one a hidden layer; empty: none
};

/// Where a layer's arrays stand: weights, γ and bias among all parameters, the moving statistics
/// in a buffer of their own. A normalized layer has no bias: β stands in its place.
/// Shapes: weights [inputs, outputs]; all others [outputs].
struct DenseLayer {
  std::string name;  ///< hidden_0, hidden_1, ..., output
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
  std::int64_t weights_at = 0;
  std::int64_t bias_at = 0;  ///< β where the layer is normalized
  bool normalized = false;
  std::int64_t gamma_at = 0;            ///< these three only where the layer is normalized
  std::int64_t moving_mean_at = 0;      ///< among moving_statistics()
  std::int64_t moving_variance_at = 0;  ///< the same
};

/// What becomes of the gradient of earlier rows of the same mini-batch.
enum class Accumulate : std::uint8_t { overwrite, add };

/// A multilayer perceptron with the buffers to train it: dense layers, after each hidden one batch
/// normalization where the shape asks for it, an activation and dropout, softmax cross-entropy at the
/// end. Nothing is allocated after the constructor. float is for training, double for checking gradients.
/// Shapes: a mini-batch is [rows, n_features] row-major, or as many rows of non-zeros, with labels [rows].
template <class Scalar>
class Perceptron {
 public:
  /// `max_rows` bounds the rows of one call. With `max_nonzeros` rows come by their non-zeros, and so many
  /// at most in one call that trains; the results have the same bits either way.
  Perceptron(const PerceptronShape& shape, std::int64_t max_rows,
             std::optional<std::int64_t> max_nonzeros = std::nullopt);

  [[nodiscard]] const std::vector<DenseLayer>& layers() const { return layers_; }
  [[nodiscard]] std::int64_t max_rows() const { return max_rows_; }
  [[nodiscard]] std::int64_t n_parameters() const { return static_cast<std::int64_t>(parameters_.size()); }
  /// Valid until the next call that trains: ask again afterwards.
  Scalar* parameters(std::int64_t at) {
    settle();
    return stored(at);
  }
  [[nodiscard]] const Scalar* parameters(std::int64_t at) const {
    settle();
    return stored(at);
  }
  [[nodiscard]] const Scalar* gradient(std::int64_t at) const { return gradient_.data() + at; }

  /// The moving means and variances of normalized layers.
  [[nodiscard]] std::int64_t n_moving_statistics() const {
    return static_cast<std::int64_t>(moving_statistics_.size());
  }
  Scalar* moving_statistics(std::int64_t at) { return moving_statistics_.data() + at; }
  [[nodiscard]] const Scalar* moving_statistics(std::int64_t at) const {
    return moving_statistics_.data() + at;
  }

  /// Weights from key.with(layer), biases and β 0, γ 1, moving means 0, moving variances 1.
  void initialize(Initializer initializer, StreamKey key);

  /// Where the caller puts the next rows. Shapes: [max_rows, n_features], but nothing where
  /// takes_nonzeros(); [max_rows].
  Scalar* features() { return features_.data(); }
  std::int32_t* labels() { return labels_.data(); }

  [[nodiscard]] bool takes_nonzeros() const { return sparse_.has_value(); }
  /// One of the next rows, columns ascending; it must stay where it is until the call that uses it returns.
  void set_nonzeros(std::int64_t row, std::span<const Nonzero<Scalar>> nonzeros) {
    sparse_->set_row(row, nonzeros);
  }

  /// The first `rows` rows without dropout, normalized by the moving statistics. The parameters, the
  /// moving statistics and the gradient stay.
  BatchSums evaluate(std::int64_t rows);

  /// Of a mini-batch of `batch_rows`, the gradient of the first `rows` rows' part of the mean
  /// cross-entropy; the penalty is left to `update`. A mini-batch beyond max_rows comes in pieces:
  /// the first overwrites, the others add. With a normalized layer it comes in one piece that
  /// overwrites, and the moving statistics follow its own.
  /// `dropout`: one rate a hidden layer, or none at all. `dropout_stream` may be null where all are 0.
  BatchSums accumulate_gradient(std::int64_t rows, std::int64_t batch_rows, Accumulate accumulate,
                                std::span<const double> dropout, RandomStream* dropout_stream);

  /// One update by the accumulated gradient; l2 is for weights, not for biases, γ and β.
  void update(Optimizer<Scalar>& optimizer, double learning_rate, double l2);

  /// Trains on a whole mini-batch: what accumulate_gradient and update do, up to rounding and faster, as
  /// most of the gradient is used while it is at hand. What gradient() is afterwards is not said.
  BatchSums train(std::int64_t rows, Optimizer<Scalar>& optimizer, double learning_rate, double l2,
                  std::span<const double> dropout, RandomStream* dropout_stream);

  /// Σw² over all weights; biases, γ and β left out.
  [[nodiscard]] double squared_weights() const;

 private:
  enum class Mode : std::uint8_t { training, inference };
  struct InputRange {
    std::int64_t first = 0;
    std::int64_t size = 0;
  };
  /// What is not 0 in the only row: its first n entries.
  struct SingleInputs {
    std::vector<Nonzero<Scalar>> entries;
    std::size_t n = 0;
  };
  /// An update of the first layer's weights by one row that is still to be made, when they are read next:
  /// they are hundreds of kilobytes, and the next row reads them anyway.
  struct PendingUpdate {
    SingleInputs inputs;
    AlignedVector<Scalar> delta;
    bool exists = false;
  };
  Scalar* stored(std::int64_t at) { return parameters_.data() + at; }
  const Scalar* stored(std::int64_t at) const { return parameters_.data() + at; }
  /// Makes the pending update.
  void settle() const;
  /// The first layer's sums of one row, and the pending update on the way.
  void settle_and_multiply();
  void forward(std::int64_t rows, Mode mode, std::span<const double> dropout, RandomStream* dropout_stream);
  void multiply_by_weights(std::size_t layer, std::int64_t rows);
  void find_single_inputs(std::size_t layer);
  std::span<const Nonzero<Scalar>> single_inputs(std::size_t layer) const {
    if (layer == 0 && sparse_) return sparse_->row(0);
    return {single_inputs_[layer].entries.data(), single_inputs_[layer].n};
  }
  BatchSums loss_and_delta(std::int64_t rows, std::int64_t batch_rows, std::span<const double> dropout,
                           RandomStream* dropout_stream);
  void backward(std::int64_t rows, Scalar keep);
  /// Of bias, or of γ and β: then delta becomes the gradient by what is normalized.
  void vector_gradients(std::size_t layer, std::int64_t rows, Scalar* delta, Scalar keep);
  Scalar* delta_below(std::size_t layer, std::int64_t rows, const Scalar* delta);
  void weight_gradient(std::size_t layer, std::int64_t rows, const Scalar* delta, Scalar keep,
                       Scalar* gradient);
  /// Of some inputs' weights, after the transposition where the layer goes by non-zeros.
  void gradient_of_inputs(std::size_t layer, std::int64_t rows, InputRange inputs, const Scalar* delta,
                          Scalar keep, Scalar* gradient);
  void update_weights(std::size_t layer, std::int64_t rows, Scalar* delta, Optimizer<Scalar>& optimizer,
                      double l2);
  /// w -= rate · (gradient + 2 l2 w), without the gradient ever standing in memory. Overwrites delta.
  void descend(std::size_t layer, std::int64_t rows, Scalar rate, double l2, Scalar* delta);
  void update_vectors(const DenseLayer& layer, Optimizer<Scalar>& optimizer);
  BatchNormalization<Scalar> normalization_of(std::size_t layer, std::int64_t rows);
  const Scalar* input_of(std::size_t layer) const {
    return layer == 0 ? features_.data() : outputs_[layer - 1].data();
  }

  PerceptronShape shape_;
  std::int64_t max_rows_;
  std::vector<DenseLayer> layers_;
  mutable AlignedVector<Scalar> parameters_;  // first layer's weights: but for pending_
  mutable PendingUpdate pending_;
  AlignedVector<Scalar> gradient_;
  AlignedVector<Scalar> moving_statistics_;
  AlignedVector<Scalar> features_;  // empty where sparse_ is there
  std::optional<SparseBatch<Scalar>> sparse_;
  std::vector<SingleInputs> single_inputs_;  // one a layer
  AlignedVector<std::int32_t> labels_;
  std::vector<AlignedVector<Scalar>> outputs_;             // one a layer; the last holds the logits
  std::vector<AlignedVector<Scalar>> slopes_;              // one a hidden layer
  std::vector<AlignedVector<Scalar>> deltas_;              // one a hidden layer: the gradient by its sums
  std::vector<AlignedVector<Scalar>> normalized_;          // one a hidden layer, empty where it is not
  std::vector<AlignedVector<Scalar>> inverse_deviations_;  // the same
};

}  // namespace trawl
