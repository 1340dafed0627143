#include "trawl/nn/perceptron.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/nn/dropout.hpp"

namespace trawl {
namespace {

/// The layers in order, each array at a multiple of the alignment.
template <class Scalar>
std::vector<DenseLayer> lay_out(const PerceptronShape& shape) {
  std::vector<std::int64_t> widths = shape.hidden;
  widths.push_back(shape.n_classes);
  std::vector<DenseLayer> layers;
  std::int64_t inputs = shape.n_features;
  std::int64_t at = 0;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    TRAWL_CHECK(inputs > 0 && widths[i] > 0, "layer {}: {} x {}", i, inputs, widths[i]);
    const std::int64_t bias_at = at + round_up_to_alignment<Scalar>(inputs * widths[i]);
    const bool last = i + 1 == widths.size();
    layers.push_back({last ? "output" : fmt::format("hidden_{}", i), inputs, widths[i], at, bias_at});
    at = bias_at + round_up_to_alignment<Scalar>(widths[i]);
    inputs = widths[i];
  }
  return layers;
}

template <class Scalar>
std::size_t parameters_of(const std::vector<DenseLayer>& layers) {
  return static_cast<std::size_t>(layers.back().bias_at +
                                  round_up_to_alignment<Scalar>(layers.back().outputs));
}

}  // namespace

template <class Scalar>
Perceptron<Scalar>::Perceptron(const PerceptronShape& shape, std::int64_t max_rows)
    : shape_(shape),
      max_rows_(max_rows),
      layers_(lay_out<Scalar>(shape)),
      parameters_(parameters_of<Scalar>(layers_)),
      gradient_(parameters_.size()),
      features_(static_cast<std::size_t>(max_rows * shape.n_features)),
      labels_(static_cast<std::size_t>(max_rows)) {
  for (const DenseLayer& layer : layers_) {
    const auto size = static_cast<std::size_t>(max_rows * layer.outputs);
    outputs_.emplace_back(size);
    if (outputs_.size() == layers_.size()) break;
    slopes_.emplace_back(size);
    deltas_.emplace_back(size);
  }
}

template <class Scalar>
void Perceptron<Scalar>::initialize(Initializer initializer, StreamKey key) {
  std::fill(parameters_.begin(), parameters_.end(), Scalar{0});
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const DenseLayer& layer = layers_[i];
    trawl::initialize(initializer, layer.inputs, layer.outputs, RandomStream(key.with(i)),
                      parameters(layer.weights_at));
  }
}

template <class Scalar>
BatchSums Perceptron<Scalar>::evaluate(std::int64_t rows) {
  forward(rows, 0.0, nullptr, false);
  return softmax_cross_entropy(labels_.data(), rows, shape_.n_classes, 0.0, outputs_.back().data());
}

template <class Scalar>
BatchSums Perceptron<Scalar>::accumulate_gradient(std::int64_t rows, std::int64_t batch_rows,
                                                  Accumulate accumulate, double dropout,
                                                  RandomStream* dropout_stream) {
  forward(rows, dropout, dropout_stream, true);
  const BatchSums sums = softmax_cross_entropy(labels_.data(), rows, shape_.n_classes,
                                               1.0 / static_cast<double>(batch_rows), outputs_.back().data());
  backward(rows, accumulate);
  return sums;
}

template <class Scalar>
void Perceptron<Scalar>::forward(std::int64_t rows, double dropout, RandomStream* dropout_stream,
                                 bool with_slopes) {
  TRAWL_CHECK(rows > 0 && rows <= max_rows_, "{} rows of at most {}", rows, max_rows_);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const DenseLayer& layer = layers_[i];
    const Scalar* bias = parameters(layer.bias_at);
    Scalar* output = outputs_[i].data();
    dense_forward({rows, layer.inputs, layer.outputs}, input_of(i), parameters(layer.weights_at), output);
    if (i + 1 == layers_.size()) return add_bias(bias, rows, layer.outputs, output);
    Scalar* slopes = with_slopes ? slopes_[i].data() : nullptr;
    activate(shape_.activation, bias, rows, layer.outputs, output, slopes);
    if (dropout > 0.0) apply_dropout(dropout, *dropout_stream, rows * layer.outputs, output, slopes);
  }
}

template <class Scalar>
void Perceptron<Scalar>::backward(std::int64_t rows, Accumulate accumulate) {
  const Scalar* delta = outputs_.back().data();
  for (std::size_t i = layers_.size(); i-- > 0;) {
    const DenseLayer& layer = layers_[i];
    const DenseProduct product{rows, layer.inputs, layer.outputs};
    dense_gradient(product, input_of(i), delta, accumulate, gradient_.data() + layer.weights_at,
                   gradient_.data() + layer.bias_at);
    if (i == 0) return;
    Scalar* below = deltas_[i - 1].data();
    dense_backward(product, delta, parameters(layer.weights_at), slopes_[i - 1].data(), below);
    delta = below;
  }
}

template <class Scalar>
void Perceptron<Scalar>::update(Optimizer<Scalar>& optimizer, double learning_rate, double l2) {
  optimizer.begin_update(learning_rate);
  for (const DenseLayer& layer : layers_) {
    optimizer.apply({layer.weights_at, layer.inputs * layer.outputs, parameters(layer.weights_at),
                     gradient(layer.weights_at), l2});
    optimizer.apply({layer.bias_at, layer.outputs, parameters(layer.bias_at), gradient(layer.bias_at), 0.0});
  }
}

template <class Scalar>
double Perceptron<Scalar>::squared_weights() const {
  double sum = 0.0;
  for (const DenseLayer& layer : layers_) {
    sum += sum_of_squares(parameters(layer.weights_at), layer.inputs * layer.outputs);
  }
  return sum;
}

template class Perceptron<float>;
template class Perceptron<double>;

}  // namespace trawl
