// Multiplies mini-batches that are mostly zeros.
#include "trawl/nn/sparse_batch.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "trawl/base/error.hpp"
#include "trawl/nn/lanes.hpp"

namespace trawl {
namespace {

// So many vectors of sums hide the latency of a multiply-add and leave registers free.
constexpr std::int64_t kMaxVectors = 8;
// So much of the weights stays in the nearest cache while a mini-batch goes by.
constexpr std::int64_t kTileBytes = 24576;
// With less rows each part of the weights is read about once, wherever it is.
constexpr std::int64_t kFewRows = 4;
// The processor does not foresee which entries come next, as they are a row apart.
constexpr std::int64_t kRowsAhead = 16;

template <class Scalar>
struct WeightedRows {
  const Nonzero<Scalar>* first = nullptr;
  const Nonzero<Scalar>* end = nullptr;
  std::int32_t index_end = std::numeric_limits<std::int32_t>::max();  ///< entries from this index on are left
  const Scalar* rows = nullptr;
  std::int64_t stride = 0;
  Scalar keep = 0;
};

/// The first kVectors vectors of columns; returns the first entry that is left. The pragmas: without them
/// GCC 12 keeps the sums in memory.
template <class Scalar, std::size_t kVectors>
const Nonzero<Scalar>* sum_vectors(const WeightedRows<Scalar>& sum, Scalar* out) {
  constexpr std::int64_t kWidth = kLanes<Scalar>;
  Lanes<Scalar> sums[kVectors];
#pragma GCC unroll 8
  for (std::size_t v = 0; v < kVectors; ++v) {
    sums[v] =
        sum.keep == 0 ? Lanes<Scalar>{} : sum.keep * load_lanes(out + static_cast<std::int64_t>(v) * kWidth);
  }
  const Scalar* const rows = sum.rows;
  const std::int64_t stride = sum.stride;
  const std::int32_t index_end = sum.index_end;
  const Nonzero<Scalar>* const end = sum.end;
  const Nonzero<Scalar>* entry = sum.first;
  for (; entry != end && entry->index < index_end; ++entry) {
    const Scalar* row = rows + entry->index * stride;
    const Scalar value = entry->value;
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kVectors; ++v, row += kWidth) sums[v] += value * load_lanes(row);
  }
#pragma GCC unroll 8
  for (std::size_t v = 0; v < kVectors; ++v, out += kWidth) store_lanes(sums[v], out);
  return entry;
}

/// The first kColumns columns, less than a vector; as sum_vectors.
template <class Scalar, std::size_t kColumns>
const Nonzero<Scalar>* sum_columns(const WeightedRows<Scalar>& sum, Scalar* out) {
  Scalar sums[kColumns] = {};
#pragma GCC unroll 16
  for (std::size_t j = 0; j < kColumns; ++j) sums[j] = sum.keep == 0 ? 0 : sum.keep * out[j];
  const Nonzero<Scalar>* entry = sum.first;
  for (; entry != sum.end && entry->index < sum.index_end; ++entry) {
    const Scalar* row = sum.rows + entry->index * sum.stride;
    const Scalar value = entry->value;
#pragma GCC unroll 16
    for (std::size_t j = 0; j < kColumns; ++j) sums[j] += value * row[j];
  }
  std::copy_n(sums, kColumns, out);
  return entry;
}

template <class Scalar, std::size_t... kIndex>
constexpr auto vector_functions(std::index_sequence<kIndex...> /*indices*/) {
  return std::array{&sum_vectors<Scalar, kIndex + 1>...};
}

template <class Scalar, std::size_t... kIndex>
constexpr auto column_functions(std::index_sequence<kIndex...> /*indices*/) {
  return std::array{&sum_columns<Scalar, kIndex + 1>...};
}

/// Of part_width() columns.
template <class Scalar>
const Nonzero<Scalar>* sum_part(const WeightedRows<Scalar>& sum, std::int64_t columns, Scalar* out) {
  static constexpr auto kFunctions = vector_functions<Scalar>(std::make_index_sequence<kMaxVectors>());
  static constexpr auto kRest =
      column_functions<Scalar>(std::make_index_sequence<static_cast<std::size_t>(kLanes<Scalar>) - 1>());
  if (columns < kLanes<Scalar>) return kRest[static_cast<std::size_t>(columns) - 1](sum, out);
  return kFunctions[static_cast<std::size_t>(columns / kLanes<Scalar> - 1)](sum, out);
}

/// How many of `columns` columns are done at a time: whole vectors, or what is less than one.
template <class Scalar>
std::int64_t part_width(std::int64_t columns) {
  if (columns < kLanes<Scalar>) return columns;
  return std::min(kMaxVectors, columns / kLanes<Scalar>) * kLanes<Scalar>;
}

}  // namespace

template <class Scalar>
SparseBatch<Scalar>::SparseBatch(std::int64_t n_columns, std::int64_t max_rows, std::int64_t max_nonzeros)
    : rows_(static_cast<std::size_t>(max_rows)),
      next_(static_cast<std::size_t>(max_rows)),
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
void SparseBatch<Scalar>::multiply(std::int64_t rows, const Scalar* w, std::int64_t width, Scalar* y) {
  for (std::int64_t j = 0, columns = 0; j < width; j += columns) {
    columns = part_width<Scalar>(width - j);
    multiply_part(rows, {w + j, width, columns}, y + j);
  }
}

