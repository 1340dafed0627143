#include "trawl/nn/dense.hpp"

#include <algorithm>

#include <Eigen/Core>

namespace trawl {
namespace {

/// One sample's gradient is an outer product.
template <class Scalar>
void outer_product(const DenseProduct& shape, const Scalar* x, const Scalar* delta, Accumulate accumulate,
                   Scalar* dw) {
  for (std::int64_t i = 0; i < shape.inputs; ++i, dw += shape.outputs) {
    const Scalar value = x[i];
    if (accumulate == Accumulate::overwrite) {
      for (std::int64_t j = 0; j < shape.outputs; ++j) dw[j] = value * delta[j];
    } else if (value != 0) {
      for (std::int64_t j = 0; j < shape.outputs; ++j) dw[j] += value * delta[j];
    }
  }
}

/// One sample's dx: to transpose w would cost more than it spares.
template <class Scalar>
void inner_products(const DenseProduct& shape, const Scalar* delta, const Scalar* w, Scalar* dx) {
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
  using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::Map<Vector>(dx, shape.inputs).noalias() = Eigen::Map<const Matrix>(w, shape.inputs, shape.outputs) *
                                                   Eigen::Map<const Vector>(delta, shape.outputs);
}

}  // namespace

template <class Scalar>
void dense_forward(const DenseProduct& shape, const Scalar* x, const Scalar* w, Scalar* y) {
  multiply<Scalar>(
      {shape.rows, shape.outputs, shape.inputs, x, shape.inputs, 1, w, shape.outputs, 1, y, shape.outputs},
      Accumulate::overwrite);
}

template <class Scalar>
void dense_gradient(const DenseProduct& shape, const Scalar* x, std::int64_t x_row, const Scalar* delta,
                    Accumulate accumulate, Scalar* dw) {
  if (shape.rows == 1) return outer_product(shape, x, delta, accumulate, dw);
  multiply<Scalar>(
      {shape.inputs, shape.outputs, shape.rows, x, 1, x_row, delta, shape.outputs, 1, dw, shape.outputs},
      accumulate);
}

template <class Scalar>
void bias_gradient(std::int64_t rows, std::int64_t outputs, const Scalar* delta, Accumulate accumulate,
                   Scalar* db) {
  if (accumulate == Accumulate::overwrite) std::fill_n(db, outputs, Scalar{0});
  for (std::int64_t row = 0; row < rows; ++row, delta += outputs) {
    for (std::int64_t j = 0; j < outputs; ++j) db[j] += delta[j];
  }
}

template <class Scalar>
void dense_backward(const DenseProduct& shape, const Scalar* delta, const Scalar* w, const Scalar* slopes,
                    Scalar* dx) {
  if (shape.rows == 1) {
    inner_products(shape, delta, w, dx);
  } else {
    multiply<Scalar>({shape.rows, shape.inputs, shape.outputs, delta, shape.outputs, 1, w, 1, shape.outputs,
                      dx, shape.inputs},
                     Accumulate::overwrite);
  }
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
template void dense_gradient(const DenseProduct&, const float*, std::int64_t, const float*, Accumulate,
                             float*);
template void dense_gradient(const DenseProduct&, const double*, std::int64_t, const double*, Accumulate,
                             double*);
template void bias_gradient(std::int64_t, std::int64_t, const float*, Accumulate, float*);
template void bias_gradient(std::int64_t, std::int64_t, const double*, Accumulate, double*);
template void dense_backward(const DenseProduct&, const float*, const float*, const float*, float*);
template void dense_backward(const DenseProduct&, const double*, const double*, const double*, double*);
template double sum_of_squares(const float*, std::int64_t);
template double sum_of_squares(const double*, std::int64_t);

}  // namespace trawl
