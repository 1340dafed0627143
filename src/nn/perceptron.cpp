// Holds the network with its buffers, and computes forwards.
#include "trawl/nn/perceptron.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/nn/dropout.hpp"
#include "trawl/nn/subnormals_as_zero.hpp"

namespace trawl {
namespace {

/// Hands out places in a buffer, each at a multiple of the alignment.
template <class Scalar>
class Places {
 public:
  std::int64_t next(std::int64_t size) {
    const std::int64_t at = end_;
    end_ += round_up_to_alignment<Scalar>(size);
    return at;
  }

 private:
  std::int64_t end_ = 0;
};

template <class Scalar>
std::vector<DenseLayer> lay_out(const PerceptronShape& shape) {
  const std::size_t n_hidden = shape.hidden.size();
  TRAWL_CHECK(shape.normalized.empty() || shape.normalized.size() == n_hidden, "{} of {} hidden layers",
              shape.normalized.size(), n_hidden);
  std::vector<DenseLayer> layers;
  Places<Scalar> parameters;
  Places<Scalar> statistics;
  std::int64_t inputs = shape.n_features;
  for (std::size_t i = 0; i <= n_hidden; ++i) {
    DenseLayer layer;
    layer.name = i < n_hidden ? fmt::format("hidden_{}", i) : "output";
    layer.inputs = inputs;
    layer.outputs = i < n_hidden ? shape.hidden[i] : shape.n_classes;
    TRAWL_CHECK(inputs > 0 && layer.outputs > 0, "layer {}: {} x {}", i, inputs, layer.outputs);
    layer.normalized = i < shape.normalized.size() && shape.normalized[i];
    layer.weights_at = parameters.next(inputs * layer.outputs);
    if (layer.normalized) {
      layer.gamma_at = parameters.next(layer.outputs);
      layer.moving_mean_at = statistics.next(layer.outputs);
      layer.moving_variance_at = statistics.next(layer.outputs);
    }
    layer.bias_at = parameters.next(layer.outputs);
    inputs = layer.outputs;
    layers.push_back(layer);
  }
  return layers;
}

template <class Scalar>
std::size_t parameters_of(const std::vector<DenseLayer>& layers) {
  return static_cast<std::size_t>(layers.back().bias_at +
                                  round_up_to_alignment<Scalar>(layers.back().outputs));
}

template <class Scalar>
std::size_t statistics_of(const std::vector<DenseLayer>& layers) {
  std::int64_t size = 0;
  for (const DenseLayer& layer : layers) {
    if (layer.normalized) size = layer.moving_variance_at + round_up_to_alignment<Scalar>(layer.outputs);
  }
  return static_cast<std::size_t>(size);
}

}  // namespace

template <class Scalar>
Perceptron<Scalar>::Perceptron(const PerceptronShape& shape, std::int64_t max_rows,
                               std::optional<std::int64_t> max_nonzeros)
    : shape_(shape),
      max_rows_(max_rows),
      layers_(lay_out<Scalar>(shape)),
      parameters_(parameters_of<Scalar>(layers_)),
      gradient_(parameters_.size()),
      moving_statistics_(statistics_of<Scalar>(layers_)),
      features_(max_nonzeros ? 0 : static_cast<std::size_t>(max_rows * shape.n_features)),
      labels_(static_cast<std::size_t>(max_rows)) {
  const DenseLayer& first = layers_.front();
  pending_.inputs.entries.resize(static_cast<std::size_t>(first.inputs));
  pending_.delta = AlignedVector<Scalar>(static_cast<std::size_t>(first.outputs));
  if (max_nonzeros) sparse_.emplace(shape.n_features, max_rows, *max_nonzeros);
  for (const DenseLayer& layer : layers_) {
    single_inputs_.push_back({std::vector<Nonzero<Scalar>>(static_cast<std::size_t>(layer.inputs)), 0});
    const auto size = static_cast<std::size_t>(max_rows * layer.outputs);
    outputs_.emplace_back(size);
    if (outputs_.size() == layers_.size()) break;
    slopes_.emplace_back(size);
    deltas_.emplace_back(size);
    normalized_.emplace_back(layer.normalized ? size : 0);
    inverse_deviations_.emplace_back(layer.normalized ? static_cast<std::size_t>(layer.outputs) : 0);
  }
}

template <class Scalar>
void Perceptron<Scalar>::initialize(Initializer initializer, StreamKey key) {
  pending_.exists = false;
  std::fill(parameters_.begin(), parameters_.end(), Scalar{0});
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const DenseLayer& layer = layers_[i];
    trawl::initialize(initializer, layer.inputs, layer.outputs, RandomStream(key.with(i)),
                      stored(layer.weights_at));
    if (!layer.normalized) continue;
    std::fill_n(stored(layer.gamma_at), layer.outputs, Scalar{1});
    std::fill_n(moving_statistics(layer.moving_mean_at), layer.outputs, Scalar{0});
    std::fill_n(moving_statistics(layer.moving_variance_at), layer.outputs, Scalar{1});
  }
}

