#pragma once

#include <cstddef>
#include <cstdint>

namespace trawl {

/// A 64-bit hash of a sequence of bytes that arrives in pieces, to tell data sets apart;
/// no defence against forgery. Each step (xor a word, multiply by an odd constant, fold the
/// upper half down) is a bijection of the state, so two sequences of equal length that
/// differ in one word never meet. The cuts between the pieces count: same data, same pieces.
class ContentHash {
 public:
  void add(std::uint64_t word) {
    state_ = (state_ ^ word) * 0x9E3779B97F4A7C15U;  // 2^64 / golden ratio, odd
    state_ ^= state_ >> 32;
  }
  void add(const void* bytes, std::size_t n);
  [[nodiscard]] std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0x5472617764617461U;
};

}  // namespace trawl
