#include "trawl/study/ranking.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "trawl/base/random.hpp"

namespace trawl {
namespace {

using Direction = ObjectiveDefinition::Direction;

/// The best after the trials finished in this order; objectives[trial].
std::optional<BestPoint> best_of(const std::vector<double>& objectives, const std::vector<std::size_t>& order,
                                 std::int64_t repeats, Direction direction = Direction::maximize) {
  Ranking ranking(direction, repeats);
  for (const std::size_t trial : order) ranking.add(static_cast<TrialNumber>(trial), objectives[trial]);
  return ranking.best();
}

std::vector<std::size_t> ascending(std::size_t n) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

TEST(IsBetter, NanIsWorseThanAnyNumber) {
  for (const Direction direction : {Direction::maximize, Direction::minimize}) {
    EXPECT_FALSE(is_better(direction, kNan, 1.0));
    EXPECT_TRUE(is_better(direction, 1.0, kNan));
    EXPECT_FALSE(is_better(direction, kNan, kNan));
    EXPECT_FALSE(is_better(direction, 1.0, 1.0));
  }
  EXPECT_TRUE(is_better(Direction::maximize, 2.0, 1.0));
  EXPECT_TRUE(is_better(Direction::minimize, 1.0, 2.0));
}

TEST(Ranking, TiesGoToTheLowestNumberInEveryOrder) {
  std::vector<std::size_t> order = {0, 1, 2, 3};
  do {
    EXPECT_EQ(best_of({0.5, 0.9, 0.9, 0.1}, order, 1)->trial, 1);
    EXPECT_EQ(best_of({0.5, 0.1, 0.1, kNan}, order, 1, Direction::minimize)->trial, 1);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Ranking, PointsWithTheSameRepeatsTieInWhateverOrderTheyCome) {
  // Summed as they come, these differ in the last bit.
  const std::vector<double> values = {0.1, 0.7, 0.2};
  ASSERT_NE(values[0] + values[1] + values[2], values[2] + values[1] + values[0]);
  EXPECT_EQ(best_of({0.1, 0.7, 0.2, 0.2, 0.7, 0.1}, {0, 1, 2, 3, 4, 5}, 3)->point, 0);
  EXPECT_EQ(best_of({0.2, 0.7, 0.1, 0.1, 0.7, 0.2}, {3, 4, 5, 0, 1, 2}, 3)->point, 0);
}

TEST(Ranking, NothingIsBestWhereAllFailed) {
  EXPECT_FALSE(best_of({kNan, kNan}, {0, 1}, 1).has_value());
  EXPECT_FALSE(best_of({}, {}, 1).has_value());
}

TEST(Ranking, PointsRankByTheMeanOnceAllRepeatsAreIn) {
  const std::vector<double> objectives = {0.9, 0.1, 0.6, 0.6};  // means 0.5 and 0.6
  Ranking ranking(Direction::maximize, 2);
  ranking.add(0, objectives[0]);
  EXPECT_FALSE(ranking.best().has_value());
  ranking.add(2, objectives[2]);
  ranking.add(3, objectives[3]);
  EXPECT_EQ(ranking.best()->point, 1);
  ranking.add(1, objectives[1]);
  EXPECT_EQ(ranking.best()->point, 1);
  EXPECT_EQ(ranking.best()->trial, 2);
  EXPECT_DOUBLE_EQ(ranking.best()->objective, 0.6);
}

TEST(Ranking, APointWithAFailedRepeatDoesNotRank) {
  EXPECT_EQ(best_of({0.9, kNan, 0.2, 0.2}, {0, 1, 2, 3}, 2)->point, 1);
  EXPECT_EQ(best_of({kNan, 0.9, 0.2, 0.2}, {3, 2, 1, 0}, 2)->point, 1);
}

// Sums whose last bit depends on the order of the additions, and many ties.
TEST(Ranking, TheOrderOfFinishingChangesNoBit) {
  RandomStream stream{StreamKey(21)};
  for (const std::int64_t repeats : {std::int64_t{1}, std::int64_t{3}, std::int64_t{5}}) {
    std::vector<double> objectives(static_cast<std::size_t>(20 * repeats));
    for (double& x : objectives)
      x = stream.below(10) == 0 ? kNan : 0.1 * static_cast<double>(stream.below(4));
    const auto expected = best_of(objectives, ascending(objectives.size()), repeats);
    for (int run = 0; run < 200; ++run) {
      auto order = ascending(objectives.size());
      stream.shuffle(order.begin(), order.end());
      const auto best = best_of(objectives, order, repeats);
      ASSERT_EQ(best.has_value(), expected.has_value());
      ASSERT_EQ(best->point, expected->point);
      ASSERT_EQ(best->trial, expected->trial);
      ASSERT_EQ(best->objective, expected->objective);
    }
  }
}

TEST(WeightsRule, KeepsWhatIsBetterOrTies) {
  const WeightsRule rule{true, false, Direction::maximize, 0.5};
  EXPECT_TRUE(rule.keeps(0.6));
  EXPECT_TRUE(rule.keeps(0.5));
  EXPECT_FALSE(rule.keeps(0.4));
  EXPECT_FALSE(rule.keeps(kNan));
  EXPECT_TRUE((WeightsRule{true, false, Direction::minimize, 0.5}.keeps(0.4)));
  EXPECT_TRUE((WeightsRule{true, false, Direction::minimize, kNan}.keeps(9.0)));
}

TEST(WeightsRule, WithRepeatsEveryFirstRepeatIsKeptAndNoOther) {
  EXPECT_TRUE((WeightsRule{true, true, Direction::maximize, 0.5}.keeps(0.1)));
  EXPECT_FALSE((WeightsRule{false, true, Direction::maximize, 0.5}.keeps(0.9)));
}

}  // namespace
}  // namespace trawl
