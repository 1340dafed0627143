// Draws numbers that are named by what they are for, the same on every machine.
#include "trawl/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

#include <Random123/philox.h>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace trawl {
namespace {

std::array<std::uint32_t, 4> philox(std::uint64_t key, std::uint64_t low, std::uint64_t high) {
  const r123::Philox4x32::ctr_type counter = {
      {static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(low >> 32),
       static_cast<std::uint32_t>(high), static_cast<std::uint32_t>(high >> 32)}};
  const r123::Philox4x32::key_type words = {
      {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)}};
  const auto out = r123::Philox4x32()(counter, words);
  return {out[0], out[1], out[2], out[3]};
}

std::uint64_t join(std::uint32_t low, std::uint32_t high) {
  return static_cast<std::uint64_t>(high) << 32 | low;
}

#if defined(__AVX2__)
// Blocks side by side in lanes of 64 bits, and two such vectors, as a product takes a while.
#if defined(__AVX512DQ__)
constexpr std::size_t kLanes = 8;
#else
constexpr std::size_t kLanes = 4;
#endif
constexpr std::size_t kBlocksTogether = 2 * kLanes;
typedef std::uint64_t Lanes __attribute__((vector_size(kLanes * sizeof(std::uint64_t))));

/// Of lanes below 2^32.
Lanes product(const Lanes& lanes, std::uint32_t factor) {
#if defined(__AVX512DQ__)
  return lanes * std::uint64_t{factor};
#else
  // GCC 12 makes three products of lanes * factor.
  return reinterpret_cast<Lanes>(
      _mm256_mul_epu32(reinterpret_cast<__m256i>(lanes), _mm256_set1_epi64x(factor)));
#endif
}

struct LanesOfBlocks {
  static constexpr std::uint64_t kLow = 0xffffffffU;

  /// The counters first, first + 1, ...
  explicit LanesOfBlocks(std::uint64_t first) {
    Lanes blocks;
    for (std::size_t i = 0; i < kLanes; ++i) blocks[i] = first + i;
    c0 = blocks & kLow;
    c1 = blocks >> 32;
  }

  void next_round(std::uint32_t key_0, std::uint32_t key_1) {
    const Lanes product_0 = product(c0, PHILOX_M4x32_0);
    const Lanes product_1 = product(c2, PHILOX_M4x32_1);
    c0 = product_1 >> 32 ^ c1 ^ std::uint64_t{key_0};
    c1 = product_1 & kLow;
    c2 = product_0 >> 32 ^ c3 ^ std::uint64_t{key_1};
    c3 = product_0 & kLow;
  }

  /// Block by block.
  template <std::size_t... kIndex>
  void store(std::uint32_t* words, std::index_sequence<kIndex...> /*indices*/) const {
    const Lanes front = c0 | c1 << 32;
    const Lanes back = c2 | c3 << 32;
    const Lanes first =
        __builtin_shufflevector(front, back, static_cast<int>(kIndex / 2 + kIndex % 2 * kLanes)...);
    const Lanes second = __builtin_shufflevector(
        front, back, static_cast<int>((kLanes + kIndex) / 2 + kIndex % 2 * kLanes)...);
    std::memcpy(words, &first, sizeof first);
    std::memcpy(words + 2 * kLanes, &second, sizeof second);
  }

  Lanes c0{};
  Lanes c1{};
  Lanes c2{};
  Lanes c3{};
};

/// The words of blocks first, first + 1, ... with high = 0: Philox4x32-10 as in Random123.
void philox_together(std::uint64_t key, std::uint64_t first, std::uint32_t* words) {
  LanesOfBlocks a(first);
  LanesOfBlocks b(first + kLanes);
  auto key_0 = static_cast<std::uint32_t>(key);
  auto key_1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    a.next_round(key_0, key_1);
    b.next_round(key_0, key_1);
    key_0 += PHILOX_W32_0;
    key_1 += PHILOX_W32_1;
  }
  a.store(words, std::make_index_sequence<kLanes>());
  b.store(words + 4 * kLanes, std::make_index_sequence<kLanes>());
}
#endif

// Blocks of a stream use high = 0; derivations may not meet them.
constexpr std::uint64_t kWordBlock = 1;
constexpr std::uint64_t kNameBlock = 2;

}  // namespace

StreamKey StreamKey::with(std::uint64_t word) const {
  const auto block = philox(value_, word, kWordBlock);
  return StreamKey(join(block[0], block[1]));
}

StreamKey StreamKey::with(std::string_view name) const {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a, 64 bits
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  const auto block = philox(value_, hash, kNameBlock);
  return StreamKey(join(block[0], block[1]));
}

double as_fraction(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1.0p-53; }

std::uint64_t share_at(std::uint64_t bits, std::uint64_t n) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(static_cast<Wide>(bits) * n >> 64);
}

std::uint32_t RandomStream::bits32() {
  if (used_ == words_.size()) {
    words_ = philox(key_, block_++, 0);
    used_ = 0;
  }
  return words_[used_++];
}

void RandomStream::fill(std::uint32_t* words, std::size_t n) {
  while (n > 0 && used_ < words_.size()) {
    *words++ = words_[used_++];
    --n;
  }
#if defined(__AVX2__)
  constexpr std::size_t kWords = 4 * kBlocksTogether;
  for (; n >= kWords; n -= kWords, words += kWords, block_ += kBlocksTogether) {
    philox_together(key_, block_, words);
  }
#endif
  for (; n >= words_.size(); n -= words_.size(), words += words_.size()) {
    const auto block = philox(key_, block_++, 0);
    std::copy(block.begin(), block.end(), words);
  }
  while (n-- > 0) *words++ = bits32();
}

void RandomStream::seek(std::uint64_t position) {
  block_ = position / words_.size();
  used_ = static_cast<unsigned>(words_.size());
  for (std::uint64_t left = position % words_.size(); left > 0; --left) bits32();
}

std::uint64_t RandomStream::bits64() {
  const std::uint32_t low = bits32();
  return join(low, bits32());
}

double RandomStream::uniform() { return as_fraction(bits64()); }

double RandomStream::normal() {
  const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::uint64_t RandomStream::below(std::uint64_t n) { return share_at(bits64(), n); }

}  // namespace trawl
