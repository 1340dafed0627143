#include "trawl/search/permutation.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace trawl {
namespace {

std::vector<std::int64_t> elements(std::uint64_t seed, std::int64_t size) {
  const Permutation permutation(StreamKey(seed), size);
  std::vector<std::int64_t> all;
  for (std::int64_t i = 0; i < size; ++i) all.push_back(permutation.element(i));
  return all;
}

TEST(Permutation, HasEveryElementOnce) {
  for (std::int64_t size = 1; size <= 70; ++size) {
    const Permutation permutation(StreamKey(3), size);
    std::vector<std::int64_t> all = elements(3, size);
    for (std::int64_t i = 0; i < size; ++i)
      EXPECT_EQ(permutation.place_of(all[static_cast<std::size_t>(i)]), i);
    std::sort(all.begin(), all.end());
    for (std::int64_t i = 0; i < size; ++i) EXPECT_EQ(all[static_cast<std::size_t>(i)], i);
  }
}

// Golden: what a study drew once it draws for ever.
TEST(Permutation, Golden) {
  EXPECT_EQ(elements(7, 10), (std::vector<std::int64_t>{4, 3, 1, 6, 0, 5, 8, 9, 2, 7}));
  const Permutation large(StreamKey(7), 4'611'686'018'427'387'905);
  EXPECT_EQ(large.element(0), 2'935'978'913'321'787'241);
  EXPECT_EQ(large.element(4'611'686'018'427'387'904), 2'119'406'215'685'206'923);
}

TEST(Permutation, TakesSizesOfSixtyThreeBits) {
  for (const std::int64_t size : {std::int64_t{1} << 62, std::int64_t{9'223'372'036'854'775'807}}) {
    const Permutation permutation(StreamKey(1), size);
    for (const std::int64_t place : {std::int64_t{0}, std::int64_t{1}, size / 3, size - 1}) {
      EXPECT_EQ(permutation.place_of(permutation.element(place)), place);
    }
  }
}

// Every element is as likely as the others to stand at a place, and every pair at two: within five standard
// errors.
TEST(Permutation, SeedsAreFair) {
  constexpr int kSeeds = 20'000;
  constexpr std::int64_t kSize = 5;
  std::vector<int> first(kSize);
  std::vector<int> pairs(kSize * kSize);
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Permutation permutation(StreamKey(seed), kSize);
    ++first[static_cast<std::size_t>(permutation.element(0))];
    ++pairs[static_cast<std::size_t>(permutation.element(0) * kSize + permutation.element(1))];
  }
  const auto expect_share = [](int count, double share) {
    EXPECT_NEAR(count, share * kSeeds, 5 * std::sqrt(share * kSeeds));
  };
  for (const int count : first) expect_share(count, 1.0 / kSize);
  for (std::int64_t i = 0; i < kSize * kSize; ++i) {
    const bool is_pair = i / kSize != i % kSize;
    expect_share(pairs[static_cast<std::size_t>(i)], is_pair ? 1.0 / (kSize * (kSize - 1)) : 0.0);
  }
}

}  // namespace
}  // namespace trawl
