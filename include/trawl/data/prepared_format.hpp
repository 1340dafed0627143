#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace trawl {

/// The front of a prepared file. Behind it, for train, validation and test in this order:
/// features [rows, n_features] float32, then labels [rows] int32. Behind these, where `sparse` is 1, again
/// for each part: row_starts [rows + 1] int64, then nonzeros [nonzeros] of int32 column, float32 value.
/// Every array starts at a multiple of kPreparedAlignment; the gaps are zero. Read on the machine that
/// wrote it.
struct PreparedHeader {
  std::array<char, 8> magic = kMagic;
  std::uint64_t version = kVersion;
  std::array<std::int64_t, 3> rows{};
  std::int64_t n_features = 0;
  std::int64_t n_classes = 0;
  std::int64_t sparse = 0;  ///< 0 or 1
  std::array<std::int64_t, 3> nonzeros{};
  std::uint64_t content_hash = 0;
  std::uint64_t checksum = 0;  ///< of all members before it

  static constexpr std::array<char, 8> kMagic = {'t', 'r', 'a', 'w', 'l', 'd', 'a', 't'};
  static constexpr std::uint64_t kVersion = 2;
};
static_assert(sizeof(PreparedHeader) == 8 + 8 + 3 * 8 + 3 * 8 + 3 * 8 + 2 * 8,
              "written as it lies in memory");
static_assert(std::endian::native == std::endian::little, "prepared files are little-endian");

constexpr std::size_t kPreparedAlignment = 64;  // a cache line, and the widest vector register

constexpr std::size_t align_up(std::size_t n) {
  return (n + kPreparedAlignment - 1) / kPreparedAlignment * kPreparedAlignment;
}

/// Where the arrays stand, in bytes from the file's start.
struct PreparedLayout {
  std::array<std::size_t, 3> features{};
  std::array<std::size_t, 3> labels{};
  std::array<std::size_t, 3> row_starts{};  ///< these two only where the header is sparse
  std::array<std::size_t, 3> nonzeros{};
  std::size_t file_bytes = 0;
};

/// Requires a header whose counts are possible (see counts_possible).
PreparedLayout layout_of(const PreparedHeader& header);

/// True if no count is negative or beyond its array, the arrays' sizes do not overflow, and there are 1 to
/// kMaxClasses classes.
bool counts_possible(const PreparedHeader& header);

/// What `checksum` must be.
std::uint64_t checksum_of(const PreparedHeader& header);

}  // namespace trawl
