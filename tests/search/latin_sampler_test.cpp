#include "trawl/search/latin_sampler.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace trawl {
namespace {

SearchDefinition latin_search(const SearchSpace& space, std::int64_t n_points, std::uint64_t seed = 7) {
  SearchDefinition search;
  search.sampler = "lhs";
  search.space = space;
  search.n_points = n_points;
  search.seed = seed;
  return search;
}

SearchSpace two_units() {
  return {{"a", FloatDistribution{0.0, 1.0, false, {}, {}}},
          {"b", FloatDistribution{0.0, 1.0, false, {}, {}}}};
}

std::vector<double> column(const LatinSampler& sampler, std::size_t dimension) {
  std::vector<double> all;
  for (std::int64_t i = 0; i < sampler.n_points(); ++i)
    all.push_back(std::get<double>(sampler.point(i)[dimension].second));
  return all;
}

TEST(LatinSampler, EachStratumOfEachParameterHasOnePoint) {
  for (const std::int64_t n : {1, 2, 3, 7, 10, 100, 1000, 1023}) {
    const LatinSampler sampler(latin_search(two_units(), n));
    for (const std::size_t dimension : {0U, 1U}) {
      std::set<int> strata;
      for (const double x : column(sampler, dimension))
        strata.insert(static_cast<int>(x * static_cast<double>(n)));
      EXPECT_EQ(static_cast<std::int64_t>(strata.size()), n);
      EXPECT_EQ(*strata.begin(), 0);
      EXPECT_EQ(*strata.rbegin(), n - 1);
    }
  }
}

TEST(LatinSampler, LogarithmsHaveTheirStrataToo) {
  const LatinSampler sampler(latin_search({{"l2", FloatDistribution{1e-6, 1e-2, true, {}, {}}}}, 40));
  std::map<int, int> decades;
  for (const double x : column(sampler, 0)) ++decades[static_cast<int>(std::floor(std::log10(x)))];
  for (const int power : {-6, -5, -4, -3}) EXPECT_EQ(decades[power], 10);
}

TEST(LatinSampler, WithinAStratumAndBetweenParametersPointsLieAtRandom) {
  constexpr std::int64_t kStrata = 10'000;
  const LatinSampler sampler(latin_search(two_units(), kStrata));
  const std::vector<double> a = column(sampler, 0);
  const std::vector<double> b = column(sampler, 1);
  double within = 0.0;
  double together = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    within += std::fmod(a[i] * kStrata, 1.0);
    together += (a[i] - 0.5) * (b[i] - 0.5);
  }
  EXPECT_NEAR(within / kStrata, 0.5, 5 * std::sqrt(1.0 / 12 / kStrata));
  EXPECT_NEAR(together / kStrata, 0.0, 5.0 / 12 / std::sqrt(kStrata));
}

std::map<std::string, int> latin_counts(const Distribution& distribution, std::int64_t n,
                                        std::uint64_t seed) {
  const LatinSampler sampler(latin_search({{"x", distribution}}, n, seed));
  std::map<std::string, int> found;
  for (std::int64_t i = 0; i < n; ++i) ++found[to_text(sampler.point(i)[0].second)];
  return found;
}

TEST(LatinSampler, ValuesComeAsOftenAsTheirShareRoundedUpOrDown) {
  const Distribution equal[] = {CategoricalDistribution{{true, std::int64_t{2}, std::string("a")}},
                                IntDistribution{-1, 1, false, {}, {}}, IntDistribution{10, 39, false, 10, {}},
                                FloatDistribution{0.0, 0.2, false, 0.1, {}}};
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    for (const std::int64_t n : {3, 5, 8, 100}) {
      for (const Distribution& distribution : equal) {
        auto found = latin_counts(distribution, n, seed);
        EXPECT_EQ(found.size(), 3U);
        for (const auto& [value, count] : found) {
          EXPECT_GE(count, n / 3) << value;
          EXPECT_LE(count, (n + 2) / 3) << value;
        }
      }
    }
    auto whole = latin_counts(IntDistribution{1, 8, true, {}, {}}, 100, seed);
    for (int x = 1; x <= 8; ++x) {
      const double share = 100 * std::log((x + 0.5) / (x - 0.5)) / std::log(17.0);
      EXPECT_LT(std::abs(whole[std::to_string(x)] - share), 1.0) << x;
    }
  }
}

