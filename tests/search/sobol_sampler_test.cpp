#include "trawl/search/sobol_sampler.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace trawl {
namespace {

constexpr std::size_t kAll = SobolSequence::kMaxDimensions;

// SciPy 1.10.1, qmc.Sobol(d, scramble=False).random(8), the first eight dimensions.
TEST(SobolSequence, FirstPointsAreThePublishedOnes) {
  const double expected[8][8] = {{0, 0, 0, 0, 0, 0, 0, 0},
                                 {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5},
                                 {0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.75},
                                 {0.25, 0.75, 0.75, 0.75, 0.25, 0.25, 0.75, 0.25},
                                 {0.375, 0.375, 0.625, 0.875, 0.375, 0.125, 0.375, 0.875},
                                 {0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375},
                                 {0.625, 0.125, 0.875, 0.625, 0.625, 0.875, 0.125, 0.125},
                                 {0.125, 0.625, 0.375, 0.125, 0.125, 0.375, 0.625, 0.625}};
  const SobolSequence sequence(8);
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t d = 0; d < 8; ++d) EXPECT_EQ(sequence.at(i, d) * 0x1.0p-32, expected[i][d]);
  }
}

// The same with bits=32: single values of far points, and FNV-1a over the words of 1024 points x 100.
TEST(SobolSequence, FarPointsAndAllDimensionsAreThePublishedOnes) {
  const SobolSequence sequence(kAll);
  const std::size_t dimensions[] = {0, 1, 7, 49, 63, 99};
  const std::pair<std::uint64_t, std::vector<std::uint32_t>> points[] = {
      {1000, {0x38400000, 0x18c00000, 0xe6400000, 0x7ac00000, 0x72400000, 0x2fc00000}},
      {1023, {0x00400000, 0xc0c00000, 0x9e400000, 0xd2c00000, 0x0a400000, 0x87c00000}},
      {1'000'000, {0x06c71000, 0x4fd9f000, 0x044c9000, 0x5a057000, 0x0ee11000, 0x4cb2d000}},
      {1'000'001, {0x86c71000, 0xcfd9f000, 0x844c9000, 0xda057000, 0x8ee11000, 0xccb2d000}}};
  for (const auto& [index, words] : points) {
    for (std::size_t i = 0; i < words.size(); ++i) EXPECT_EQ(sequence.at(index, dimensions[i]), words[i]);
  }
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (std::uint64_t i = 0; i < 1024; ++i) {
    for (std::size_t d = 0; d < kAll; ++d) hash = (hash ^ sequence.at(i, d)) * 0x100000001b3U;
  }
  EXPECT_EQ(hash, 0x71d9d42f84996325U);
}

TEST(SobolSequence, EveryThirtyTwoBitsOfADimensionAreIndependent) {
  // The places 2^0, 2^1, ... span all numbers of 32 bits, so no two points below 2^32 are equal.
  const SobolSequence sequence(kAll);
  for (std::size_t d = 0; d < kAll; ++d) {
    std::vector<std::uint32_t> rest;
    for (unsigned k = 0; k < 32; ++k) rest.push_back(sequence.at(std::uint64_t{1} << k, d));
    unsigned rank = 0;
    for (std::uint32_t bit = 0x80000000U; bit != 0; bit >>= 1) {
      const auto pivot = std::find_if(rest.begin(), rest.end(), [&](auto x) { return (x & bit) != 0; });
      if (pivot == rest.end()) continue;
      const std::uint32_t row = *pivot;
      for (std::uint32_t& x : rest) x ^= (x & bit) != 0 ? row : 0;
      ++rank;
    }
    EXPECT_EQ(rank, 32U) << "dimension " << d;
  }
}

