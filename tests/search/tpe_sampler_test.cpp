#include "trawl/search/tpe_sampler.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "trawl/search/random_sampler.hpp"
#include "trawl/study/conditions.hpp"

namespace trawl {
namespace {

using State = KnownPoint::State;

SearchDefinition search_of(SearchSpace space, std::int64_t n_points = 1000) {
  SearchDefinition search;
  search.sampler = "tpe";
  search.n_points = n_points;
  search.seed = 7;
  search.space = std::move(space);
  return search;
}

const SearchSpace kMixed = {
    {"optimizer", CategoricalDistribution{{std::string("sgd"), std::string("momentum")}}},
    {"momentum", FloatDistribution{0.0, 0.9, false, {}, {}}, {{"optimizer", {std::string("momentum")}}}},
    {"rate", FloatDistribution{0.0, 1.0, false, {}, {}}},
    {"width", IntDistribution{1, 256, true, {}, {}}},
    {"dropout", FloatDistribution{0.0, 0.6, false, 0.15, {}}},
    {"hidden", CategoricalDistribution{{std::vector<std::int64_t>{16}, std::vector<std::int64_t>{64, 32}}}},
    {"one", CategoricalDistribution{{std::int64_t{3}}}}};

const SearchSpace kSmall = {
    {"a", IntDistribution{0, 3, false, {}, {}}},
    {"b", CategoricalDistribution{{std::int64_t{0}, std::int64_t{1}, std::int64_t{2}}}}};

double rate_of(const Parameters& point) { return std::get<double>(*find_parameter(point, "rate")); }

using Value = std::function<double(std::int64_t number, const Parameters& point)>;

double distance(std::int64_t /*number*/, const Parameters& point) { return std::abs(rate_of(point) - 0.3); }

/// A search one point after the other. `late`: so many of the last have no result yet.
History searched(const TpeSampler& sampler, std::int64_t n, const Value& value, std::int64_t late = 0) {
  History history(Direction::minimize);
  for (std::int64_t i = 0; i < n; ++i) {
    history.add(sampler.propose(history).parameters);
    if (i + late < n) history.take(i, State::complete, 0, value(i, history.points().back().parameters));
  }
  return history;
}

std::string text_of(const History& history) {
  std::string text;
  for (const KnownPoint& point : history.points()) text += to_text(point.parameters) + "\n";
  return text;
}

TEST(TpeSampler, PointsAreOfTheSpace) {
  const SearchDefinition search = search_of(kMixed);
  const History history = searched(TpeSampler(search), 200, distance);
  for (const KnownPoint& point : history.points()) {
    ASSERT_TRUE(names_all_active(search.space, point.parameters));
    std::size_t n_active = 0;
    for (const SearchDimension& dimension : search.space) {
      const ParameterValue* value = find_parameter(point.parameters, dimension.name);
      if (value == nullptr) continue;
      ++n_active;
      ASSERT_TRUE(contains(dimension.distribution, *value)) << dimension.name << ' ' << to_text(*value);
    }
    ASSERT_EQ(n_active, point.parameters.size());
    const bool has_momentum = find_parameter(point.parameters, "momentum") != nullptr;
    ASSERT_EQ(has_momentum, *find_parameter(point.parameters, "optimizer") == ParameterValue("momentum"));
  }
}

TEST(TpeSampler, BeginsWithThePointsOfTheRandomSampler) {
  const SearchDefinition search = search_of(kMixed);
  const TpeSampler sampler(search);
  const RandomSampler random(search.space, search.n_points, search.seed, {});
  History history(Direction::minimize);
  int n_random = 0;
  for (std::int64_t i = 0; i < 200; ++i) {
    const Proposal proposal = sampler.propose(history);
    if (std::string(proposal.by) == "random") {
      ++n_random;
      EXPECT_EQ(proposal.parameters, random.point(i));
      EXPECT_EQ(proposal.n_known, 0);
    } else {
      EXPECT_GE(i, search.n_startup_trials);
      EXPECT_EQ(proposal.n_known, i);
    }
    history.add(proposal.parameters);
    history.take(i, State::complete, 0, distance(i, proposal.parameters));
  }
  EXPECT_GT(n_random, 10 + 20);
  EXPECT_LT(n_random, 10 + 60);
}

TEST(TpeSampler, EnqueuedPointsComeFirst) {
  SearchDefinition search = search_of(kMixed);
  search.enqueued = {{{"rate", 0.125}}};
  const Proposal first = TpeSampler(search).propose(History(Direction::minimize));
  EXPECT_STREQ(first.by, kEnqueued);
  EXPECT_EQ(rate_of(first.parameters), 0.125);
}

TEST(TpeSampler, FindsTheGoodPart) {
  const auto share_near = [](std::int64_t from, std::int64_t to, const History& history) {
    std::int64_t n = 0;
    for (std::int64_t i = from; i < to; ++i)
      n += std::abs(rate_of(history.points()[static_cast<std::size_t>(i)].parameters) - 0.3) < 0.1 ? 1 : 0;
    return static_cast<double>(n) / static_cast<double>(to - from);
  };
  const History history = searched(TpeSampler(search_of(kMixed)), 200, distance);
  EXPECT_LT(share_near(0, 10, history), 0.5);
  EXPECT_GT(share_near(100, 200, history), 0.4) << "a random one has 0.2";
}

TEST(TpeSampler, DependsOnResultsAndNotOnTheirOrderScaleOrDirection) {
  const TpeSampler sampler(search_of(kMixed));
  const History before = searched(sampler, 60, distance);
  const Parameters expected = sampler.propose(before).parameters;
  EXPECT_EQ(sampler.propose(before).parameters, expected);
  EXPECT_EQ(TpeSampler(search_of(kMixed)).propose(before).parameters, expected);
  History backwards(Direction::minimize);
  History scaled(Direction::minimize);
  History maximized(Direction::maximize);
  for (const KnownPoint& point : before.points()) {
    for (History* other : {&backwards, &scaled, &maximized}) other->add(point.parameters);
  }
  for (std::int64_t i = before.size(); i-- > 0;) {
    const double value = before.points()[static_cast<std::size_t>(i)].value;
    backwards.take(i, State::complete, 0, value);
    scaled.take(i, State::complete, 0, 8.0 * value + 1.0);
    maximized.take(i, State::complete, 0, -value);
  }
  EXPECT_EQ(sampler.propose(backwards).parameters, expected);
  EXPECT_EQ(sampler.propose(maximized).parameters, expected);
  EXPECT_EQ(sampler.propose(scaled).parameters, expected);
}

TEST(TpeSampler, PendingPointsCountAsBad) {
  const SearchDefinition search = search_of({{"rate", FloatDistribution{0.0, 1.0, false, {}, {}}}});
  const TpeSampler sampler(search);
  History with = searched(sampler, 40, distance);
  History without = searched(sampler, 40, distance);
  double moved = 0.0;
  for (int i = 0; i < 10; ++i) {
    const Parameters next = sampler.propose(with).parameters;
    const Parameters alone = sampler.propose(without).parameters;
    moved += std::abs(rate_of(next) - rate_of(alone));
    with.add(next);  // no result comes
    without.add(alone);
    without.take(without.size() - 1, State::complete, 0, distance(0, alone));
  }
  EXPECT_GT(moved, 0.01);
  EXPECT_EQ(with.n_results(), 40);
}

TEST(TpeSampler, FailedPointsAreTheWorst) {
  // All below 0.5 fail; the rest is better the lower it is: who ignored failures would come back to them.
  const SearchDefinition search = search_of({{"rate", FloatDistribution{0.0, 1.0, false, {}, {}}}});
  const TpeSampler sampler(search);
  History history(Direction::minimize);
  int n_failed = 0;
  for (std::int64_t i = 0; i < 150; ++i) {
    const Parameters point = sampler.propose(history).parameters;
    history.add(point);
    const bool fails = rate_of(point) < 0.5;
    history.take(i, fails ? State::failed : State::complete, 0, fails ? kNan : rate_of(point));
    if (i >= 50 && fails) ++n_failed;
  }
  EXPECT_LT(n_failed, 50);
}

TEST(TpeSampler, WithoutAnyDifferenceItStillProposes) {
  for (const Value& value : {Value([](std::int64_t, const Parameters&) { return 1.0; }),
                             Value([](std::int64_t, const Parameters&) { return kNan; })}) {
    EXPECT_EQ(searched(TpeSampler(search_of(kMixed)), 40, value).size(), 40);
  }
  History history(Direction::minimize);
  const TpeSampler sampler(search_of(kMixed));
  for (std::int64_t i = 0; i < 40; ++i) {
    history.add(sampler.propose(history).parameters);
    history.take(i, State::failed, 0, kNan);
  }
}

TEST(TpeSampler, TriesNoPointOfAFiniteSpaceTwice) {
  const auto by_sum = [](std::int64_t, const Parameters& point) {
    return static_cast<double>(std::get<std::int64_t>(*find_parameter(point, "a")));
  };
  const History history = searched(TpeSampler(search_of(kSmall, 12)), 12, by_sum, 3);
  std::set<std::string> points;
  for (const KnownPoint& point : history.points()) points.insert(to_text(point.parameters));
  EXPECT_EQ(points.size(), 12U) << text_of(history);
}

// All bits, on every CPU and by every compiler. FNV-1a of what text_of() gives; a change here is another
// answer of every study with this sampler.
TEST(TpeSampler, GoldenProposals) {
  const std::string text = text_of(searched(TpeSampler(search_of(kMixed)), 80, distance, 3));
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  EXPECT_EQ(fmt::format("{:016x}", hash), "5c88c84b4b12ae44") << text;
}

}  // namespace
}  // namespace trawl
