#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "matrix_tile.hpp"
#include "trawl/nn/lanes.hpp"

namespace trawl {

/// Swaps low's odd groups of kDistance lanes with high's even ones.
template <class Scalar, std::size_t kDistance, std::size_t... kIndex>
void swap_groups(Lanes<Scalar>& low, Lanes<Scalar>& high, std::index_sequence<kIndex...> /*indices*/) {
  constexpr auto kCount = static_cast<std::size_t>(kLanes<Scalar>);
  const Lanes<Scalar> even = __builtin_shufflevector(
      low, high, static_cast<int>((kIndex & kDistance) == 0 ? kIndex : kCount + kIndex - kDistance)...);
  high = __builtin_shufflevector(
      low, high, static_cast<int>((kIndex & kDistance) == 0 ? kIndex + kDistance : kCount + kIndex)...);
  low = even;
}

/// Transposes as many vectors as a vector has lanes.
template <class Scalar, std::size_t kDistance = static_cast<std::size_t>(kLanes<Scalar> / 2)>
void transpose(Lanes<Scalar>* square) {
  constexpr auto kCount = static_cast<std::size_t>(kLanes<Scalar>);
#pragma GCC unroll 16
  for (std::size_t i = 0; i < kCount; ++i) {
    if ((i & kDistance) != 0) continue;
    swap_groups<Scalar, kDistance>(square[i], square[i + kDistance], std::make_index_sequence<kCount>());
  }
  if constexpr (kDistance > 1) transpose<Scalar, kDistance / 2>(square);
}

/// `n` lines of `depth` values, line i from `from + i * across` on, their values `along` apart; one of the
/// two steps is 1. Packed, value k of line i stands at to[k * to_step + i].
template <class Scalar>
struct Packing {
  const Scalar* from = nullptr;
  std::int64_t across = 0;
  std::int64_t along = 0;
  std::int64_t n = 0;
  std::int64_t depth = 0;
  Scalar* to = nullptr;
  std::int64_t to_step = 0;
};

/// Lines that are rows, at most as many as a vector has lanes; zeros in place of the others.
template <class Scalar>
void pack_rows(const Packing<Scalar>& packing) {
  constexpr std::int64_t kCount = kLanes<Scalar>;
  const std::int64_t whole = packing.depth / kCount * kCount;
  Scalar* to = packing.to;
  for (std::int64_t k = 0; k < whole; k += kCount) {
    Lanes<Scalar> square[kCount];
#pragma GCC unroll 16
    for (std::int64_t i = 0; i < kCount; ++i) {
      square[i] = i < packing.n ? load_lanes(packing.from + i * packing.across + k) : Lanes<Scalar>{};
    }
    transpose<Scalar>(square);
#pragma GCC unroll 16
    for (std::int64_t i = 0; i < kCount; ++i, to += packing.to_step) store_lanes(square[i], to);
  }
  for (std::int64_t k = whole; k < packing.depth; ++k, to += packing.to_step) {
    for (std::int64_t i = 0; i < kCount; ++i) {
      to[i] = i < packing.n ? packing.from[i * packing.across + k] : Scalar{0};
    }
  }
}

/// Lines that are columns, kN of them.
template <class Scalar, std::size_t kN>
void pack_columns(const Packing<Scalar>& packing) {
  const Scalar* from = packing.from;
  Scalar* to = packing.to;
  for (std::int64_t k = 0; k < packing.depth; ++k, from += packing.along, to += packing.to_step) {
    std::memcpy(to, from, kN * sizeof(Scalar));
  }
}

/// Any number of them; zeros up to whole vectors.
template <class Scalar>
void pack_columns(const Packing<Scalar>& packing, std::int64_t padded) {
  const Scalar* from = packing.from;
  Scalar* to = packing.to;
  for (std::int64_t k = 0; k < packing.depth; ++k, from += packing.along, to += packing.to_step) {
    for (std::int64_t i = 0; i < padded; ++i) to[i] = i < packing.n ? from[i] : Scalar{0};
  }
}

/// Zeros follow the n lines up to whole vectors, or to `to_step` where that is less. Writes up to a vector
/// beyond the last link.
template <class Scalar>
void pack(const Packing<Scalar>& packing) {
  constexpr std::int64_t kCount = kLanes<Scalar>;
  if (packing.across != 1) {
    for (std::int64_t i = 0; i < packing.n; i += kCount) {
      Packing<Scalar> part = packing;
      part.from += i * packing.across;
      part.n = std::min(kCount, packing.n - i);
      part.to += i;
      pack_rows(part);
    }
    return;
  }
  if (packing.n == kTileColumns<Scalar>) {
    return pack_columns<Scalar, static_cast<std::size_t>(kTileColumns<Scalar>)>(packing);
  }
  if (packing.n == kTileRows) return pack_columns<Scalar, kTileRows>(packing);
  pack_columns(packing, std::min(packing.to_step, (packing.n + kCount - 1) / kCount * kCount));
}

}  // namespace trawl
