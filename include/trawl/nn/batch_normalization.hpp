#pragma once

#include <cstdint>

namespace trawl {

/// Stands inside the root (keras/src/layers/normalization/batch_normalization.py).
constexpr double kNormalizationEpsilon = 1e-3;
/// Of the moving statistics: moving = 0.99 moving + 0.01 batch (the same).
constexpr double kMovingMomentum = 0.99;

/// The arrays of one normalized layer on one mini-batch. What the forward pass of training leaves in
/// `normalized` and `inverse_deviation` its backward pass reads.
/// Shapes: normalized [rows, width]; all others [width].
template <class Scalar>
struct BatchNormalization {
  std::int64_t rows = 0;
  std::int64_t width = 0;
  const Scalar* gamma = nullptr;
  Scalar* moving_mean = nullptr;
  Scalar* moving_variance = nullptr;
  Scalar* normalized = nullptr;         ///< x̂ = (z - mean) / √(variance + ε)
  Scalar* inverse_deviation = nullptr;  ///< 1 / √(variance + ε)
};

/// In training: z becomes γ x̂ by the mean and the biased variance of the mini-batch, column by column,
/// and the moving statistics take their part of them (Ioffe and Szegedy, ICML 2015, algorithm 1, but for
/// β: it is added with the activation, as a bias is). A mini-batch of one row becomes 0.
/// Shapes: z [rows, width].
template <class Scalar>
void normalize_batch(const BatchNormalization<Scalar>& layer, Scalar* z);

/// In inference: z becomes γ (z - moving mean) / √(moving variance + ε), β again left out.
/// Shapes: z [rows, width].
template <class Scalar>
void normalize_by_moving_statistics(const BatchNormalization<Scalar>& layer, Scalar* z);

/// From delta, the gradient by γ x̂ + β, to the gradient by z, through the batch's statistics:
///   dβ = Σ delta, dγ = Σ delta x̂, delta := γ / √(variance + ε) · (delta - dβ / rows - x̂ dγ / rows).
/// Shapes: delta [rows, width]; dgamma, dbeta [width].
template <class Scalar>
void batch_normalization_backward(const BatchNormalization<Scalar>& layer, Scalar* delta, Scalar* dgamma,
                                  Scalar* dbeta);

}  // namespace trawl
