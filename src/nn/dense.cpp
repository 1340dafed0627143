#include "trawl/nn/dense.hpp"

#include <algorithm>

#include <Eigen/Core>

namespace trawl {
namespace {

using Eigen::Dynamic;
template <class Scalar>
using Matrix = Eigen::Matrix<Scalar, Dynamic, Dynamic, Eigen::RowMajor>;
template <class Scalar>
using View = Eigen::Map<const Matrix<Scalar>>;
template <class Scalar>
using MutableView = Eigen::Map<Matrix<Scalar>>;

// Eigen cuts products into panels by the cache sizes it finds. Fixed ones cut them, and so
// order the additions, alike on every processor that runs the same instructions.
void fix_blocking() {
  [[maybe_unused]] static const bool kFixed = [] {
    Eigen::setCpuCacheSizes(32 << 10, 512 << 10, 4 << 20);
    return true;
  }();
}

// Columns of one product, so that Eigen's packed panel of them fits on the stack (see
// EIGEN_STACK_ALLOCATION_LIMIT). Its depth is at most 32 KiB / (12 floats) = 680, so the panel takes
// at most 680 x 512 floats = 1.4 MB; measured: 608 deep with AVX-512.
constexpr std::int64_t kMaxColumns = 512;

/// body(first, n) for n <= kMaxColumns columns at a time.
template <class Body>
void for_column_blocks(std::int64_t columns, Body body) {
  for (std::int64_t first = 0; first < columns; first += kMaxColumns) {
    body(first, std::min(kMaxColumns, columns - first));
  }
}

/// One sample's gradient is an outer product: a plain loop beats packing panels of depth 1.
template <class Scalar>
void outer_product(const DenseProduct& shape, const Scalar* x, const Scalar* delta, Accumulate accumulate,
                   Scalar* dw) {
  for (std::int64_t i = 0; i < shape.inputs; ++i, dw += shape.outputs) {
    const Scalar value = x[i];
    if (accumulate == Accumulate::overwrite) {
      for (std::int64_t j = 0; j < shape.outputs; ++j) dw[j] = value * delta[j];
    } else {
      for (std::int64_t j = 0; j < shape.outputs; ++j) dw[j] += value * delta[j];
    }
  }
}

template <class Scalar>
void bias_gradient(const DenseProduct& shape, const Scalar* delta, Accumulate accumulate, Scalar* db) {
  if (accumulate == Accumulate::overwrite) std::fill_n(db, shape.outputs, Scalar{0});
  for (std::int64_t row = 0; row < shape.rows; ++row, delta += shape.outputs) {
    for (std::int64_t j = 0; j < shape.outputs; ++j) db[j] += delta[j];
  }
}

}  // namespace

template <class Scalar>
void dense_forward(const DenseProduct& shape, const Scalar* x, const Scalar* w, Scalar* y) {
  fix_blocking();
  const View<Scalar> input(x, shape.rows, shape.inputs);
  const View<Scalar> weights(w, shape.inputs, shape.outputs);
  MutableView<Scalar> output(y, shape.rows, shape.outputs);
  for_column_blocks(shape.outputs, [&](std::int64_t first, std::int64_t n) {
    output.middleCols(first, n).noalias() = input * weights.middleCols(first, n);
  });
}

template <class Scalar>
void dense_gradient(const DenseProduct& shape, const Scalar* x, const Scalar* delta, Accumulate accumulate,
                    Scalar* dw, Scalar* db) {
  fix_blocking();
  if (db != nullptr) bias_gradient(shape, delta, accumulate, db);
  if (shape.rows == 1) return outer_product(shape, x, delta, accumulate, dw);
  const View<Scalar> input(x, shape.rows, shape.inputs);
  const View<Scalar> errors(delta, shape.rows, shape.outputs);
  MutableView<Scalar> gradient(dw, shape.inputs, shape.outputs);
  for_column_blocks(shape.outputs, [&](std::int64_t first, std::int64_t n) {
    auto block = gradient.middleCols(first, n);
    if (accumulate == Accumulate::overwrite) {
      block.noalias() = input.transpose() * errors.middleCols(first, n);
    } else {
      block.noalias() += input.transpose() * errors.middleCols(first, n);
    }
  });
}

template <class Scalar>
void dense_backward(const DenseProduct& shape, const Scalar* delta, const Scalar* w, const Scalar* slopes,
                    Scalar* dx) {
  fix_blocking();
  const View<Scalar> errors(delta, shape.rows, shape.outputs);
  const View<Scalar> weights(w, shape.inputs, shape.outputs);
  MutableView<Scalar> result(dx, shape.rows, shape.inputs);
  for_column_blocks(shape.inputs, [&](std::int64_t first, std::int64_t n) {
    result.middleCols(first, n).noalias() = errors * weights.middleRows(first, n).transpose();
  });
  for (std::int64_t i = 0; i < shape.rows * shape.inputs; ++i) dx[i] *= slopes[i];
}

template <class Scalar>
double sum_of_squares(const Scalar* w, std::int64_t n) {
  constexpr std::int64_t kBlock = 512;  // a multiple of the alignment: each block starts aligned
  double sum = 0.0;
  for (std::int64_t begin = 0; begin < n; begin += kBlock) {
    using Vector = Eigen::Matrix<Scalar, Dynamic, 1>;
    const Eigen::Map<const Vector, Eigen::Aligned64> block(w + begin, std::min(kBlock, n - begin));
    sum += static_cast<double>(block.squaredNorm());
  }
  return sum;
}

template void dense_forward(const DenseProduct&, const float*, const float*, float*);
template void dense_forward(const DenseProduct&, const double*, const double*, double*);
template void dense_gradient(const DenseProduct&, const float*, const float*, Accumulate, float*, float*);
template void dense_gradient(const DenseProduct&, const double*, const double*, Accumulate, double*, double*);
template void dense_backward(const DenseProduct&, const float*, const float*, const float*, float*);
template void dense_backward(const DenseProduct&, const double*, const double*, const double*, double*);
template double sum_of_squares(const float*, std::int64_t);
template double sum_of_squares(const double*, std::int64_t);

}  // namespace trawl