TEST(OwenScrambled, KeepsWhatLeadingBitsNumbersShareAndFlipsTheRestAtRandom) {
  RandomStream random(StreamKey(5));
  int flipped = 0;
  for (int round = 0; round < 2000; ++round) {
    const std::uint32_t seed = random.bits32();
    const std::uint32_t a = random.bits32();
    const auto shared = static_cast<unsigned>(random.below(32));
    const std::uint32_t b = a ^ (0x80000000U >> shared) ^ (random.bits32() & (0x7fffffffU >> shared));
    const std::uint32_t difference = owen_scrambled(a, seed) ^ owen_scrambled(b, seed);
    EXPECT_EQ(static_cast<unsigned>(std::countl_zero(difference)), shared);
    flipped += std::popcount(a ^ owen_scrambled(a, seed));
  }
  EXPECT_NEAR(flipped, 32'000, 1000);
}

SearchDefinition sobol_search(const SearchSpace& space, std::int64_t n_points, std::uint64_t seed = 7) {
  SearchDefinition search;
  search.sampler = "sobol";
  search.space = space;
  search.n_points = n_points;
  search.seed = seed;
  return search;
}

SearchSpace units(std::size_t n) {
  SearchSpace space;
  for (std::size_t i = 0; i < n; ++i)
    space.push_back({"p" + std::to_string(i), FloatDistribution{0.0, 1.0, false, {}, {}}});
  return space;
}

/// The places [point][dimension] in [0, 1).
std::vector<std::vector<double>> places(const SobolSampler& sampler) {
  std::vector<std::vector<double>> all;
  for (std::int64_t i = 0; i < sampler.n_points(); ++i) {
    all.emplace_back();
    for (const auto& parameter : sampler.point(i)) all.back().push_back(std::get<double>(parameter.second));
  }
  return all;
}

std::vector<std::vector<double>> unscrambled_places(std::size_t n, std::size_t n_dimensions) {
  const SobolSequence sequence(n_dimensions);
  std::vector<std::vector<double>> all(n, std::vector<double>(n_dimensions));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t d = 0; d < n_dimensions; ++d) all[i][d] = sequence.at(i, d) * 0x1.0p-32;
  }
  return all;
}

/// Are there equally many of the first 2^m points in all boxes of 2^a by 2^b equal intervals?
bool is_balanced(const std::vector<std::vector<double>>& all, unsigned m, std::size_t x, unsigned a,
                 std::size_t y, unsigned b) {
  std::vector<unsigned> counts(std::size_t{1} << (a + b));
  for (std::size_t i = 0; i < std::size_t{1} << m; ++i) {
    const auto column = static_cast<std::size_t>(std::ldexp(all[i][x], static_cast<int>(a)));
    const auto row = static_cast<std::size_t>(std::ldexp(all[i][y], static_cast<int>(b)));
    ++counts[column << b | row];
  }
  return std::all_of(counts.begin(), counts.end(), [&](unsigned n) { return n == 1U << (m - a - b); });
}

/// The smallest t with which the first 2^m points are a (t,m,2)-net in these two dimensions.
unsigned quality(const std::vector<std::vector<double>>& all, unsigned m, std::size_t x, std::size_t y) {
  for (unsigned t = 0; t < m; ++t) {
    bool holds = true;
    for (unsigned a = 0; a <= m - t; ++a) holds = holds && is_balanced(all, m, x, a, y, m - t - a);
    if (holds) return t;
  }
  return m;
}

TEST(SobolSampler, OneOfTheFirstPowerOfTwoPointsInEachInterval) {
  for (const std::uint64_t seed : {0U, 1U, 7U}) {
    const auto all = places(SobolSampler(sobol_search(units(kAll), 1024, seed)));
    for (unsigned m = 0; m <= 10; ++m) {
      for (std::size_t d = 0; d < kAll; ++d) EXPECT_TRUE(is_balanced(all, m, d, m, d, 0)) << m << " " << d;
    }
  }
}

