#include "trawl/base/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace trawl {
namespace {

using Block = std::array<std::uint32_t, 4>;

// Philox4x32-10 written down from the paper's section 3, to check the library's way to it.
Block reference_philox(Block counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53U} * counter[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57U} * counter[2];
    counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
               static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key = {key[0] + 0x9E3779B9U, key[1] + 0xBB67AE85U};
  }
  return counter;
}

Block reference_philox(std::uint64_t key, std::uint64_t low, std::uint64_t high) {
  return reference_philox({static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(low >> 32),
                           static_cast<std::uint32_t>(high), static_cast<std::uint32_t>(high >> 32)},
                          {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)});
}

std::uint64_t reference_fnv1a(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;
  for (const unsigned char c : text) hash = (hash ^ c) * 1099511628211U;
  return hash;
}

std::uint64_t joined(const Block& block) { return std::uint64_t{block[1]} << 32 | block[0]; }

// The three vectors published with Random123 (kat_vectors, philox4x32 10).
TEST(Philox, ReferenceGivesThePublishedAnswers) {
  EXPECT_EQ(reference_philox({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint32_t kOnes = 0xffffffff;
  EXPECT_EQ(reference_philox({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(reference_philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, GoesToWhereItWasAfterSoManyWords) {
  const StreamKey key(5);
  RandomStream drawn(key);
  for (std::uint64_t n = 0; n < 100; ++n) {
    EXPECT_EQ(drawn.position(), n);
    RandomStream sought(key);
    sought.seek(n);
    EXPECT_EQ(sought.position(), n);
    EXPECT_EQ(sought.bits32(), drawn.bits32()) << n;
  }
  std::array<std::uint32_t, 77> words{};
  drawn.fill(words.data(), words.size());
  EXPECT_EQ(drawn.position(), 177U);
  drawn.seek(3);
  EXPECT_EQ(drawn.position(), 3U) << "back, too";
}

TEST(RandomStream, OfKeyZeroBeginsWithThePublishedAnswer) {
  RandomStream stream{StreamKey(0)};
  for (const std::uint32_t word : {0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U}) {
    EXPECT_EQ(stream.bits32(), word);
  }
}

TEST(RandomStream, IsPhiloxOverItsBlocks) {
  constexpr std::uint64_t kKey = 0x299f31d0a4093822U;
  RandomStream stream{StreamKey(kKey)};
  for (std::uint64_t block = 0; block < 100; ++block) {
    for (const std::uint32_t word : reference_philox(kKey, block, 0)) ASSERT_EQ(stream.bits32(), word);
  }
}

TEST(StreamKey, AWordIsOneBlock) {
  constexpr std::uint64_t kSeed = 0x0123456789abcdefU;
  for (const std::uint64_t word : {std::uint64_t{0}, std::uint64_t{41}, ~std::uint64_t{0}}) {
    EXPECT_EQ(StreamKey(kSeed).with(word).value(), joined(reference_philox(kSeed, word, 1)));
  }
}

TEST(StreamKey, ANameIsOneBlockOfItsHash) {
  EXPECT_EQ(reference_fnv1a("foobar"), 0x85944171f73967e8U);  // published with FNV
  for (const std::string_view name : {"", "dropout", "learning_rate"}) {
    EXPECT_EQ(StreamKey(7).with(name).value(), joined(reference_philox(7, reference_fnv1a(name), 2)));
  }
}

TEST(StreamKey, OtherWordsAndOrdersGiveOtherStreams) {
  const StreamKey key(7);
  std::set<std::uint64_t> values = {key.value(),
                                    key.with(0).value(),
                                    key.with(1).value(),
                                    key.with("").value(),
                                    key.with("1").value(),
                                    key.with("a").with("b").value(),
                                    key.with("b").with("a").value(),
                                    key.with("ab").value(),
                                    key.with(1).with(2).value(),
                                    key.with(2).with(1).value(),
                                    StreamKey(8).with(1).value()};
  EXPECT_EQ(values.size(), 11U);
}

// Golden: results files of other machines hold numbers that derive from these.
TEST(RandomStream, GoldenValues) {
  RandomStream stream(StreamKey(7).with(3).with("dropout"));
  EXPECT_EQ(stream.bits64(), 0x485105a9a90d9cd0U);
  EXPECT_EQ(stream.uniform(), 0x1.aa55cd4c26753p-1);
  EXPECT_EQ(stream.uniform_float(), 0x1.8db8d4p-2F);
  EXPECT_EQ(stream.below(1000), 279U);
  EXPECT_DOUBLE_EQ(stream.normal(), 0.89344477943204914);
  EXPECT_DOUBLE_EQ(stream.normal(), 1.4242329639145577);
}

TEST(RandomStream, GoldenShuffle) {
  std::vector<int> numbers(10);
  std::iota(numbers.begin(), numbers.end(), 0);
  RandomStream(StreamKey(7).with("shuffle")).shuffle(numbers.begin(), numbers.end());
  EXPECT_EQ(numbers, (std::vector<int>{2, 1, 9, 5, 4, 7, 0, 6, 8, 3}));
}

TEST(RandomStream, FillContinuesWhereBits32Stands) {
  for (std::size_t before = 0; before < 6; ++before) {
    RandomStream one{StreamKey(5)};
    RandomStream other{StreamKey(5)};
    for (std::size_t i = 0; i < before; ++i) EXPECT_EQ(one.bits32(), other.bits32());
    std::vector<std::uint32_t> words(123);  // blocks together, and some one by one
    one.fill(words.data(), words.size());
    for (const std::uint32_t word : words) EXPECT_EQ(word, other.bits32());
    EXPECT_EQ(one.bits32(), other.bits32());
  }
}

// With 200,000 numbers the mean's standard error is 0.0006; five of them are allowed.
constexpr int kDraws = 200'000;

TEST(RandomStream, UniformFillsItsIntervalEvenly) {
  RandomStream stream{StreamKey(11)};
  double sum = 0.0;
  double low = 1.0;
  double high = 0.0;
  for (int i = 0; i < kDraws; ++i) {
    const double u = stream.uniform();
    sum += u;
    low = std::min(low, u);
    high = std::max(high, u);
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 5 * 0.289 / std::sqrt(kDraws));
  EXPECT_GE(low, 0.0);
  EXPECT_LT(high, 1.0);
  EXPECT_LT(low, 1e-4);
  EXPECT_GT(high, 1 - 1e-4);
}

TEST(RandomStream, NormalHasTheMomentsOfANormal) {
  RandomStream stream{StreamKey(12)};
  double sum = 0.0;
  double squares = 0.0;
  int beyond = 0;  // of 1.96, where 5 % are
  for (int i = 0; i < kDraws; ++i) {
    const double x = stream.normal();
    ASSERT_TRUE(std::isfinite(x));
    sum += x;
    squares += x * x;
    beyond += std::abs(x) > 1.959964 ? 1 : 0;
  }
  EXPECT_NEAR(sum / kDraws, 0.0, 5 / std::sqrt(kDraws));
  EXPECT_NEAR(squares / kDraws, 1.0, 5 * std::sqrt(2.0 / kDraws));
  EXPECT_NEAR(static_cast<double>(beyond) / kDraws, 0.05, 5 * std::sqrt(0.05 * 0.95 / kDraws));
}

TEST(RandomStream, BelowIsEvenAndInRange) {
  RandomStream stream{StreamKey(13)};
  std::array<int, 7> counts{};
  for (int i = 0; i < 70'000; ++i) ++counts.at(stream.below(7));
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 5 * std::sqrt(10'000.0));
  EXPECT_EQ(stream.below(1), 0U);
}

TEST(RandomStream, ShuffleReachesEveryOrderEqually) {
  RandomStream stream{StreamKey(14)};
  std::array<int, 6> counts{};
  for (int i = 0; i < 60'000; ++i) {
    std::array<std::size_t, 3> order = {0, 1, 2};
    stream.shuffle(order.begin(), order.end());
    ++counts.at(order[0] * 2 + (order[1] > order[2] ? 1 : 0));
  }
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 5 * std::sqrt(10'000.0));
}

TEST(RandomStream, ShuffleOfNothingAndOfOneDrawsNothing) {
  RandomStream stream{StreamKey(15)};
  std::vector<int> numbers = {4};
  stream.shuffle(numbers.begin(), numbers.begin());
  stream.shuffle(numbers.begin(), numbers.end());
  EXPECT_EQ(stream.bits32(), RandomStream{StreamKey(15)}.bits32());
}

}  // namespace
}  // namespace trawl
