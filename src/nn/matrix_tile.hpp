// Multiplies what fits into registers.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "trawl/nn/aligned_vector.hpp"
#include "trawl/nn/lanes.hpp"

namespace trawl {

// A tile of C stays in registers: 6 x 4 or 6 x 2 vectors of it, a row of B and a value of A.
constexpr std::int64_t kTileRows = 6;
constexpr std::int64_t kTileVectors = kVectorRegisters == 32 ? 4 : 2;
template <class Scalar>
constexpr std::int64_t kTileColumns = kTileVectors* kLanes<Scalar>;

/// Up to kTileRows x kTileVectors vectors of C by a panel of B.
template <class Scalar>
struct Tile {
  std::int64_t depth = 0;
  const Scalar* a = nullptr;
  std::int64_t a_row = 0;
  std::int64_t a_column = 0;
  const Scalar* b = nullptr;
  std::int64_t b_row = 0;
  Scalar* c = nullptr;
  std::int64_t c_row = 0;
  Scalar keep = 0;  ///< C = keep · C + A B; 0: C is not read
};

/// The rows of C below, which the processor does not foresee where they are far apart.
template <class Scalar, std::size_t kRows, std::size_t kVectors>
void prefetch_next(const Tile<Scalar>& tile) {
  constexpr std::int64_t kLine = kBufferAlignment / sizeof(Scalar);
  constexpr auto kWidth = static_cast<std::int64_t>(kVectors) * kLanes<Scalar>;
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kRows; ++i) {
    const Scalar* next = tile.c + static_cast<std::int64_t>(i + kRows) * tile.c_row;
#pragma GCC unroll 8
    for (std::int64_t j = 0; j < kWidth; j += kLine) __builtin_prefetch(next + j, 1);
  }
}

// The pragmas: without them GCC 12 keeps the sums in memory at first.
template <class Scalar, bool kOverwrites, std::size_t kRows, std::size_t kVectors>
void multiply_tile(const Tile<Scalar>& tile) {
  constexpr std::int64_t kWidth = kLanes<Scalar>;
  Lanes<Scalar> sums[kRows][kVectors];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kRows; ++i) {
    const Scalar* c = tile.c + static_cast<std::int64_t>(i) * tile.c_row;
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kVectors; ++v, c += kWidth) {
      sums[i][v] = kOverwrites ? Lanes<Scalar>{} : tile.keep * load_lanes(c);
    }
  }
  if constexpr (!kOverwrites) prefetch_next<Scalar, kRows, kVectors>(tile);
  const Scalar* a = tile.a;
  const Scalar* b = tile.b;
  for (std::int64_t k = 0; k < tile.depth; ++k, a += tile.a_column, b += tile.b_row) {
    Lanes<Scalar> row[kVectors];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kVectors; ++v) row[v] = load_lanes(b + static_cast<std::int64_t>(v) * kWidth);
#pragma GCC unroll 8
    for (std::size_t i = 0; i < kRows; ++i) {
      const Scalar value = a[static_cast<std::int64_t>(i) * tile.a_row];
#pragma GCC unroll 8
      for (std::size_t v = 0; v < kVectors; ++v) sums[i][v] += value * row[v];
    }
  }
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kRows; ++i) {
    Scalar* c = tile.c + static_cast<std::int64_t>(i) * tile.c_row;
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kVectors; ++v, c += kWidth) store_lanes(sums[i][v], c);
  }
}

template <class Scalar>
using TileFunction = void (*)(const Tile<Scalar>&);

/// multiply_tile of 1 to kTileRows rows and 1 to kTileVectors vectors, row by row.
template <class Scalar, bool kOverwrites, std::size_t... kIndex>
constexpr auto tile_functions(std::index_sequence<kIndex...> /*indices*/) {
  return std::array<TileFunction<Scalar>, sizeof...(kIndex)>{
      &multiply_tile<Scalar, kOverwrites, kIndex / kTileVectors + 1, kIndex % kTileVectors + 1>...};
}

template <class Scalar>
void run_tile(const Tile<Scalar>& tile, std::int64_t rows, std::int64_t vectors) {
  constexpr auto kSizes = std::make_index_sequence<kTileRows * kTileVectors>();
  static constexpr auto kOverwriting = tile_functions<Scalar, true>(kSizes);
  static constexpr auto kAdding = tile_functions<Scalar, false>(kSizes);
  const auto size = static_cast<std::size_t>((rows - 1) * kTileVectors + vectors - 1);
  return tile.keep == 0 ? kOverwriting[size](tile) : kAdding[size](tile);
}

/// The same where C's last vector is cut short: by way of a whole one.
template <class Scalar>
void run_cut_tile(Tile<Scalar> tile, std::int64_t rows, std::int64_t columns, std::int64_t vectors) {
  alignas(kBufferAlignment) std::array<Scalar, kTileRows * kTileColumns<Scalar>> whole;
  Scalar* const c = std::exchange(tile.c, whole.data());
  const std::int64_t c_row = std::exchange(tile.c_row, kTileColumns<Scalar>);
  for (std::int64_t i = 0; tile.keep != 0 && i < rows; ++i) {
    Scalar* end = std::copy_n(c + i * c_row, columns, tile.c + i * tile.c_row);
    std::fill_n(end, vectors * kLanes<Scalar> - columns, Scalar{0});
  }
  run_tile(tile, rows, vectors);
  for (std::int64_t i = 0; i < rows; ++i) std::copy_n(tile.c + i * tile.c_row, columns, c + i * c_row);
}

}  // namespace trawl
