#include "trawl/search/percentile_pruner.hpp"

#include <cstdint>

#include <gtest/gtest.h>

namespace trawl {
namespace {

PrunerDefinition numbers(std::int64_t n_startup, std::int64_t warmup = 0, std::int64_t interval = 1) {
  PrunerDefinition pruner;
  pruner.kind = "median";
  pruner.max_resource = 4;
  pruner.n_startup_trials = n_startup;
  pruner.n_warmup_steps = warmup;
  pruner.interval_steps = interval;
  return pruner;
}

/// Trains a point with this value at every epoch, as far as it goes on; the epochs it got, 4 for all.
std::int64_t epochs_of(Pruner& pruner, std::int64_t point, double value) {
  std::int64_t until = pruner.first_epoch(point);
  for (;;) {
    pruner.take(point, until, value);
    if (until == kToTheEnd) return 4;
    const auto promotion = pruner.next();
    if (!promotion) return until;
    EXPECT_EQ(promotion->point, point);
    until = promotion->until_epoch;
  }
}

TEST(PercentilePruner, StopsWhatIsWorseThanTheMedianOfCompletePoints) {
  PercentilePruner pruner(numbers(3), 50.0, Direction::minimize);
  EXPECT_EQ(epochs_of(pruner, 0, 9.0), 4) << "the first ones are all complete";
  EXPECT_EQ(epochs_of(pruner, 1, 1.0), 4);
  EXPECT_EQ(epochs_of(pruner, 2, 2.0), 4);
  EXPECT_EQ(epochs_of(pruner, 3, 2.5), 1);
  EXPECT_EQ(epochs_of(pruner, 4, 2.0), 4) << "as good as the median";
  EXPECT_EQ(epochs_of(pruner, 5, 2.1), 1) << "what was stopped does not count: the median of 1, 2, 2, 9 is 2";
  EXPECT_EQ(epochs_of(pruner, 6, kNan), 1) << "not a number";
}

TEST(PercentilePruner, ComparesTheBestSoFarWithTheValuesAtTheSameEpoch) {
  PercentilePruner pruner(numbers(1), 50.0, Direction::minimize);
  const double curve[] = {4.0, 3.0, 2.0, 1.0};
  for (int epoch = 1; epoch <= 4; ++epoch) {
    pruner.take(0, epoch == 4 ? kToTheEnd : epoch, curve[epoch - 1]);
    pruner.next();
  }
  pruner.take(1, 1, 2.5);
  EXPECT_TRUE(pruner.next());
  pruner.take(1, 2, 3.5);
  EXPECT_TRUE(pruner.next()) << "its best so far is 2.5, and the other had 3";
  pruner.take(1, 3, 3.5);
  EXPECT_FALSE(pruner.next()) << "the other had 2";
}

TEST(PercentilePruner, InterpolatesAsNumPyDoes) {
  // Of 1, 2, 4, 8 the 25th percentile is 1.75, and of what is maximized it is 5.
  for (const auto& [value, epochs] : {std::pair{1.75, 4}, std::pair{1.76, 1}}) {
    PercentilePruner pruner(numbers(4), 25.0, Direction::minimize);
    for (const double complete : {8.0, 1.0, 4.0, 2.0})
      epochs_of(pruner, static_cast<std::int64_t>(complete), complete);
    EXPECT_EQ(epochs_of(pruner, 20, value), epochs) << value;
  }
  for (const auto& [value, epochs] : {std::pair{5.0, 4}, std::pair{4.99, 1}}) {
    PercentilePruner pruner(numbers(4), 25.0, Direction::maximize);
    for (const double complete : {8.0, 1.0, 4.0, 2.0})
      epochs_of(pruner, static_cast<std::int64_t>(complete), complete);
    EXPECT_EQ(epochs_of(pruner, 20, value), epochs) << value;
  }
}

TEST(PercentilePruner, JudgesAfterTheWarmUpAndAtIntervals) {
  PercentilePruner pruner(numbers(1, 1, 2), 50.0, Direction::minimize);
  EXPECT_EQ(pruner.first_epoch(0), 2);
  EXPECT_EQ(epochs_of(pruner, 0, 1.0), 4);
  EXPECT_EQ(epochs_of(pruner, 1, 2.0), 2);
  PrunerDefinition few = numbers(1);
  few.n_min_trials = 2;
  PercentilePruner patient(few, 50.0, Direction::minimize);
  EXPECT_EQ(epochs_of(patient, 0, 1.0), 4);
  EXPECT_EQ(epochs_of(patient, 1, 2.0), 4) << "one value is too few to compare with";
  EXPECT_EQ(epochs_of(patient, 2, 3.0), 1);
}

}  // namespace
}  // namespace trawl
