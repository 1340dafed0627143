#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trawl/base/random.hpp"
#include "trawl/nn/activation.hpp"
#include "trawl/nn/aligned_vector.hpp"
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
};

/// Where a layer's arrays stand among all parameters.
/// Shapes: weights [inputs, outputs]; bias [outputs].
struct DenseLayer {
  std::string name;  ///< hidden_0, hidden_1, ..., output
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
  std::int64_t weights_at = 0;
  std::int64_t bias_at = 0;
};

/// A multilayer perceptron with the buffers to train it: dense layers, an activation and dropout
/// after each hidden one, softmax cross-entropy at the end. Nothing is allocated after the
/// constructor. float is for training, double for checking gradients.
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

  /// Weights from key.with(layer), biases 0.
  void initialize(Initializer initializer, StreamKey key);

  /// Where the caller puts the next rows. Shapes: [max_rows, n_features]; [max_rows].
  Scalar* features() { return features_.data(); }
  std::int32_t* labels() { return labels_.data(); }

  /// The first `rows` rows without dropout. The parameters and the gradient stay.
  BatchSums evaluate(std::int64_t rows);

  /// Of a mini-batch of `batch_rows`, the gradient of the first `rows` rows' part of the mean
  /// cross-entropy; the penalty is left to `update`. A mini-batch beyond max_rows comes in pieces:
  /// the first overwrites, the others add. `dropout_stream` may be null where the rate is 0.
  BatchSums accumulate_gradient(std::int64_t rows, std::int64_t batch_rows, Accumulate accumulate,
                                double dropout, RandomStream* dropout_stream);

  /// One update by the accumulated gradient; l2 is for weights, not for biases.
  void update(Optimizer<Scalar>& optimizer, double learning_rate, double l2);

  /// Σw² over all weights, biases left out.
  [[nodiscard]] double squared_weights() const;

 private:
  void forward(std::int64_t rows, double dropout, RandomStream* dropout_stream, bool with_slopes);
  void backward(std::int64_t rows, Accumulate accumulate);
  const Scalar* input_of(std::size_t layer) const {
    return layer == 0 ? features_.data() : outputs_[layer - 1].data();
  }

  PerceptronShape shape_;
  std::int64_t max_rows_;
  std::vector<DenseLayer> layers_;
  AlignedVector<Scalar> parameters_;
  AlignedVector<Scalar> gradient_;
  AlignedVector<Scalar> features_;
  AlignedVector<std::int32_t> labels_;
  std::vector<AlignedVector<Scalar>> outputs_;  // one a layer; the last holds the logits
  std::vector<AlignedVector<Scalar>> slopes_;   // one a hidden layer
  std::vector<AlignedVector<Scalar>> deltas_;   // one a hidden layer: the gradient by its sums
};

}  // namespace trawl