template <class Scalar>
void SparseBatch<Scalar>::multiply_part(std::int64_t rows, const WeightPart& part, Scalar* y) {
  const auto n_inputs = static_cast<std::int64_t>(column_starts_.size()) - 2;
  const std::int64_t tile = kTileBytes / (part.columns * static_cast<std::int64_t>(sizeof(Scalar)));
  const std::int64_t step = rows < kFewRows ? n_inputs : tile;
  for (std::int64_t row = 0; row < rows; ++row) next_[static_cast<std::size_t>(row)] = this->row(row).data();
  for (std::int64_t first = 0; first < n_inputs; first += step) {
    WeightedRows<Scalar> sum;
    sum.index_end = static_cast<std::int32_t>(std::min(first + step, n_inputs));
    sum.rows = part.weights;
    sum.stride = part.stride;
    sum.keep = first == 0 ? 0 : 1;
    for (std::int64_t row = 0; row < rows; ++row) {
      __builtin_prefetch(next_[static_cast<std::size_t>(std::min(row + kRowsAhead, rows - 1))]);
      const Nonzero<Scalar>*& next = next_[static_cast<std::size_t>(row)];
      sum.first = next;
      sum.end = this->row(row).data() + this->row(row).size();
      next = sum_part(sum, part.columns, y + row * part.stride);
    }
  }
}

template <class Scalar>
void sum_weighted_rows(std::span<const Nonzero<Scalar>> entries, const Scalar* rows, std::int64_t width,
                       Scalar keep, Scalar* out) {
  WeightedRows<Scalar> sum{entries.data(), entries.data() + entries.size()};
  sum.stride = width;
  sum.keep = keep;
  for (std::int64_t j = 0, columns = 0; j < width; j += columns) {
    columns = part_width<Scalar>(width - j);
    sum.rows = rows + j;
    sum_part(sum, columns, out + j);
  }
}

template <class Scalar>
void add_outer_product(std::span<const Nonzero<Scalar>> entries, const Scalar* row, std::int64_t width,
                       Scalar* rows) {
  const std::int64_t whole = width / kLanes<Scalar> * kLanes<Scalar>;
  for (const Nonzero<Scalar>& entry : entries) {
    Scalar* to = rows + entry.index * width;
    const Scalar value = entry.value;
    for (std::int64_t j = 0; j < whole; j += kLanes<Scalar>) {
      store_lanes<Scalar>(load_lanes<Scalar>(to + j) + value * load_lanes<Scalar>(row + j), to + j);
    }
    for (std::int64_t j = whole; j < width; ++j) to[j] += value * row[j];
  }
}

template <class Scalar>
void add_outer_product_and_sum(std::span<const Nonzero<Scalar>> update, const Scalar* row,
                               std::span<const Nonzero<Scalar>> entries, std::int64_t n_rows,
                               std::int64_t width, Scalar* rows, Scalar* out) {
  const auto row_bytes = width * static_cast<std::int64_t>(sizeof(Scalar));
  const std::int64_t tile = std::max<std::int64_t>(1, kTileBytes / row_bytes);
  const auto is_before = [](const Nonzero<Scalar>& entry, std::int64_t index) { return entry.index < index; };
  WeightedRows<Scalar> sum{entries.data(), entries.data() + entries.size()};
  sum.stride = width;
  for (std::int64_t first = 0; first < n_rows; first += tile) {
    const std::int64_t end = std::min(first + tile, n_rows);
    const auto rest = std::lower_bound(update.begin(), update.end(), end, is_before);
    add_outer_product<Scalar>({update.begin(), rest}, row, width, rows);
    update = {rest, update.end()};
    sum.index_end = static_cast<std::int32_t>(end);
    const Nonzero<Scalar>* next = sum.first;
    for (std::int64_t j = 0, columns = 0; j < width; j += columns) {
      columns = part_width<Scalar>(width - j);
      sum.rows = rows + j;
      next = sum_part(sum, columns, out + j);
    }
    sum.first = next;
    sum.keep = 1;
  }
}

template void add_outer_product(std::span<const Nonzero<float>>, const float*, std::int64_t, float*);
template void add_outer_product(std::span<const Nonzero<double>>, const double*, std::int64_t, double*);
template void add_outer_product_and_sum(std::span<const Nonzero<float>>, const float*,
                                        std::span<const Nonzero<float>>, std::int64_t, std::int64_t, float*,
                                        float*);
template void add_outer_product_and_sum(std::span<const Nonzero<double>>, const double*,
                                        std::span<const Nonzero<double>>, std::int64_t, std::int64_t, double*,
                                        double*);
template class SparseBatch<float>;
template class SparseBatch<double>;
template void sum_weighted_rows(std::span<const Nonzero<float>>, const float*, std::int64_t, float, float*);
template void sum_weighted_rows(std::span<const Nonzero<double>>, const double*, std::int64_t, double,
                                double*);

}  // namespace trawl