TEST(SobolSampler, PairsOfLeadingDimensionsAreNetsAndScramblingKeepsThem) {
  constexpr std::size_t kLeading = 8;
  const auto plain = unscrambled_places(1024, kLeading);
  const auto scrambled = places(SobolSampler(sobol_search(units(kLeading), 1024)));
  for (unsigned m = 1; m <= 10; ++m) {
    for (std::size_t x = 0; x < kLeading; ++x) {
      for (std::size_t y = x + 1; y < kLeading; ++y) {
        const unsigned t = quality(plain, m, x, y);
        EXPECT_EQ(quality(scrambled, m, x, y), t) << m << ": " << x << ", " << y;
        EXPECT_LE(t, x == 0 && y == 1 ? 0U : 4U) << m << ": " << x << ", " << y;
      }
    }
  }
}

TEST(SobolSampler, SeedsScrambleFairlyAndDifferently) {
  constexpr int kSeeds = 8000;
  std::vector<int> counts(16);
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const SobolSampler sampler(sobol_search(units(3), 2, seed));
    const double place = std::get<double>(sampler.point(static_cast<std::int64_t>(seed % 2))[2].second);
    ++counts[static_cast<std::size_t>(place * 16)];
  }
  for (const int count : counts) EXPECT_NEAR(count, kSeeds / 16, 5 * std::sqrt(kSeeds / 16.0));
  const SobolSampler one(sobol_search(units(3), 100, 1));
  const SobolSampler other(sobol_search(units(3), 100, 2));
  for (std::int64_t i = 0; i < 100; ++i) EXPECT_NE(one.point(i), other.point(i));
}

std::map<std::string, int> counts_of(const Distribution& distribution, std::int64_t n) {
  // Third, so that it is no bit reversal of the number.
  SearchSpace space = units(2);
  space.push_back({"x", distribution});
  const SobolSampler sampler(sobol_search(space, n));
  std::map<std::string, int> found;
  for (std::int64_t i = 0; i < n; ++i) ++found[to_text(sampler.point(i)[2].second)];
  return found;
}

// A share is a run of intervals, of which each end may be cut: at most two points off.
void expect_near_share(int count, double share) { EXPECT_NEAR(count, share, 2.0); }

TEST(SobolSampler, EveryKindOfParameterIsUniform) {
  constexpr std::int64_t kDesign = 4096;
  const auto expect_equal = [&](const Distribution& distribution, std::size_t n) {
    const auto found = counts_of(distribution, kDesign);
    EXPECT_EQ(found.size(), n);
    for (const auto& [value, count] : found)
      expect_near_share(count, static_cast<double>(kDesign) / static_cast<double>(n));
  };
  expect_equal(CategoricalDistribution{{true, std::int64_t{2}, 0.5, std::string("a"), std::string("b")}}, 5);
  expect_equal(CategoricalDistribution{{true, false}}, 2);
  expect_equal(IntDistribution{-3, 3, false, {}, {}}, 7);
  expect_equal(IntDistribution{10, 45, false, 10, {}}, 4);
  expect_equal(FloatDistribution{0.0, 0.6, false, 0.1, {}}, 7);
  const auto whole = counts_of(IntDistribution{1, 8, true, {}, {}}, kDesign);
  for (int x = 1; x <= 8; ++x)
    expect_near_share(whole.at(std::to_string(x)),
                      kDesign * std::log((x + 0.5) / (x - 0.5)) / std::log(17.0));
  const SobolSampler sampler(sobol_search({{"a", FloatDistribution{-1.0, 3.0, false, {}, {}}},
                                           {"b", FloatDistribution{1e-6, 1e-2, true, {}, {}}}},
                                          kDesign));
  std::map<int, int> even;
  std::map<int, int> logarithmic;
  for (std::int64_t i = 0; i < kDesign; ++i) {
    const Parameters point = sampler.point(i);
    ++even[static_cast<int>(std::floor(std::get<double>(point[0].second)))];
    ++logarithmic[static_cast<int>(std::floor(std::log10(std::get<double>(point[1].second))))];
  }
  for (const int power : {-6, -5, -4, -3}) expect_near_share(logarithmic[power], kDesign / 4.0);
  for (const int floor : {-1, 0, 1, 2}) EXPECT_EQ(even[floor], kDesign / 4);
}

