#include "trawl/app/pruner_lines.hpp"

#include <gtest/gtest.h>

namespace trawl {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const PrunerDefinition& pruner, std::int64_t n_points, std::int64_t repeats = 1) {
  StudyDefinition study;
  study.pruner = pruner;
  study.search.n_points = n_points;
  study.search.repeats = repeats;
  return pruner_lines(study);
}

TEST(PrunerLines, HyperbandsCountsAreThoseOfThePaper) {
  EXPECT_EQ(
      lines_of({"hyperband", 1, 3, 81}, 143),
      Lines({"  pruner    hyperband: rungs at epochs 1, 3, 9, 27 and 81; of 3 points one goes on",
             "    1 bracket of 81 points: 81 to epoch 1, 27 to epoch 3, 9 to epoch 9, 3 to epoch 27, 1 to "
             "epoch 81",
             "    1 bracket of 34 points: 34 to epoch 3, 11 to epoch 9, 3 to epoch 27, 1 to epoch 81",
             "    1 bracket of 15 points: 15 to epoch 9, 5 to epoch 27, 1 to epoch 81",
             "    1 bracket of 8 points: 8 to epoch 27, 2 to epoch 81",
             "    1 bracket of 5 points: 5 to epoch 81",
             "    trials a rung: 81 to epoch 1, 61 to epoch 3, 35 to epoch 9, 19 to epoch 27, 10 to epoch 81",
             "  epochs    1581 in all at most, 86 % fewer than the 11583 of all trials to the end"}));
}

TEST(PrunerLines, AShortLastBracketAndRepeats) {
  EXPECT_EQ(lines_of({"successive_halving", 1, 2, 4}, 11, 3),
            Lines({"  pruner    successive_halving: rungs at epochs 1, 2 and 4; of 2 points one goes on",
                   "    2 brackets of 4 points: 4 to epoch 1, 2 to epoch 2, 1 to epoch 4",
                   "    the last bracket, of 3 points: 3 to epoch 1, 1 to epoch 2",
                   "    trials a rung: 33 to epoch 1, 15 to epoch 2, 6 to epoch 4",
                   "  epochs    60 in all at most, 55 % fewer than the 132 of all trials to the end"}));
}

TEST(PrunerLines, FewerPointsThanABracket) {
  EXPECT_EQ(lines_of({"successive_halving", 1, 2, 8}, 5)[1],
            "    5 points: 5 to epoch 1, 2 to epoch 2, 1 to epoch 4, 1 to epoch 8");
  EXPECT_EQ(lines_of({"hyperband", 1, 3, 9}, 12).size(), 5U) << "one whole bracket, one cut short";
  EXPECT_EQ(lines_of({}, 12), Lines());
}

TEST(PrunerLines, EpochsAtMost) {
  StudyDefinition study;
  study.search.n_points = 143;
  study.search.repeats = 2;
  study.parameters = {{"epochs", std::int64_t{81}}};
  EXPECT_EQ(epochs_at_most(study), 2 * 143 * 81);
  study.pruner = {"hyperband", 1, 3, 81};
  EXPECT_EQ(epochs_at_most(study), 2 * 1581);
}

}  // namespace
}  // namespace trawl
