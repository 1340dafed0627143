#include "trawl/search/distinct_sampler.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace trawl {
namespace {

const ParameterValue kSgd = std::string("sgd");
const ParameterValue kAdam = std::string("adam");

SearchSpace two_by_eight() {
  return {{"optimizer", CategoricalDistribution{{kSgd, kAdam}}},
          {"dropout", FloatDistribution{0.0, 0.7, false, 0.1, {}}}};
}

SearchSpace logarithmic() { return {{"batch_size", IntDistribution{1, 1000, true, {}, {}}}}; }

// One point with sgd, a thousand with adam.
SearchSpace unbalanced() {
  return {{"optimizer", CategoricalDistribution{{kSgd, kAdam}}},
          {"epochs", IntDistribution{1, 1000, false, {}, {}}, {{"optimizer", {kAdam}}}}};
}

DistinctSampler sampler_of(const SearchSpace& space, std::int64_t n_points, std::uint64_t seed = 7,
                           const std::vector<Parameters>& enqueued = {}) {
  return {space, FiniteSpace(space), n_points, seed, enqueued};
}

std::set<std::string> points_of(const Sampler& sampler) {
  std::set<std::string> all;
  for (std::int64_t i = 0; i < sampler.n_points(); ++i) {
    const std::string text = to_text(sampler.point(i));
    EXPECT_TRUE(all.insert(text).second) << text << " twice";
  }
  return all;
}

TEST(DistinctSampler, AsManyPointsAsTheSpaceHasAreAllOfThem) {
  EXPECT_EQ(points_of(sampler_of(two_by_eight(), 16)).size(), 16U);
  EXPECT_EQ(points_of(sampler_of(logarithmic(), 1000)).size(), 1000U);
  EXPECT_EQ(points_of(sampler_of(unbalanced(), 1001)).size(), 1001U);
  EXPECT_THROW(sampler_of(two_by_eight(), 17), std::logic_error);
}

// Golden: what a study drew once it draws for ever.
TEST(DistinctSampler, GoldenPoints) {
  const DistinctSampler sampler = sampler_of(two_by_eight(), 16);
  EXPECT_EQ(to_text(sampler.point(0)), "optimizer=adam dropout=0.0");
  EXPECT_EQ(to_text(sampler.point(1)), "optimizer=sgd dropout=0.4");
  EXPECT_EQ(to_text(sampler.point(15)), "optimizer=adam dropout=0.2");
}

TEST(DistinctSampler, APointDependsOnNeitherTheCountNorWhatWasAskedBefore) {
  for (const SearchSpace& space : {two_by_eight(), logarithmic(), unbalanced()}) {
    const DistinctSampler few = sampler_of(space, 9);
    const DistinctSampler many = sampler_of(space, 16);
    const Parameters last = many.point(15);
    for (std::int64_t i = 8; i >= 0; --i) EXPECT_EQ(few.point(i), many.point(i));
    EXPECT_EQ(sampler_of(space, 16).point(15), last);
    EXPECT_EQ(many.point(15), last);
  }
}

TEST(DistinctSampler, AnotherSeedIsAnotherOrder) {
  int equal = 0;
  for (std::int64_t i = 0; i < 16; ++i) {
    equal += sampler_of(two_by_eight(), 16, 1).point(i) == sampler_of(two_by_eight(), 16, 2).point(i) ? 1 : 0;
  }
  EXPECT_LT(equal, 8);
}

TEST(DistinctSampler, LogarithmsStillWeigh) {
  const DistinctSampler sampler = sampler_of(logarithmic(), 100);
  int below = 0;
  for (std::int64_t i = 0; i < 100; ++i) {
    below += std::get<std::int64_t>(sampler.point(i)[0].second) <= 100 ? 1 : 0;
  }
  EXPECT_GT(below, 40) << "uniform over the values it would be about 10";
}

TEST(DistinctSampler, ABranchOfOnePointIsMetEarly) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const DistinctSampler sampler = sampler_of(unbalanced(), 20, seed);
    bool met = false;
    for (std::int64_t i = 0; i < 20; ++i) met = met || sampler.point(i)[0].second == kSgd;
    EXPECT_TRUE(met) << "a chance of a millionth";
  }
}

TEST(DistinctSampler, DrawsAsTheRandomSamplerUntilAPointComesAgain) {
  const SearchSpace space = {{"width", IntDistribution{1, 1'000'000'000, true, {}, {}}},
                             {"epochs", IntDistribution{1, 1'000'000, true, {}, {}}}};
  const DistinctSampler distinct = sampler_of(space, 100);
  const RandomSampler random(space, 100, 7);
  for (std::int64_t i = 0; i < 100; ++i) EXPECT_EQ(distinct.point(i), random.point(i));
}

TEST(DistinctSampler, EnqueuedPointsComeFirstAndNotAgain) {
  for (const SearchSpace& space : {two_by_eight(), unbalanced()}) {
    const auto n = *FiniteSpace(space).n_points();
    const std::vector<Parameters> enqueued = {FiniteSpace(space).point(n - 1), FiniteSpace(space).point(0)};
    const DistinctSampler sampler = sampler_of(space, n, 7, enqueued);
    EXPECT_EQ(sampler.point(0), enqueued[0]);
    EXPECT_EQ(sampler.point(1), enqueued[1]);
    EXPECT_EQ(static_cast<std::int64_t>(points_of(sampler).size()), n);
  }
}

TEST(DistinctSampler, ARestIsDrawnAnewAndAnEqualPointIsLeftOut) {
  const Parameters part = {{"dropout", 0.3}};
  const Parameters whole = {{"optimizer", kAdam}, {"dropout", 0.1}};
  const DistinctSampler sampler = sampler_of(two_by_eight(), 16, 7, {part, part, part, whole, whole});
  const std::set<std::string> both = {to_text(sampler.point(0)), to_text(sampler.point(1))};
  EXPECT_EQ(both, (std::set<std::string>{"optimizer=sgd dropout=0.3", "optimizer=adam dropout=0.3"}));
  EXPECT_EQ(sampler.point(2), whole);
  EXPECT_EQ(points_of(sampler).size(), 16U);
}

TEST(DistinctSampler, TakesSpacesOfSixtyThreeBitsWithoutMemory) {
  const IntDistribution wide{1, 3'000'000'000, false, {}, {}};
  const SearchSpace space = {{"a", wide}, {"b", wide}};
  const DistinctSampler sampler = sampler_of(space, 9'000'000'000'000'000'000);
  EXPECT_NE(sampler.point(8'999'999'999'999'999'999), sampler.point(0));
}

}  // namespace
}  // namespace trawl
