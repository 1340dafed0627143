#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "trawl/base/nonzero.hpp"
#include "trawl/nn/matrix_product.hpp"

namespace trawl {

/// The rows of a mini-batch by their non-zeros, and the same column by column. Nothing is allocated
/// after the constructor.
template <class Scalar>
class SparseBatch {
 public:
  using Entries = std::span<const Nonzero<Scalar>>;

  /// `max_nonzeros` bounds what transpose() is called for.
  SparseBatch(std::int64_t n_columns, std::int64_t max_rows, std::int64_t max_nonzeros);

  /// The entries must stay where they are while the batch is in use; columns ascending.
  void set_row(std::int64_t row, Entries entries) { rows_[static_cast<std::size_t>(row)] = entries; }
  [[nodiscard]] Entries row(std::int64_t row) const { return rows_[static_cast<std::size_t>(row)]; }

  /// y = x w for the first `rows` rows, each value of y a chain as sum_weighted_rows makes it.
  /// Shapes: w [n_columns, width]; y [rows, width].
  void multiply(std::int64_t rows, const Scalar* w, std::int64_t width, Scalar* y);

  /// Makes the columns of `rows` rows from `first` on.
  void transpose(std::int64_t first, std::int64_t rows);
  /// After transpose: the column's non-zeros, each with its row, counted from `first`, as index; rows
  /// ascending.
  [[nodiscard]] Entries column(std::int64_t column) const {
    const auto begin = static_cast<std::size_t>(column);
    return {by_column_.data() + column_starts_[begin], by_column_.data() + column_starts_[begin + 1]};
  }

 private:
  /// Some columns of w, and how far apart its rows are; y's are as far.
  struct WeightPart {
    const Scalar* weights = nullptr;
    std::int64_t stride = 0;
    std::int64_t columns = 0;
  };
  void multiply_part(std::int64_t rows, const WeightPart& part, Scalar* y);

  std::vector<Entries> rows_;
  std::vector<const Nonzero<Scalar>*> next_;  // of each row, while multiplying
  std::vector<std::int32_t> column_starts_;   // [n_columns + 2]; while transposing, where the next goes
  std::vector<Nonzero<Scalar>> by_column_;
};

/// out = keep · out + Σ value · rows[index], each value of `out` one chain of multiply-adds in the order of
/// the entries: the same bits as multiply() gives where it meets the zeros too. keep 0: out is not read.
/// Shapes: rows [any, width]; out [width].
template <class Scalar>
void sum_weighted_rows(std::span<const Nonzero<Scalar>> entries, const Scalar* rows, std::int64_t width,
                       Scalar keep, Scalar* out);

/// rows[index] += value · row for each entry: an outer product without the zeros.
/// Shapes: row [width]; rows [any, width].
template <class Scalar>
void add_outer_product(std::span<const Nonzero<Scalar>> entries, const Scalar* row, std::int64_t width,
                       Scalar* rows);

/// add_outer_product of `update` and `row`, then sum_weighted_rows of `entries` with keep 0: the same bits,
/// but the rows come from memory once. Shapes: row, out [width]; rows [n_rows, width]; entries of both
/// ascending.
template <class Scalar>
void add_outer_product_and_sum(std::span<const Nonzero<Scalar>> update, const Scalar* row,
                               std::span<const Nonzero<Scalar>> entries, std::int64_t n_rows,
                               std::int64_t width, Scalar* rows, Scalar* out);

/// The non-zeros of n values, into as many places; returns how many there are.
template <class Scalar>
std::size_t find_nonzeros(const Scalar* x, std::int64_t n, Nonzero<Scalar>* entries) {
  std::size_t found = 0;
  for (std::int64_t i = 0; i < n; ++i) {  // no branch: whether x is 0 is hard to foresee
    entries[found] = {static_cast<std::int32_t>(i), x[i]};
    found += x[i] != 0 ? 1 : 0;
  }
  return found;
}

}  // namespace trawl
