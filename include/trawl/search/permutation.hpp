#pragma once

#include <array>
#include <cstdint>

#include "trawl/base/random.hpp"

namespace trawl {

/// A permutation of 0, 1, ..., size - 1 that needs no memory, and no step before the one that is asked for:
/// a Feistel network whose rounds are Philox blocks, over the smallest even number of bits that holds `size`;
/// what falls outside goes through it again (Black and Rogaway, "Ciphers with arbitrary finite domains",
/// CT-RSA 2002), four times on average at most. The key and the size decide it, on every machine alike.
class Permutation {
 public:
  /// Requires size > 0.
  Permutation(StreamKey key, std::int64_t size);

  /// The element at `place`; both in [0, size).
  [[nodiscard]] std::int64_t element(std::int64_t place) const;
  /// Where `element` stands.
  [[nodiscard]] std::int64_t place_of(std::int64_t element) const;

 private:
  [[nodiscard]] std::uint64_t forwards(std::uint64_t value) const;
  [[nodiscard]] std::uint64_t backwards(std::uint64_t value) const;

  static constexpr std::size_t kRounds = 10;
  std::array<std::uint64_t, kRounds> round_keys_{};
  std::uint64_t size_;
  unsigned half_bits_;
  std::uint64_t half_mask_;
};

}  // namespace trawl
