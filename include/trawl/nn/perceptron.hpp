#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "trawl/base/random.hpp"
#include "trawl/nn/activation.hpp"
#include "trawl/nn/aligned_vector.hpp"
#include "trawl/nn/batch_normalization.hpp"
#include "trawl/nn/cross_entropy.hpp"
#include "trawl/nn/dense.hpp"
#include "trawl/nn/initializer.hpp"
#include "trawl/nn/optimizer.hpp"

namespace trawl {

struct PerceptronShape {
  std::int64_t n_features = 0;
  std::vector<std::int64_t> hidden;  ///< may be empty: a linear model
  std::int64_t n_classes = 0;
  Activation activation = Activation::relu;
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

/// A multilayer perceptron with the buffers to train it: dense layers, after each hidden one batch
/// normalization where the shape asks for it, an activation and dropout, softmax cross-entropy at the
/// end. Nothing is allocated after the constructor. float is for training, double for checking gradients.
/// Shapes: a mini-batch is [rows, n_features] row-major with labels [rows].
template <class Scalar>
class Perceptron {
 public:
  /// `max_rows` bounds the rows of one call of evaluate or accumulate_gradient.
  Perceptron(const PerceptronShape& shape, std::int64_t max_rows);

  [[nodiscard]] const std::vector<DenseLayer>& layers() const { return layers_; }
  [[nodiscard]] std::int64_t max_rows() const { return max_rows_; }
  [[nodiscard]] std::int64_t n_parameters() const { return static_cast<std::int64_t>(parameters_.size()); }
  Scalar* parameters(std::int64_t at) { return parameters_.data() + at; }
  [[nodiscard]] const Scalar* parameters(std::int64_t at) const { return parameters_.data() + at; }
  [[nodiscard]] const Scalar* gradient(std::int64_t at) const { return gradient_.data() + at; }

  /// The moving means and variances of normalized layers.
  Scalar* moving_statistics(std::int64_t at) { return moving_statistics_.data() + at; }
  [[nodiscard]] const Scalar* moving_statistics(std::int64_t at) const {
    return moving_statistics_.data() + at;
  }

  /// Weights from key.with(layer), biases and β 0, γ 1, moving means 0, moving variances 1.
  void initialize(Initializer initializer, StreamKey key);

  /// Where the caller puts the next rows. Shapes: [max_rows, n_features]; [max_rows].
  Scalar* features() { return features_.data(); }
  std::int32_t* labels() { return labels_.data(); }

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

  /// Σw² over all weights; biases, γ and β left out.
  [[nodiscard]] double squared_weights() const;

 private:
  enum class Mode : std::uint8_t { training, inference };
  void forward(std::int64_t rows, Mode mode, std::span<const double> dropout, RandomStream* dropout_stream);
  void backward(std::int64_t rows, Accumulate accumulate);
  BatchNormalization<Scalar> normalization_of(std::size_t layer, std::int64_t rows);
  const Scalar* input_of(std::size_t layer) const {
    return layer == 0 ? features_.data() : outputs_[layer - 1].data();
  }

  PerceptronShape shape_;
  std::int64_t max_rows_;
  std::vector<DenseLayer> layers_;
  AlignedVector<Scalar> parameters_;
  AlignedVector<Scalar> gradient_;
  AlignedVector<Scalar> moving_statistics_;
  AlignedVector<Scalar> features_;
  AlignedVector<std::int32_t> labels_;
  std::vector<AlignedVector<Scalar>> outputs_;             // one a layer; the last holds the logits
  std::vector<AlignedVector<Scalar>> slopes_;              // one a hidden layer
  std::vector<AlignedVector<Scalar>> deltas_;              // one a hidden layer: the gradient by its sums
  std::vector<AlignedVector<Scalar>> normalized_;          // one a hidden layer, empty where it is not
  std::vector<AlignedVector<Scalar>> inverse_deviations_;  // the same
};

}  // namespace trawl
