#include "trawl/search/promotion_pruner.hpp"

#include <cstdint>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "trawl/base/random.hpp"
#include "trawl/search/pruner_kind.hpp"

namespace trawl {
namespace {

PrunerDefinition halving(std::int64_t min, std::int64_t factor, std::int64_t max) {
  PrunerDefinition pruner;
  pruner.kind = "successive_halving";
  pruner.min_resource = min;
  pruner.reduction_factor = factor;
  pruner.max_resource = max;
  return pruner;
}

std::unique_ptr<Pruner> made(const PrunerDefinition& pruner, Direction direction = Direction::minimize) {
  return pruner_kind(pruner).make(pruner, direction);
}

TEST(PromotionPruner, LetsTheBestOfEveryFewGoOn) {
  const auto pruner = made(halving(1, 3, 9));
  EXPECT_EQ(pruner->first_epoch(0), 1);
  pruner->take(0, 1, 0.5);
  pruner->take(1, 1, 0.4);
  EXPECT_FALSE(pruner->next());
  pruner->take(2, 1, 0.6);
  const auto first = pruner->next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->point, 1);
  EXPECT_EQ(first->until_epoch, 3);
  EXPECT_FALSE(pruner->next()) << "each goes on once";
  pruner->take(3, 1, 0.1);  // of four values one is best still, and it is another one
  EXPECT_EQ(pruner->next()->point, 3);
  EXPECT_FALSE(pruner->next());
}

TEST(PromotionPruner, LooksAtTheHighestRungFirst) {
  const auto pruner = made(halving(1, 2, 4));
  for (std::int64_t point = 0; point < 8; ++point) pruner->take(point, 1, 0.1 * static_cast<double>(point));
  EXPECT_EQ(pruner->next()->point, 0);
  EXPECT_EQ(pruner->next()->point, 1);
  pruner->take(0, 2, 0.3);
  pruner->take(1, 2, 0.2);
  const auto top = pruner->next();
  EXPECT_EQ(top->point, 1);
  EXPECT_EQ(top->until_epoch, kToTheEnd);
  EXPECT_EQ(pruner->next()->point, 2);
}

TEST(PromotionPruner, TiesGoToTheLowerNumberAndFailedOnesNeverGoOn) {
  const auto pruner = made(halving(1, 2, 4), Direction::maximize);
  pruner->take(3, 1, 0.5);
  pruner->take(2, 1, 0.5);
  EXPECT_EQ(pruner->next()->point, 2);
  for (std::int64_t point = 4; point < 10; ++point) pruner->take(point, 1, kNan);
  EXPECT_EQ(pruner->next()->point, 3) << "of eight values four would go on, and two have one";
  EXPECT_FALSE(pruner->next());
}

TEST(PromotionPruner, AtTheEndTheBestOfTheHighestRungGoesOn) {
  const auto pruner = made(halving(1, 4, 16));
  for (std::int64_t point = 0; point < 4; ++point) pruner->take(point, 1, 1.0 + static_cast<double>(point));
  EXPECT_EQ(pruner->next()->point, 0);
  pruner->take(0, 4, 5.0);
  EXPECT_FALSE(pruner->next());
  const auto last = pruner->next_of_last();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->point, 0);
  EXPECT_EQ(last->until_epoch, kToTheEnd);
}

TEST(PromotionPruner, NeverPromotesMoreThanTheShareOfAnyPrefix) {
  RandomStream random(StreamKey(5));
  for (const std::int64_t factor : {2, 3, 4}) {
    const auto pruner = made(halving(1, factor, factor * factor));
    std::map<std::int64_t, std::vector<double>> values;
    std::map<std::int64_t, std::int64_t> gone_on;
    for (std::int64_t point = 0; point < 500; ++point) {
      values[1].push_back(random.uniform());
      pruner->take(point, 1, values[1].back());
      while (const auto promotion = pruner->next()) {
        ++gone_on[promotion->until_epoch];
        if (promotion->until_epoch != factor) continue;
        values[factor].push_back(random.uniform());
        pruner->take(promotion->point, factor, values[factor].back());
      }
      // Whoever was among the best once has gone on; so there are somewhat more than the share in the end.
      ASSERT_GE(gone_on[factor], (point + 1) / factor);
    }
    EXPECT_LT(gone_on[factor], 2 * 500 / factor);
    EXPECT_GE(gone_on[kToTheEnd], static_cast<std::int64_t>(values[factor].size()) / factor);
  }
}

TEST(PromotionRungs, LeaveOutOneThatIsCloseToTheEnd) {
  using Numbers = std::vector<std::int64_t>;
  EXPECT_EQ(promotion_rungs(halving(3, 2, 27)), (Numbers{3, 6, 12, 27})) << "24 is close";
  EXPECT_EQ(promotion_rungs(halving(1, 3, 27)), (Numbers{1, 3, 9, 27}));
  EXPECT_EQ(promotion_rungs(halving(1, 2, 27)), (Numbers{1, 2, 4, 8, 16, 27}));
  EXPECT_EQ(promotion_rungs(halving(8, 2, 9)), (Numbers{8, 9})) << "the first one stays";
}

TEST(Hyperband, OnATimetableItsBracketsBeginAtDifferentRungs) {
  PrunerDefinition pruner = halving(1, 3, 9);
  pruner.kind = "hyperband";
  const auto made_one = made(pruner);
  std::map<std::int64_t, int> first;
  for (std::int64_t point = 0; point < 17; ++point) ++first[made_one->first_epoch(point)];
  EXPECT_EQ(first[1], 9);
  EXPECT_EQ(first[3], 5);
  EXPECT_EQ(first[kToTheEnd], 3);
}

}  // namespace
}  // namespace trawl