// Golden: what a study drew once it draws for ever.
TEST(SobolSampler, GoldenPoints) {
  const SobolSampler sampler(sobol_search({{"dropout", FloatDistribution{0.0, 0.6, false, {}, {}}},
                                           {"epochs", IntDistribution{1, 50, false, {}, {}}},
                                           {"flag", CategoricalDistribution{{true, false}}}},
                                          1000));
  EXPECT_EQ(to_text(sampler.point(0)), "dropout=0.25824817068118444 epochs=28 flag=true");
  EXPECT_EQ(to_text(sampler.point(1)), "dropout=0.5194220937765471 epochs=23 flag=false");
  EXPECT_EQ(to_text(sampler.point(999)), "dropout=0.2125316610719227 epochs=11 flag=true");
}

TEST(SobolSampler, MorePointsAndAnAppendedParameterChangeNothing) {
  const SobolSampler few(sobol_search(units(3), 16));
  const SobolSampler many(sobol_search(units(4), 1000));
  for (std::int64_t i = 0; i < 16; ++i) {
    Parameters point = many.point(i);
    point.pop_back();
    EXPECT_EQ(few.point(i), point);
  }
}

TEST(SobolSampler, AnInactiveParameterKeepsItsDimension) {
  SearchSpace space = units(3);
  space[0].distribution = CategoricalDistribution{{true, false}};
  const SobolSampler always(sobol_search(space, 64));
  space[1].when = {{"p0", {true}}};
  const SobolSampler sometimes(sobol_search(space, 64));
  for (std::int64_t i = 0; i < 64; ++i) {
    Parameters point = always.point(i);
    if (point[0].second == ParameterValue(false)) point.erase(point.begin() + 1);
    EXPECT_EQ(sometimes.point(i), point);
  }
}

TEST(SobolSampler, TheDesignBeginsBehindTheEnqueuedPoints) {
  SearchDefinition search = sobol_search(units(2), 18);
  search.enqueued = {{{"p0", 0.25}, {"p1", 0.5}}, {{"p1", 0.75}}};
  const SobolSampler sampler(search);
  EXPECT_EQ(sampler.point(0), search.enqueued[0]);
  EXPECT_EQ(sampler.point(1)[1].second, ParameterValue(0.75));
  const SobolSampler design(sobol_search(units(2), 16));
  for (std::int64_t i = 0; i < 16; ++i) EXPECT_EQ(sampler.point(2 + i), design.point(i));
  search.n_points = 1;
  EXPECT_EQ(SobolSampler(search).point(0), search.enqueued[0]);
}

TEST(SobolKind, SaysWhatItCannotDoAndWhatWouldBeBetter) {
  EXPECT_EQ(sobol_kind().problem(sobol_search(units(kAll), 10)), "");
  EXPECT_EQ(
      sobol_kind().problem(sobol_search(units(kAll + 1), 10)),
      "found 101 parameters; sampler: sobol takes at most 100: fix some of them, or take sampler: lhs or "
      "random");
  for (const std::int64_t n : {1, 2, 64, 1 << 20})
    EXPECT_EQ(sobol_kind().hint(sobol_search(units(2), n)), "");
  SearchDefinition search = sobol_search(units(2), 100);
  EXPECT_EQ(sobol_kind().hint(search),
            "sampler: sobol covers the space most evenly with a power of two of points: n_trials 64 or 128");
  search.enqueued.resize(3);
  EXPECT_NE(sobol_kind().hint(search).find("n_trials 67 or 131"), std::string::npos);
  search.n_points = 67;
  EXPECT_EQ(sobol_kind().hint(search), "");
}

}  // namespace
}  // namespace trawl
