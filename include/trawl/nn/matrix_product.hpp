#pragma once

#include <cstdint>

namespace trawl {

/// A product of matrices. The steps between neighbours let A and B be transposed, or parts of larger
/// matrices. Shapes: A [rows, depth]; B [depth, columns]; C [rows, columns], row-major.
template <class Scalar>
struct MatrixProduct {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t depth = 0;
  const Scalar* a = nullptr;  ///< A(i, k) is a[i * a_row + k * a_column]
  std::int64_t a_row = 0;
  std::int64_t a_column = 0;
  const Scalar* b = nullptr;  ///< B(k, j) is b[k * b_row + j * b_column]; one of the two steps is 1
  std::int64_t b_row = 0;
  std::int64_t b_column = 1;
  Scalar* c = nullptr;  ///< C(i, j) is c[i * c_row + j]
  std::int64_t c_row = 0;
};

/// C = keep · C + A B; with keep 0 C is not read. One thread, no heap memory. Each value of C is one chain of
/// multiply-adds in the order of k, which begins at 0 or at keep times what stood there: neither the shapes
/// nor the processor's caches nor alignment change a bit of it.
template <class Scalar>
void multiply(const MatrixProduct<Scalar>& product, Scalar keep);

}  // namespace trawl
