// Shuffles more numbers than fit into memory.
#include "trawl/search/permutation.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "trawl/base/error.hpp"

namespace trawl {

Permutation::Permutation(StreamKey key, std::int64_t size) : size_(static_cast<std::uint64_t>(size)) {
  TRAWL_CHECK(size > 0, "size = {}", size);
  for (std::size_t round = 0; round < kRounds; ++round) round_keys_[round] = key.with(round).value();
  const auto bits = static_cast<unsigned>(std::bit_width(size_ - 1));
  half_bits_ = std::max(1U, (bits + 1) / 2);
  half_mask_ = (std::uint64_t{1} << half_bits_) - 1;
}

std::uint64_t Permutation::forwards(std::uint64_t value) const {
  std::uint64_t left = value >> half_bits_;
  std::uint64_t right = value & half_mask_;
  for (const std::uint64_t key : round_keys_) {
    left ^= StreamKey(key).with(right).value() & half_mask_;
    std::swap(left, right);
  }
  return left << half_bits_ | right;
}

std::uint64_t Permutation::backwards(std::uint64_t value) const {
  std::uint64_t left = value >> half_bits_;
  std::uint64_t right = value & half_mask_;
  for (auto key = round_keys_.rbegin(); key != round_keys_.rend(); ++key) {
    std::swap(left, right);
    left ^= StreamKey(*key).with(right).value() & half_mask_;
  }
  return left << half_bits_ | right;
}

std::int64_t Permutation::element(std::int64_t place) const {
  TRAWL_CHECK(place >= 0 && static_cast<std::uint64_t>(place) < size_, "place {} of {}", place, size_);
  auto value = static_cast<std::uint64_t>(place);
  do value = forwards(value);
  while (value >= size_);
  return static_cast<std::int64_t>(value);
}

std::int64_t Permutation::place_of(std::int64_t element) const {
  TRAWL_CHECK(element >= 0 && static_cast<std::uint64_t>(element) < size_, "{} of {}", element, size_);
  auto value = static_cast<std::uint64_t>(element);
  do value = backwards(value);
  while (value >= size_);
  return static_cast<std::int64_t>(value);
}

}  // namespace trawl
