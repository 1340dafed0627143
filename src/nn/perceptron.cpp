// Computes forwards and backwards, and updates the weights.
#include "trawl/nn/perceptron.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/nn/dropout.hpp"
#include "trawl/nn/subnormals_as_zero.hpp"

namespace trawl {
namespace {

// So many inputs' weights are updated at a time, while their gradient is in the nearest cache. A multiple
// of 16, so that each part of an array starts aligned whatever the layer's width.
constexpr std::int64_t kUpdatedInputs = 32;

// Of so many rows the deltas of 128 outputs fill the nearest cache.
constexpr std::int64_t kSparseRows = 64;

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

// Backwards, and the updates.

template <class Scalar>
BatchSums Perceptron<Scalar>::loss_and_delta(std::int64_t rows, std::int64_t batch_rows,
                                             std::span<const double> dropout, RandomStream* dropout_stream) {
  TRAWL_CHECK(dropout.empty() || dropout.size() == shape_.hidden.size(), "{} dropout rates, {} layers",
              dropout.size(), shape_.hidden.size());
  forward(rows, Mode::training, dropout, dropout_stream);
  return softmax_cross_entropy(labels_.data(), rows, shape_.n_classes, 1.0 / static_cast<double>(batch_rows),
                               outputs_.back().data());
}

template <class Scalar>
BatchSums Perceptron<Scalar>::accumulate_gradient(std::int64_t rows, std::int64_t batch_rows,
                                                  Accumulate accumulate, std::span<const double> dropout,
                                                  RandomStream* dropout_stream) {
  const SubnormalsAsZero subnormals;
  const bool whole = rows == batch_rows && accumulate == Accumulate::overwrite;
  TRAWL_CHECK(whole || moving_statistics_.empty(), "{} of {} rows to normalize", rows, batch_rows);
  const BatchSums sums = loss_and_delta(rows, batch_rows, dropout, dropout_stream);
  backward(rows, accumulate == Accumulate::overwrite ? Scalar{0} : Scalar{1});
  return sums;
}

template <class Scalar>
void Perceptron<Scalar>::backward(std::int64_t rows, Scalar keep) {
  Scalar* delta = outputs_.back().data();
  for (std::size_t i = layers_.size(); i-- > 0;) {
    const DenseLayer& layer = layers_[i];
    vector_gradients(i, rows, delta, keep);
    weight_gradient(i, rows, delta, keep, gradient_.data() + layer.weights_at);
    if (i > 0) delta = delta_below(i, rows, delta);
  }
}

template <class Scalar>
void Perceptron<Scalar>::vector_gradients(std::size_t layer, std::int64_t rows, Scalar* delta, Scalar keep) {
  const DenseLayer& place = layers_[layer];
  Scalar* bias = gradient_.data() + place.bias_at;
  if (!place.normalized) return bias_gradient(rows, place.outputs, delta, keep, bias);
  batch_normalization_backward(normalization_of(layer, rows), delta, gradient_.data() + place.gamma_at, bias);
}

template <class Scalar>
Scalar* Perceptron<Scalar>::delta_below(std::size_t layer, std::int64_t rows, const Scalar* delta) {
  const DenseLayer& place = layers_[layer];
  Scalar* below = deltas_[layer - 1].data();
  dense_backward({rows, place.inputs, place.outputs}, delta, stored(place.weights_at),
                 slopes_[layer - 1].data(), below);
  return below;
}

template <class Scalar>
void Perceptron<Scalar>::weight_gradient(std::size_t layer, std::int64_t rows, const Scalar* delta,
                                         Scalar keep, Scalar* gradient) {
  const InputRange all{0, layers_[layer].inputs};
  if (layer > 0 || !sparse_) return gradient_of_inputs(layer, rows, all, delta, keep, gradient);
  for (std::int64_t first = 0; first < rows; first += kSparseRows) {
    const std::int64_t n = std::min(kSparseRows, rows - first);
    sparse_->transpose(first, n);
    gradient_of_inputs(layer, n, all, delta + first * layers_[layer].outputs, keep, gradient);
    keep = 1;
  }
}

template <class Scalar>
void Perceptron<Scalar>::gradient_of_inputs(std::size_t layer, std::int64_t rows, InputRange inputs,
                                            const Scalar* delta, Scalar keep, Scalar* gradient) {
  const DenseLayer& place = layers_[layer];
  if (layer > 0 || !sparse_) {
    return dense_gradient({rows, inputs.size, place.outputs}, input_of(layer) + inputs.first, place.inputs,
                          delta, keep, gradient);
  }
  for (std::int64_t i = inputs.first; i < inputs.first + inputs.size; ++i, gradient += place.outputs) {
    const auto column = sparse_->column(i);
    if (column.empty() && keep == 1) continue;
    sum_weighted_rows(column, delta, place.outputs, keep, gradient);
  }
}

template <class Scalar>
void Perceptron<Scalar>::update_vectors(const DenseLayer& layer, Optimizer<Scalar>& optimizer) {
  if (layer.normalized) {
    optimizer.apply({layer.gamma_at, layer.outputs, stored(layer.gamma_at), gradient(layer.gamma_at), 0.0});
  }
  optimizer.apply({layer.bias_at, layer.outputs, stored(layer.bias_at), gradient(layer.bias_at), 0.0});
}

template <class Scalar>
void Perceptron<Scalar>::update(Optimizer<Scalar>& optimizer, double learning_rate, double l2) {
  const SubnormalsAsZero subnormals;
  settle();
  optimizer.begin_update(learning_rate);
  for (const DenseLayer& layer : layers_) {
    optimizer.apply({layer.weights_at, layer.inputs * layer.outputs, stored(layer.weights_at),
                     gradient(layer.weights_at), l2});
    update_vectors(layer, optimizer);
  }
}

template <class Scalar>
BatchSums Perceptron<Scalar>::train(std::int64_t rows, Optimizer<Scalar>& optimizer, double learning_rate,
                                    double l2, std::span<const double> dropout,
                                    RandomStream* dropout_stream) {
  const SubnormalsAsZero subnormals;
  const BatchSums sums = loss_and_delta(rows, rows, dropout, dropout_stream);
  optimizer.begin_update(learning_rate);
  Scalar* delta = outputs_.back().data();
  for (std::size_t i = layers_.size(); i-- > 0;) {
    vector_gradients(i, rows, delta, 0);
    // By the weights of the forward pass: before they are updated.
    Scalar* below = i > 0 ? delta_below(i, rows, delta) : nullptr;
    update_weights(i, rows, delta, optimizer, l2);
    update_vectors(layers_[i], optimizer);
    delta = below;
  }
  return sums;
}

template <class Scalar>
void Perceptron<Scalar>::update_weights(std::size_t layer, std::int64_t rows, Scalar* delta,
                                        Optimizer<Scalar>& optimizer, double l2) {
  const DenseLayer& place = layers_[layer];
  const std::optional<Scalar> rate = optimizer.descent_rate();
  if (rate) return descend(layer, rows, *rate, l2, delta);
  if (layer == 0 && sparse_) sparse_->transpose(0, rows);
  Scalar* gradient = gradient_.data() + place.weights_at;
  for (std::int64_t first = 0; first < place.inputs; first += kUpdatedInputs) {
    const std::int64_t n = std::min(kUpdatedInputs, place.inputs - first);
    const std::int64_t at = place.weights_at + first * place.outputs;
    gradient_of_inputs(layer, rows, {first, n}, delta, 0, gradient);
    optimizer.apply({at, n * place.outputs, stored(at), gradient, l2});
  }
}

template <class Scalar>
void Perceptron<Scalar>::descend(std::size_t layer, std::int64_t rows, Scalar rate, double l2,
                                 Scalar* delta) {
  const DenseLayer& place = layers_[layer];
  for (std::int64_t i = 0; i < rows * place.outputs; ++i) delta[i] *= -rate;
  Scalar* weights = stored(place.weights_at);
  const auto keep = static_cast<Scalar>(1.0 - 2.0 * static_cast<double>(rate) * l2);
  if (rows > 1) return weight_gradient(layer, rows, delta, keep, weights);
  if (layer == 0 && !sparse_ && keep == 1) {
    std::swap(pending_.inputs, single_inputs_[layer]);
    std::copy_n(delta, place.outputs, pending_.delta.begin());
    pending_.exists = true;
    return;
  }
  for (std::int64_t i = 0; keep != 1 && i < place.inputs * place.outputs; ++i) weights[i] *= keep;
  add_outer_product(single_inputs(layer), delta, place.outputs, weights);
}

template class Perceptron<float>;
template class Perceptron<double>;

}  // namespace trawl
