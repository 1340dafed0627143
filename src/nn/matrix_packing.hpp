// Copies blocks together so that they are read from front to end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
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

/// A block of A or B that is cut into panels of neighbouring lines. Value k of line i stands at
/// from[i * across + k * along], one of the two steps being 1; panel p begins with line starts[p].
/// Packed, its line i is to[p * to_panel + k * to_step + i], followed by zeros up to whole vectors where
/// B's columns end. Up to a vector after each panel may be written.
template <class Scalar>
struct Packing {
  const Scalar* from = nullptr;
  std::int64_t across = 0;
  std::int64_t along = 0;
  std::span<const std::int64_t> starts;  ///< and where the last one ends
  std::int64_t depth = 0;
  Scalar* to = nullptr;
  std::int64_t to_step = 0;
  std::int64_t to_panel = 0;
};

/// Up to kLanes lines that are rows; zeros in place of the missing ones.
template <class Scalar>
void pack_rows(const Packing<Scalar>& packing, const Scalar* from, std::int64_t n, Scalar* to) {
  constexpr std::int64_t kCount = kLanes<Scalar>;
  const std::int64_t whole = packing.depth / kCount * kCount;
  for (std::int64_t k = 0; k < whole; k += kCount) {
    Lanes<Scalar> square[kCount];
#pragma GCC unroll 16
    for (std::int64_t i = 0; i < kCount; ++i) {
      square[i] = i < n ? load_lanes(from + i * packing.across + k) : Lanes<Scalar>{};
    }
    transpose<Scalar>(square);
#pragma GCC unroll 16
    for (std::int64_t i = 0; i < kCount; ++i, to += packing.to_step) store_lanes(square[i], to);
  }
  for (std::int64_t k = whole; k < packing.depth; ++k, to += packing.to_step) {
    for (std::int64_t i = 0; i < kCount; ++i) to[i] = i < n ? from[i * packing.across + k] : Scalar{0};
  }
}

/// Lines that are columns, kWidth in a panel: all panels' values of one k stand side by side, and those of
/// the next k are far away. A panel of less takes a line of the next one with it, but not the last panel.
template <class Scalar, std::size_t kWidth>
void pack_columns(const Packing<Scalar>& packing) {
  constexpr std::int64_t kAhead = 2;
  const std::size_t last = packing.starts.size() - 2;
  const std::int64_t last_n = packing.starts[last + 1] - packing.starts[last];
  const std::int64_t padded = std::min((last_n + kLanes<Scalar> - 1) / kLanes<Scalar> * kLanes<Scalar>,
                                       static_cast<std::int64_t>(kWidth));
  const Scalar* from = packing.from;
  for (std::int64_t k = 0; k < packing.depth; ++k, from += packing.along) {
    Scalar* to = packing.to + k * packing.to_step;
    for (std::size_t p = 0; p < last; ++p, to += packing.to_panel) {
      __builtin_prefetch(from + packing.starts[p] + kAhead * packing.along);
      std::memcpy(to, from + packing.starts[p], kWidth * sizeof(Scalar));
    }
    const Scalar* end = from + packing.starts[last];
    if (last_n == static_cast<std::int64_t>(kWidth)) {
      std::memcpy(to, end, kWidth * sizeof(Scalar));
      continue;
    }
    for (std::int64_t i = 0; i < padded; ++i) to[i] = i < last_n ? end[i] : Scalar{0};
  }
}

/// kWidth: the lines of a whole panel.
template <class Scalar, std::size_t kWidth>
void pack(const Packing<Scalar>& packing) {
  if (packing.across == 1) return pack_columns<Scalar, kWidth>(packing);
  Scalar* to = packing.to;
  for (std::size_t p = 0; p + 1 < packing.starts.size(); ++p, to += packing.to_panel) {
    const std::int64_t n = packing.starts[p + 1] - packing.starts[p];
    for (std::int64_t i = 0; i < n; i += kLanes<Scalar>) {
      const Scalar* from = packing.from + (packing.starts[p] + i) * packing.across;
      pack_rows(packing, from, std::min(kLanes<Scalar>, n - i), to + i);
    }
  }
}

}  // namespace trawl
