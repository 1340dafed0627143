// Of Perceptron: computes backwards, and updates the weights.
#include <algorithm>
#include <utility>

#include "trawl/base/error.hpp"
#include "trawl/nn/perceptron.hpp"
#include "trawl/nn/subnormals_as_zero.hpp"

namespace trawl {
namespace {

// So many inputs' weights are updated at a time, while their gradient is in the nearest cache. A multiple
// of 16, so that each part of an array starts aligned whatever the layer's width.
constexpr std::int64_t kUpdatedInputs = 32;

// Of so many rows the deltas of 128 outputs fill the nearest cache.
constexpr std::int64_t kSparseRows = 64;

}  // namespace

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