// Which value comes once more than another is the seed's choice: of five points two, two and one.
TEST(LatinSampler, NoValueIsFavoured) {
  constexpr int kSeeds = 3000;
  std::map<std::string, int> rarest;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    for (const auto& [value, count] : latin_counts(IntDistribution{0, 2, false, {}, {}}, 5, seed))
      rarest[value] += count == 1 ? 1 : 0;
  }
  for (const auto& [value, count] : rarest) EXPECT_NEAR(count, kSeeds / 3, 5 * std::sqrt(kSeeds * 2.0 / 9));
}

// Golden: what a study drew once it draws for ever.
TEST(LatinSampler, GoldenPoints) {
  const LatinSampler sampler(latin_search({{"dropout", FloatDistribution{0.0, 0.6, false, {}, {}}},
                                           {"epochs", IntDistribution{1, 50, false, {}, {}}},
                                           {"flag", CategoricalDistribution{{true, false}}}},
                                          1000));
  EXPECT_EQ(to_text(sampler.point(0)), "dropout=0.26262495097032057 epochs=24 flag=true");
  EXPECT_EQ(to_text(sampler.point(1)), "dropout=0.2707254329551072 epochs=43 flag=true");
  EXPECT_EQ(to_text(sampler.point(999)), "dropout=0.24897942348840016 epochs=19 flag=false");
}

TEST(LatinSampler, AnotherParameterOrOrderChangesNoValueButAnotherNumberOfPointsDoes) {
  const SearchSpace space = two_units();
  const LatinSampler both(latin_search(space, 50));
  const LatinSampler alone(latin_search({space[1]}, 50));
  const LatinSampler more(latin_search(space, 51));
  int equal = 0;
  for (std::int64_t i = 0; i < 50; ++i) {
    EXPECT_EQ(both.point(i)[1], alone.point(i)[0]);
    equal += both.point(i)[0] == more.point(i)[0] ? 1 : 0;
  }
  EXPECT_EQ(equal, 0);
  EXPECT_NE(lhs_kind().no_growth, nullptr);
}

TEST(LatinSampler, AnotherSeedDrawsOthers) {
  const LatinSampler one(latin_search(two_units(), 100, 1));
  const LatinSampler other(latin_search(two_units(), 100, 2));
  for (std::int64_t i = 0; i < 100; ++i) EXPECT_NE(one.point(i), other.point(i));
}

TEST(LatinSampler, TheDesignHasThePointsThatAreNotEnqueued) {
  SearchDefinition search = latin_search(two_units(), 12);
  search.enqueued = {{{"a", 0.25}, {"b", 0.5}}, {{"b", 0.75}}};
  const LatinSampler sampler(search);
  EXPECT_EQ(sampler.point(0), search.enqueued[0]);
  EXPECT_EQ(sampler.point(1)[1].second, ParameterValue(0.75));
  const LatinSampler design(latin_search(two_units(), 10));
  for (std::int64_t i = 0; i < 10; ++i) EXPECT_EQ(sampler.point(2 + i), design.point(i));
  search.n_points = 2;
  EXPECT_EQ(LatinSampler(search).point(0), search.enqueued[0]);
}

TEST(LatinSampler, ABillionPointsNeedNoMemory) {
  constexpr std::int64_t kStrata = 1'000'000'000;
  const LatinSampler sampler(latin_search(two_units(), kStrata));
  const double last = std::get<double>(sampler.point(kStrata - 1)[0].second);
  EXPECT_GE(last, 0.0);
  EXPECT_LT(last, 1.0);
}

}  // namespace
}  // namespace trawl
