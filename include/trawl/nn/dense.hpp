#pragma once

#include <cstdint>

#include "trawl/nn/matrix_product.hpp"

namespace trawl {

/// The matrix products of a dense layer on one mini-batch, all row-major, one thread, without heap
/// memory. See multiply() for the order of the additions.
struct DenseProduct {
  std::int64_t rows = 0;
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
};

/// y = x w.
/// Shapes: x [rows, inputs]; w [inputs, outputs]; y [rows, outputs].
template <class Scalar>
void dense_forward(const DenseProduct& shape, const Scalar* x, const Scalar* w, Scalar* y);

/// dw = keep · dw + xᵀ delta for `inputs` columns of x, whose rows are `x_row` apart.
/// Shapes: x [rows, inputs]; delta [rows, outputs]; dw [inputs, outputs].
template <class Scalar>
void dense_gradient(const DenseProduct& shape, const Scalar* x, std::int64_t x_row, const Scalar* delta,
                    Scalar keep, Scalar* dw);

/// db = keep · db + the sum of delta's rows.
/// Shapes: delta [rows, outputs]; db [outputs].
template <class Scalar>
void bias_gradient(std::int64_t rows, std::int64_t outputs, const Scalar* delta, Scalar keep, Scalar* db);

/// dx = (delta wᵀ) ∘ slopes.
/// Shapes: delta [rows, outputs]; w [inputs, outputs]; slopes, dx [rows, inputs].
template <class Scalar>
void dense_backward(const DenseProduct& shape, const Scalar* delta, const Scalar* w, const Scalar* slopes,
                    Scalar* dx);

/// Σ w² of n values, in double over blocks.
template <class Scalar>
double sum_of_squares(const Scalar* w, std::int64_t n);

}  // namespace trawl
