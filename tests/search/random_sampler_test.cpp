#include "trawl/search/random_sampler.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace trawl {
namespace {

constexpr std::int64_t kPoints = 40'000;
const std::string kName = "x";

std::vector<double> floats(const FloatDistribution& range) {
  const RandomSampler sampler({{kName, range}}, kPoints, 3);
  std::vector<double> values;
  for (std::int64_t i = 0; i < kPoints; ++i) values.push_back(std::get<double>(sampler.point(i)[0].second));
  return values;
}

std::map<std::string, int> counts(const Distribution& distribution) {
  const RandomSampler sampler({{kName, distribution}}, kPoints, 3);
  std::map<std::string, int> n;
  for (std::int64_t i = 0; i < kPoints; ++i) ++n[to_text(sampler.point(i)[0].second)];
  return n;
}

// Five standard errors of a count.
void expect_share(int count, double share) {
  EXPECT_NEAR(count, share * kPoints, 5 * std::sqrt(share * (1 - share) * kPoints));
}

SearchSpace mixed_space() {
  return {{"learning_rate", FloatDistribution{1e-3, 3e-1, true, {}, {}}},
          {"dropout", FloatDistribution{0.0, 0.6, false, {}, {}}},
          {"momentum", FloatDistribution{0.0, 0.9, false, 0.1, {}}},
          {"epochs", IntDistribution{1, 50, false, {}, {}}},
          {"batch_size", IntDistribution{8, 512, true, {}, {}}},
          {"width", IntDistribution{16, 256, false, 16, {}}},
          {"optimizer", CategoricalDistribution{{std::string("sgd"), std::string("adam")}}},
          {"flag", CategoricalDistribution{{true, false}}},
          {"hidden",
           CategoricalDistribution{{std::vector<std::int64_t>{128}, std::vector<std::int64_t>{128, 64}}}}};
}

// Golden: what a study drew once it draws for ever.
TEST(RandomSampler, GoldenPoints) {
  const RandomSampler sampler(mixed_space(), 1000, 7);
  const char* expected[] = {"0.0024981250463625483",
                            "dropout=0.07917983255268425 momentum=0.1 epochs=26 batch_size=28 width=160 "
                            "optimizer=adam flag=false hidden=[128]",
                            "0.0054928166404881315",
                            "dropout=0.2443572142241615 momentum=0.3 epochs=41 batch_size=66 width=144 "
                            "optimizer=adam flag=true hidden=[128, 64]",
                            "0.2356876667277935",
                            "dropout=0.2420858086781522 momentum=0.7 epochs=10 batch_size=55 width=80 "
                            "optimizer=sgd flag=true hidden=[128]",
                            "0.12752650690265052",
                            "dropout=0.2846710309070796 momentum=0.3 epochs=5 batch_size=58 width=256 "
                            "optimizer=adam flag=false hidden=[128, 64]"};
  const std::int64_t points[] = {0, 1, 2, 999};
  for (std::size_t i = 0; i < 4; ++i) {
    const Parameters parameters = sampler.point(points[i]);
    EXPECT_NEAR(std::get<double>(parameters[0].second) / std::stod(expected[2 * i]), 1.0,
                1e-14);  // exp and log
    EXPECT_EQ(to_text(Parameters(parameters.begin() + 1, parameters.end())), expected[2 * i + 1]);
  }
}

TEST(RandomSampler, AnotherDimensionOrOrderOrCountChangesNoValue) {
  const SearchSpace space = mixed_space();
  const RandomSampler whole(space, 100, 7);
  SearchSpace reversed(space.rbegin(), space.rend());
  const RandomSampler backwards(reversed, 1000, 7);
  for (std::size_t d = 0; d < space.size(); ++d) {
    const RandomSampler alone({space[d]}, 50, 7);
    for (std::int64_t i = 0; i < 50; ++i) {
      EXPECT_EQ(whole.point(i)[d], alone.point(i)[0]);
      EXPECT_EQ(whole.point(i)[d], backwards.point(i)[space.size() - 1 - d]);
    }
  }
}

TEST(RandomSampler, AnotherSeedDrawsOthers) {
  const RandomSampler one(mixed_space(), 100, 7);
  const RandomSampler other(mixed_space(), 100, 8);
  int equal = 0;
  for (std::int64_t i = 0; i < 100; ++i) equal += one.point(i)[1] == other.point(i)[1] ? 1 : 0;
  EXPECT_EQ(equal, 0);
}

TEST(RandomSampler, FloatsAreUniform) {
  const auto values = floats({-1.0, 3.0, false, {}, {}});
  for (const double cut : {-0.6, 0.0, 1.0, 2.9}) {
    const auto below = std::count_if(values.begin(), values.end(), [&](double x) { return x < cut; });
    expect_share(static_cast<int>(below), (cut + 1.0) / 4.0);
  }
}

TEST(RandomSampler, LogFloatsAreUniformInTheLogarithm) {
  const auto values = floats({1e-6, 1e-2, true, {}, {}});
  for (int power = -5; power <= -3; ++power) {
    const auto below =
        std::count_if(values.begin(), values.end(), [&](double x) { return x < std::pow(10.0, power); });
    expect_share(static_cast<int>(below), (power + 6) / 4.0);
  }
}

TEST(RandomSampler, ARangeOfOneValueGivesIt) {
  for (const bool log : {false, true}) {
    const RandomSampler sampler(
        {{"a", FloatDistribution{0.3, 0.3, log, {}, {}}}, {"b", IntDistribution{5, 5, log, {}, {}}}}, 20, 1);
    for (std::int64_t i = 0; i < 20; ++i) EXPECT_EQ(to_text(sampler.point(i)), "a=0.3 b=5");
  }
}

TEST(RandomSampler, WholeNumbersAndBothBoundsAreEquallyLikely) {
  const auto n = counts(IntDistribution{-2, 2, false, {}, {}});
  ASSERT_EQ(n.size(), 5U);
  for (const auto& [value, count] : n) expect_share(count, 0.2);
}

TEST(RandomSampler, LogWholeNumbersFollowTheLogarithm) {
  const auto n = counts(IntDistribution{1, 8, true, {}, {}});
  ASSERT_EQ(n.size(), 8U);
  for (int value = 1; value <= 8; ++value) {
    expect_share(n.at(std::to_string(value)), std::log((value + 0.5) / (value - 0.5)) / std::log(8.5 / 0.5));
  }
}

TEST(RandomSampler, LatticesAreEquallyLikelyAndShortDecimals) {
  const auto real = counts(FloatDistribution{0.0, 0.6, false, 0.1, {}});
  ASSERT_EQ(real.size(), 7U);
  for (const char* value : {"0.0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6"}) {
    ASSERT_EQ(real.count(value), 1U) << value;
    expect_share(real.at(value), 1.0 / 7);
  }
  const auto whole = counts(IntDistribution{10, 45, false, 10, {}});
  ASSERT_EQ(whole.size(), 4U);
  for (const auto& [value, count] : whole) expect_share(count, 0.25);
}

TEST(RandomSampler, ChoicesAreEquallyLikely) {
  const auto n = counts(CategoricalDistribution{{true, std::int64_t{2}, 0.5, std::string("a")}});
  ASSERT_EQ(n.size(), 4U);
  for (const auto& [value, count] : n) expect_share(count, 0.25);
}

TEST(RandomSampler, ParametersAreIndependent) {
  const RandomSampler sampler(
      {{"a", CategoricalDistribution{{true, false}}}, {"b", CategoricalDistribution{{true, false}}}}, kPoints,
      5);
  std::map<std::string, int> n;
  for (std::int64_t i = 0; i < kPoints; ++i) ++n[to_text(sampler.point(i))];
  ASSERT_EQ(n.size(), 4U);
  for (const auto& [values, count] : n) expect_share(count, 0.25);
}

}  // namespace
}  // namespace trawl
