// Brings a layer's sums to zero mean and unit variance.
#include "trawl/nn/batch_normalization.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace trawl {
namespace {

// So many columns at a time: their sums stay in registers or in the nearest cache, on the stack.
constexpr std::int64_t kStripColumns = 64;
// So many rows are added up in Scalar: 64 roundings of 2^-24 are 4e-6 at worst. Their sums are added in
// double.
constexpr std::int64_t kSummedRows = 64;

template <class T>
using Strip = std::array<T, static_cast<std::size_t>(kStripColumns)>;

/// body(first, n) for n <= kStripColumns columns at a time.
template <class Body>
void for_column_tiles(std::int64_t width, Body body) {
  for (std::int64_t first = 0; first < width; first += kStripColumns) {
    body(first, static_cast<std::size_t>(std::min(kStripColumns, width - first)));
  }
}

/// The sums of term(row, j) over all rows, for the first n columns j of a tile.
template <class Scalar, class Term>
Strip<double> sum_rows(std::int64_t rows, std::size_t n, Term term) {
  Strip<double> sums{};
  for (std::int64_t first = 0; first < rows; first += kSummedRows) {
    const std::int64_t end = std::min(rows, first + kSummedRows);
    Strip<Scalar> block{};
    for (std::int64_t row = first; row < end; ++row) {
      for (std::size_t j = 0; j < n; ++j) block[j] += term(row, j);
    }
    for (std::size_t j = 0; j < n; ++j) sums[j] += static_cast<double>(block[j]);
  }
  return sums;
}

template <class Scalar>
void move_towards(double batch, Scalar& moving) {
  moving =
      static_cast<Scalar>(kMovingMomentum * static_cast<double>(moving) + (1.0 - kMovingMomentum) * batch);
}

/// Mean and inverse deviation of the tile's columns; the moving statistics follow.
template <class Scalar>
void take_statistics(const BatchNormalization<Scalar>& layer, std::int64_t first, std::size_t n,
                     const Scalar* z, Strip<Scalar>& mean) {
  const auto rows = static_cast<double>(layer.rows);
  // From the first row on: deviations that are small beside a common offset would lose digits to it.
  const Strip<double> sums = sum_rows<Scalar>(
      layer.rows, n, [&](std::int64_t row, std::size_t j) { return z[row * layer.width + j] - z[j]; });
  Strip<double> exact;
  for (std::size_t j = 0; j < n; ++j) {
    exact[j] = static_cast<double>(z[j]) + sums[j] / rows;
    mean[j] = static_cast<Scalar>(exact[j]);
  }
  const Strip<double> squares = sum_rows<Scalar>(layer.rows, n, [&](std::int64_t row, std::size_t j) {
    const Scalar deviation = z[row * layer.width + j] - mean[j];
    return deviation * deviation;
  });
  for (std::size_t j = 0; j < n; ++j) {
    const double variance = squares[j] / rows;
    layer.inverse_deviation[first + j] =
        static_cast<Scalar>(1.0 / std::sqrt(variance + kNormalizationEpsilon));
    move_towards(exact[j], layer.moving_mean[first + j]);
    move_towards(variance, layer.moving_variance[first + j]);
  }
}

}  // namespace

template <class Scalar>
void normalize_batch(const BatchNormalization<Scalar>& layer, Scalar* z) {
  for_column_tiles(layer.width, [&](std::int64_t first, std::size_t n) {
    Strip<Scalar> mean{};
    take_statistics(layer, first, n, z + first, mean);
    const Scalar* inverse_deviation = layer.inverse_deviation + first;
    const Scalar* gamma = layer.gamma + first;
    for (std::int64_t row = 0; row < layer.rows; ++row) {
      Scalar* __restrict out = z + row * layer.width + first;
      Scalar* __restrict normalized = layer.normalized + row * layer.width + first;
      for (std::size_t j = 0; j < n; ++j) {
        normalized[j] = (out[j] - mean[j]) * inverse_deviation[j];
        out[j] = gamma[j] * normalized[j];
      }
    }
  });
}

template <class Scalar>
void normalize_by_moving_statistics(const BatchNormalization<Scalar>& layer, Scalar* z) {
  for_column_tiles(layer.width, [&](std::int64_t first, std::size_t n) {
    Strip<Scalar> mean;
    Strip<Scalar> scale;
    for (std::size_t j = 0; j < n; ++j) {
      const auto variance = static_cast<double>(layer.moving_variance[first + j]);
      mean[j] = layer.moving_mean[first + j];
      scale[j] = static_cast<Scalar>(static_cast<double>(layer.gamma[first + j]) /
                                     std::sqrt(variance + kNormalizationEpsilon));
    }
    for (std::int64_t row = 0; row < layer.rows; ++row) {
      Scalar* out = z + row * layer.width + first;
      for (std::size_t j = 0; j < n; ++j) out[j] = (out[j] - mean[j]) * scale[j];
    }
  });
}

template <class Scalar>
void batch_normalization_backward(const BatchNormalization<Scalar>& layer, Scalar* delta, Scalar* dgamma,
                                  Scalar* dbeta) {
  const auto rows = static_cast<double>(layer.rows);
  for_column_tiles(layer.width, [&](std::int64_t first, std::size_t n) {
    const Scalar* errors = delta + first;
    const Scalar* x = layer.normalized + first;
    const Strip<double> beta_sums = sum_rows<Scalar>(
        layer.rows, n, [&](std::int64_t row, std::size_t j) { return errors[row * layer.width + j]; });
    const Strip<double> gamma_sums = sum_rows<Scalar>(layer.rows, n, [&](std::int64_t row, std::size_t j) {
      return errors[row * layer.width + j] * x[row * layer.width + j];
    });
    Strip<Scalar> mean;        // of delta
    Strip<Scalar> projection;  // of delta on x̂
    Strip<Scalar> scale;
    for (std::size_t j = 0; j < n; ++j) {
      dbeta[first + j] = static_cast<Scalar>(beta_sums[j]);
      dgamma[first + j] = static_cast<Scalar>(gamma_sums[j]);
      mean[j] = static_cast<Scalar>(beta_sums[j] / rows);
      projection[j] = static_cast<Scalar>(gamma_sums[j] / rows);
      scale[j] = layer.gamma[first + j] * layer.inverse_deviation[first + j];
    }
    for (std::int64_t row = 0; row < layer.rows; ++row) {
      Scalar* __restrict out = delta + row * layer.width + first;
      const Scalar* __restrict normalized = x + row * layer.width;
      for (std::size_t j = 0; j < n; ++j) {
        out[j] = scale[j] * (out[j] - mean[j] - normalized[j] * projection[j]);
      }
    }
  });
}

template void normalize_batch(const BatchNormalization<float>&, float*);
template void normalize_batch(const BatchNormalization<double>&, double*);
template void normalize_by_moving_statistics(const BatchNormalization<float>&, float*);
template void normalize_by_moving_statistics(const BatchNormalization<double>&, double*);
template void batch_normalization_backward(const BatchNormalization<float>&, float*, float*, float*);
template void batch_normalization_backward(const BatchNormalization<double>&, double*, double*, double*);

}  // namespace trawl
