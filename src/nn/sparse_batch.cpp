#include "trawl/nn/sparse_batch.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "trawl/base/error.hpp"
#include "trawl/nn/lanes.hpp"

namespace trawl {
namespace {

// So many vectors of sums hide the latency of a multiply-add and leave registers free.
constexpr std::int64_t kMaxVectors = 8;

template <class Scalar>
struct WeightedRows {
  std::span<const Nonzero<Scalar>> entries;
  const Scalar* rows = nullptr;
  std::int64_t width = 0;
  Accumulate accumulate = Accumulate::overwrite;
};

/// The first kVectors vectors of columns. The pragmas: without them GCC 12 keeps the sums in memory.
template <class Scalar, std::size_t kVectors>
void sum_vectors(const WeightedRows<Scalar>& sum, Scalar* out) {
  constexpr std::int64_t kWidth = kLanes<Scalar>;
  Lanes<Scalar> sums[kVectors];
  const bool adds = sum.accumulate == Accumulate::add;
#pragma GCC unroll 8
  for (std::size_t v = 0; v < kVectors; ++v) {
    sums[v] = adds ? load_lanes(out + static_cast<std::int64_t>(v) * kWidth) : Lanes<Scalar>{};
  }
  for (const Nonzero<Scalar>& entry : sum.entries) {
    const Scalar* row = sum.rows + entry.index * sum.width;
    const Scalar value = entry.value;
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kVectors; ++v, row += kWidth) sums[v] += value * load_lanes(row);
  }
#pragma GCC unroll 8
  for (std::size_t v = 0; v < kVectors; ++v, out += kWidth) store_lanes(sums[v], out);
}

/// The first n columns, less than a vector.
template <class Scalar>
void sum_columns(const WeightedRows<Scalar>& sum, std::int64_t n, Scalar* out) {
  std::array<Scalar, static_cast<std::size_t>(kLanes<Scalar>)> sums{};
  if (sum.accumulate == Accumulate::add) std::copy_n(out, n, sums.begin());
  for (const Nonzero<Scalar>& entry : sum.entries) {
    const Scalar* row = sum.rows + entry.index * sum.width;
    for (std::int64_t j = 0; j < n; ++j) sums[static_cast<std::size_t>(j)] += entry.value * row[j];
  }
  std::copy_n(sums.begin(), n, out);
}

/// The first kVectors vectors of columns of add_outer_product.
template <class Scalar, std::size_t kVectors>
void add_vectors(const WeightedRows<Scalar>& sum, Scalar* rows) {
  constexpr std::int64_t kWidth = kLanes<Scalar>;
  Lanes<Scalar> factors[kVectors];
#pragma GCC unroll 8
  for (std::size_t v = 0; v < kVectors; ++v) {
    factors[v] = load_lanes(sum.rows + static_cast<std::int64_t>(v) * kWidth);
  }
  for (const Nonzero<Scalar>& entry : sum.entries) {
    Scalar* row = rows + entry.index * sum.width;
    const Scalar value = entry.value;
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kVectors; ++v, row += kWidth) {
      store_lanes<Scalar>(load_lanes<Scalar>(row) + value * factors[v], row);
    }
  }
}

template <class Scalar>
void add_columns(const WeightedRows<Scalar>& sum, std::int64_t n, Scalar* rows) {
  for (const Nonzero<Scalar>& entry : sum.entries) {
    Scalar* row = rows + entry.index * sum.width;
    for (std::int64_t j = 0; j < n; ++j) row[j] += entry.value * sum.rows[j];
  }
}

template <class Scalar, std::size_t... kIndex>
constexpr auto adding_functions(std::index_sequence<kIndex...> /*indices*/) {
  return std::array{&add_vectors<Scalar, kIndex + 1>...};
}

template <class Scalar, std::size_t... kIndex>
constexpr auto vector_functions(std::index_sequence<kIndex...> /*indices*/) {
  return std::array{&sum_vectors<Scalar, kIndex + 1>...};
}

}  // namespace

template <class Scalar>
SparseBatch<Scalar>::SparseBatch(std::int64_t n_columns, std::int64_t max_rows, std::int64_t max_nonzeros)
    : rows_(static_cast<std::size_t>(max_rows)),
      column_starts_(static_cast<std::size_t>(n_columns) + 2),
      by_column_(static_cast<std::size_t>(max_nonzeros)) {}

template <class Scalar>
void SparseBatch<Scalar>::transpose(std::int64_t first, std::int64_t rows) {
  const std::span<const Entries> batch(rows_.data() + first, static_cast<std::size_t>(rows));
  std::fill(column_starts_.begin(), column_starts_.end(), 0);
  // Counted two places on, so that scattering leaves each column's end where the next begins.
  std::size_t n = 0;
  for (const Entries& row : batch) {
    n += row.size();
    for (const Nonzero<Scalar>& entry : row) ++column_starts_[static_cast<std::size_t>(entry.index) + 2];
  }
  TRAWL_CHECK(n <= by_column_.size(), "{} non-zeros of at most {}", n, by_column_.size());
  for (std::size_t i = 2; i < column_starts_.size(); ++i) column_starts_[i] += column_starts_[i - 1];
  for (std::size_t row = 0; row < batch.size(); ++row) {
    for (const Nonzero<Scalar>& entry : batch[row]) {
      std::int32_t& next = column_starts_[static_cast<std::size_t>(entry.index) + 1];
      by_column_[static_cast<std::size_t>(next++)] = {static_cast<std::int32_t>(row), entry.value};
    }
  }
}

template <class Scalar>
void sum_weighted_rows(std::span<const Nonzero<Scalar>> entries, const Scalar* rows, std::int64_t width,
                       Accumulate accumulate, Scalar* out) {
  static constexpr auto kFunctions = vector_functions<Scalar>(std::make_index_sequence<kMaxVectors>());
  std::int64_t j = 0;
  while (width - j >= kLanes<Scalar>) {
    const std::int64_t vectors = std::min(kMaxVectors, (width - j) / kLanes<Scalar>);
    const WeightedRows<Scalar> part{entries, rows + j, width, accumulate};
    kFunctions[static_cast<std::size_t>(vectors - 1)](part, out + j);
    j += vectors * kLanes<Scalar>;
  }
  if (j < width) sum_columns<Scalar>({entries, rows + j, width, accumulate}, width - j, out + j);
}

template <class Scalar>
void add_outer_product(std::span<const Nonzero<Scalar>> entries, const Scalar* row, std::int64_t width,
                       Scalar* rows) {
  static constexpr auto kFunctions = adding_functions<Scalar>(std::make_index_sequence<kMaxVectors>());
  std::int64_t j = 0;
  while (width - j >= kLanes<Scalar>) {
    const std::int64_t vectors = std::min(kMaxVectors, (width - j) / kLanes<Scalar>);
    kFunctions[static_cast<std::size_t>(vectors - 1)]({entries, row + j, width, Accumulate::add}, rows + j);
    j += vectors * kLanes<Scalar>;
  }
  if (j < width) add_columns<Scalar>({entries, row + j, width, Accumulate::add}, width - j, rows + j);
}

template void add_outer_product(std::span<const Nonzero<float>>, const float*, std::int64_t, float*);
template void add_outer_product(std::span<const Nonzero<double>>, const double*, std::int64_t, double*);
template class SparseBatch<float>;
template class SparseBatch<double>;
template void sum_weighted_rows(std::span<const Nonzero<float>>, const float*, std::int64_t, Accumulate,
                                float*);
template void sum_weighted_rows(std::span<const Nonzero<double>>, const double*, std::int64_t, Accumulate,
                                double*);

}  // namespace trawl
