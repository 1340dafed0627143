// Computes a layer's sums, forwards and backwards.
#include "trawl/nn/dense.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include <Eigen/Core>

#include "trawl/nn/lanes.hpp"
#include "trawl/nn/sparse_batch.hpp"

namespace trawl {
namespace {

template <class Scalar, std::size_t kDistance, std::size_t... kIndex>
Lanes<Scalar> add_partners(const Lanes<Scalar>& lanes, std::index_sequence<kIndex...> /*indices*/) {
  return lanes + __builtin_shufflevector(lanes, lanes, static_cast<int>(kIndex ^ kDistance)...);
}

/// The sum of all lanes, added in pairs.
template <class Scalar, std::size_t kDistance = static_cast<std::size_t>(kLanes<Scalar> / 2)>
Scalar sum_of_lanes(const Lanes<Scalar>& lanes) {
  constexpr auto kIndices = std::make_index_sequence<static_cast<std::size_t>(kLanes<Scalar>)>();
  const Lanes<Scalar> pairs = add_partners<Scalar, kDistance>(lanes, kIndices);
  if constexpr (kDistance > 1) {
    return sum_of_lanes<Scalar, kDistance / 2>(pairs);
  } else {
    return pairs[0];
  }
}

/// The first n < kLanes values, then zeros.
template <class Scalar>
Lanes<Scalar> load_first(const Scalar* from, std::int64_t n) {
  std::array<Scalar, static_cast<std::size_t>(kLanes<Scalar>)> padded{};
  std::copy_n(from, n, padded.begin());
  return load_lanes(padded.data());
}

/// One sample's dx. To transpose w would cost more than it spares, and of relu's slopes many are 0.
template <class Scalar>
void inner_products(const DenseProduct& shape, const Scalar* delta, const Scalar* w, const Scalar* slopes,
                    Scalar* dx) {
  const std::int64_t rest = shape.outputs % kLanes<Scalar>;
  const std::int64_t whole = shape.outputs - rest;
  const Lanes<Scalar> last = load_first(delta + whole, rest);
  // What follows a row is read with it, times 0, as long as it is a part of w.
  const std::int64_t last_readable = shape.inputs * shape.outputs - kLanes<Scalar>;
  std::fill_n(dx, shape.inputs, Scalar{0});
  std::array<Nonzero<Scalar>, 256> entries;
  for (std::int64_t first = 0; first < shape.inputs; first += std::ssize(entries)) {
    const std::int64_t part = std::min(std::ssize(entries), shape.inputs - first);
    const std::size_t n = find_nonzeros(slopes + first, part, entries.data());
    for (const Nonzero<Scalar>& slope : std::span(entries).first(n)) {
      const std::int64_t i = first + slope.index;
      const Scalar* row = w + i * shape.outputs;
      Lanes<Scalar> sums{};
      for (std::int64_t j = 0; j < whole; j += kLanes<Scalar>) {
        sums += load_lanes(delta + j) * load_lanes(row + j);
      }
      const bool readable = i * shape.outputs + whole <= last_readable;
      if (rest > 0) sums += last * (readable ? load_lanes(row + whole) : load_first(row + whole, rest));
      dx[i] = slope.value * sum_of_lanes<Scalar>(sums);
    }
  }
}

}  // namespace

template <class Scalar>
void dense_forward(const DenseProduct& shape, const Scalar* x, const Scalar* w, Scalar* y) {
  multiply<Scalar>(
      {shape.rows, shape.outputs, shape.inputs, x, shape.inputs, 1, w, shape.outputs, 1, y, shape.outputs},
      0);
}

template <class Scalar>
void dense_gradient(const DenseProduct& shape, const Scalar* x, std::int64_t x_row, const Scalar* delta,
                    Scalar keep, Scalar* dw) {
  multiply<Scalar>(
      {shape.inputs, shape.outputs, shape.rows, x, 1, x_row, delta, shape.outputs, 1, dw, shape.outputs},
      keep);
}

template <class Scalar>
void bias_gradient(std::int64_t rows, std::int64_t outputs, const Scalar* delta, Scalar keep, Scalar* db) {
  for (std::int64_t j = 0; j < outputs; ++j) db[j] = keep == 0 ? 0 : keep * db[j];
  for (std::int64_t row = 0; row < rows; ++row, delta += outputs) {
    for (std::int64_t j = 0; j < outputs; ++j) db[j] += delta[j];
  }
}

template <class Scalar>
void dense_backward(const DenseProduct& shape, const Scalar* delta, const Scalar* w, const Scalar* slopes,
                    Scalar* dx) {
  if (shape.rows == 1) return inner_products(shape, delta, w, slopes, dx);
  multiply<Scalar>({shape.rows, shape.inputs, shape.outputs, delta, shape.outputs, 1, w, 1, shape.outputs, dx,
                    shape.inputs},
                   0);
  for (std::int64_t i = 0; i < shape.rows * shape.inputs; ++i) dx[i] *= slopes[i];
}

template <class Scalar>
double sum_of_squares(const Scalar* w, std::int64_t n) {
  constexpr std::int64_t kBlock = 512;  // a multiple of the alignment: each block starts aligned
  double sum = 0.0;
  for (std::int64_t begin = 0; begin < n; begin += kBlock) {
    using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
    const Eigen::Map<const Vector, Eigen::Aligned64> block(w + begin, std::min(kBlock, n - begin));
    sum += static_cast<double>(block.squaredNorm());
  }
  return sum;
}

template void dense_forward(const DenseProduct&, const float*, const float*, float*);
template void dense_forward(const DenseProduct&, const double*, const double*, double*);
template void dense_gradient(const DenseProduct&, const float*, std::int64_t, const float*, float, float*);
template void dense_gradient(const DenseProduct&, const double*, std::int64_t, const double*, double,
                             double*);
template void bias_gradient(std::int64_t, std::int64_t, const float*, float, float*);
template void bias_gradient(std::int64_t, std::int64_t, const double*, double, double*);
template void dense_backward(const DenseProduct&, const float*, const float*, const float*, float*);
template void dense_backward(const DenseProduct&, const double*, const double*, const double*, double*);
template double sum_of_squares(const float*, std::int64_t);
template double sum_of_squares(const double*, std::int64_t);

}  // namespace trawl
