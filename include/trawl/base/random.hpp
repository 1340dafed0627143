#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>

namespace trawl {

/// Names one stream of random numbers. Built from the study's seed by adding what
/// the numbers are for: StreamKey(seed).with(point).with("learning_rate").
/// The same words in the same order give the same numbers on every machine; other
/// words give independent ones. The order of the words matters.
/// Derivation: each word is one Philox4x32-10 block keyed by the words before it.
class StreamKey {
 public:
  explicit StreamKey(std::uint64_t seed) : value_(seed) {}
  [[nodiscard]] StreamKey with(std::uint64_t word) const;
  [[nodiscard]] StreamKey with(std::string_view name) const;
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_;
};

/// The number in [0, 1) that the first 53 of these bits stand for.
double as_fraction(std::uint64_t bits);
/// In which of n equal parts of [0, 1) the number lies that these bits stand for; n > 0.
std::uint64_t share_at(std::uint64_t bits, std::uint64_t n);

/// A counter-based stream: Philox4x32-10 (Salmon et al., "Parallel random numbers:
/// as easy as 1, 2, 3", SC11), the key a StreamKey, the counter the number of the block.
/// The distributions are our own, so that no standard library decides a result.
class RandomStream {
 public:
  explicit RandomStream(StreamKey key) : key_(key.value()) {}

  std::uint32_t bits32();
  /// n calls of bits32 into words[0, n), faster.
  void fill(std::uint32_t* words, std::size_t n);
  /// How many words of 32 bits were drawn.
  [[nodiscard]] std::uint64_t position() const { return block_ * words_.size() - (words_.size() - used_); }
  /// Goes to where a stream of this key is after so many words.
  void seek(std::uint64_t position);
  std::uint64_t bits64();
  /// In [0, 1), 53 bits.
  double uniform();
  /// In [0, 1), 24 bits: the one for float32 work.
  float uniform_float() { return static_cast<float>(bits32() >> 8) * 0x1.0p-24F; }
  /// Standard normal, by Box and Muller (1958).
  double normal();
  /// In [0, n), n > 0. The bias of at most n / 2^64 is accepted: it cannot be measured.
  std::uint64_t below(std::uint64_t n);
  /// Fisher-Yates, from the last element down.
  template <class Iterator>
  void shuffle(Iterator first, Iterator last) {
    for (auto n = static_cast<std::uint64_t>(std::distance(first, last)); n > 1; --n) {
      std::swap(first[static_cast<std::ptrdiff_t>(n - 1)], first[static_cast<std::ptrdiff_t>(below(n))]);
    }
  }

 private:
  std::uint64_t key_;
  std::uint64_t block_ = 0;
  std::array<std::uint32_t, 4> words_{};
  unsigned used_ = 4;
};

}  // namespace trawl
