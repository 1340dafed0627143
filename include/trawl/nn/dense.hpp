#pragma once

#include <cstdint>

namespace trawl {

/// The matrix products of a dense layer on one mini-batch, all row-major, one thread, without
/// heap memory, and with a blocking that does not depend on the processor's caches.
struct DenseProduct {
  std::int64_t rows = 0;
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
};

/// y = x w.
/// Shapes: x [rows, inputs]; w [inputs, outputs]; y [rows, outputs].
template <class Scalar>
void dense_forward(const DenseProduct& shape, const Scalar* x, const Scalar* w, Scalar* y);

/// What becomes of the gradient of earlier rows of the same mini-batch.
enum class Accumulate : std::uint8_t { overwrite, add };

/// dw (+)= xᵀ delta and, unless db is null, db (+)= the sum of delta's rows.
/// Shapes: x [rows, inputs]; delta [rows, outputs]; dw [inputs, outputs]; db [outputs].
template <class Scalar>
void dense_gradient(const DenseProduct& shape, const Scalar* x, const Scalar* delta, Accumulate accumulate,
                    Scalar* dw, Scalar* db);

/// dx = (delta wᵀ) ∘ slopes.
/// Shapes: delta [rows, outputs]; w [inputs, outputs]; slopes, dx [rows, inputs].
template <class Scalar>
void dense_backward(const DenseProduct& shape, const Scalar* delta, const Scalar* w, const Scalar* slopes,
                    Scalar* dx);

/// Σ w² of n values, in double over blocks.
template <class Scalar>
double sum_of_squares(const Scalar* w, std::int64_t n);

}  // namespace trawl