template <class Scalar>
BatchSums Perceptron<Scalar>::evaluate(std::int64_t rows) {
  const SubnormalsAsZero subnormals;
  forward(rows, Mode::inference, {}, nullptr);
  return softmax_cross_entropy(labels_.data(), rows, shape_.n_classes, 0.0, outputs_.back().data());
}

template <class Scalar>
void Perceptron<Scalar>::forward(std::int64_t rows, Mode mode, std::span<const double> dropout,
                                 RandomStream* dropout_stream) {
  TRAWL_CHECK(rows > 0 && rows <= max_rows_, "{} rows of at most {}", rows, max_rows_);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const DenseLayer& layer = layers_[i];
    const Scalar* bias = stored(layer.bias_at);
    Scalar* output = outputs_[i].data();
    multiply_by_weights(i, rows);
    if (i + 1 == layers_.size()) return add_bias(bias, rows, layer.outputs, output);
    if (layer.normalized && mode == Mode::training) normalize_batch(normalization_of(i, rows), output);
    if (layer.normalized && mode == Mode::inference) {
      normalize_by_moving_statistics(normalization_of(i, rows), output);
    }
    Scalar* slopes = mode == Mode::training ? slopes_[i].data() : nullptr;
    activate(*shape_.activation, bias, rows, layer.outputs, output, slopes);
    const double rate = dropout.empty() ? 0.0 : dropout[i];
    if (rate == 0.0) continue;
    TRAWL_CHECK(dropout_stream != nullptr, "a dropout rate of {} and no stream", rate);
    apply_dropout(rate, *dropout_stream, rows * layer.outputs, output, slopes);
  }
}

template <class Scalar>
void Perceptron<Scalar>::multiply_by_weights(std::size_t layer, std::int64_t rows) {
  const DenseLayer& place = layers_[layer];
  const Scalar* weights = stored(place.weights_at);
  Scalar* output = outputs_[layer].data();
  const bool by_nonzeros = layer == 0 && sparse_;
  if (layer == 0 && rows > 1) settle();
  if (rows == 1) {
    if (!by_nonzeros) find_single_inputs(layer);
    if (layer == 0 && pending_.exists) return settle_and_multiply();
    return sum_weighted_rows(single_inputs(layer), weights, place.outputs, Scalar{0}, output);
  }
  if (by_nonzeros) return sparse_->multiply(rows, weights, place.outputs, output);
  dense_forward({rows, place.inputs, place.outputs}, input_of(layer), weights, output);
}

template <class Scalar>
void Perceptron<Scalar>::settle_and_multiply() {
  const DenseLayer& place = layers_.front();
  const std::span<const Nonzero<Scalar>> update(pending_.inputs.entries.data(), pending_.inputs.n);
  pending_.exists = false;
  add_outer_product_and_sum(update, pending_.delta.data(), single_inputs(0), place.inputs, place.outputs,
                            stored(place.weights_at), outputs_.front().data());
}

template <class Scalar>
void Perceptron<Scalar>::settle() const {
  if (!pending_.exists) return;
  const SubnormalsAsZero subnormals;
  const DenseLayer& place = layers_.front();
  const std::span<const Nonzero<Scalar>> update(pending_.inputs.entries.data(), pending_.inputs.n);
  pending_.exists = false;
  add_outer_product(update, pending_.delta.data(), place.outputs, parameters_.data() + place.weights_at);
}

template <class Scalar>
void Perceptron<Scalar>::find_single_inputs(std::size_t layer) {
  SingleInputs& single = single_inputs_[layer];
  single.n = find_nonzeros(input_of(layer), layers_[layer].inputs, single.entries.data());
}

template <class Scalar>
BatchNormalization<Scalar> Perceptron<Scalar>::normalization_of(std::size_t layer, std::int64_t rows) {
  const DenseLayer& place = layers_[layer];
  return {rows,
          place.outputs,
          stored(place.gamma_at),
          moving_statistics(place.moving_mean_at),
          moving_statistics(place.moving_variance_at),
          normalized_[layer].data(),
          inverse_deviations_[layer].data()};
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
