#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "trawl/search/pruner_kind.hpp"
#include "trawl/search/rungs.hpp"

namespace trawl {
namespace {

using Numbers = std::vector<std::int64_t>;

PrunerDefinition halving(std::int64_t least, std::int64_t eta, std::int64_t most) {
  return {"successive_halving", least, eta, most};
}

PrunerDefinition hyperband(std::int64_t least, std::int64_t eta, std::int64_t most) {
  return {"hyperband", least, eta, most};
}

Numbers sizes_of(const BracketLayout& layout) {
  Numbers sizes;
  for (const BracketShape& shape : layout.shapes()) sizes.push_back(shape.n_points);
  return sizes;
}

TEST(Rungs, AreMultipliedBelowTheLastAndTheLast) {
  EXPECT_EQ(rungs_of(halving(1, 3, 27)), Numbers({1, 3, 9, 27}));
  EXPECT_EQ(rungs_of(halving(2, 2, 10)), Numbers({2, 4, 8, 10}));
  EXPECT_EQ(rungs_of(halving(3, 2, 27)), Numbers({3, 6, 12, 24, 27}));
  EXPECT_EQ(rungs_of(halving(5, 2, 6)), Numbers({5, 6}));
  EXPECT_EQ(rungs_of(halving(1, 3, 243)).size(), 6U) << "log(243) / log(3) is below 5 in doubles";
  EXPECT_EQ(rungs_of(halving(1, 10, 1000)).size(), 4U) << "and log(1000) / log(10) below 3";
  EXPECT_EQ(rungs_of(halving(1, 2, 1'000'000'000)).size(), 31U);
}

TEST(Rungs, TheFirstIsANinthByDefault) {
  EXPECT_EQ(default_min_resource(27), 3);
  EXPECT_EQ(default_min_resource(28), 4);
  EXPECT_EQ(default_min_resource(10), 2);
  EXPECT_EQ(default_min_resource(9), 1);
  EXPECT_EQ(default_min_resource(1), 1);
}

TEST(BracketLayout, HyperbandHasTheCountsOfThePaper) {
  EXPECT_EQ(sizes_of(BracketLayout(hyperband(1, 3, 81), 143)), Numbers({81, 34, 15, 8, 5}));
  EXPECT_EQ(sizes_of(BracketLayout(hyperband(1, 3, 27), 49)), Numbers({27, 12, 6, 4}));
  EXPECT_EQ(sizes_of(BracketLayout(hyperband(1, 4, 256), 9)), Numbers({256, 80, 27, 10, 5}));
  EXPECT_EQ(sizes_of(BracketLayout(hyperband(1, 2, 2), 9)), Numbers({2, 2}));

  const BracketLayout layout(hyperband(1, 3, 81), 143);
  EXPECT_EQ(layout.round(), 143);
  EXPECT_EQ(layout.n_brackets(), 5);
  EXPECT_EQ(layout.places(layout.bracket(0)), Numbers({81, 27, 9, 3, 1}));
  EXPECT_EQ(layout.places(layout.bracket(1)), Numbers({34, 11, 3, 1}));
  EXPECT_EQ(layout.places(layout.bracket(2)), Numbers({15, 5, 1}));
  EXPECT_EQ(layout.places(layout.bracket(3)), Numbers({8, 2}));
  EXPECT_EQ(layout.places(layout.bracket(4)), Numbers({5}));
  EXPECT_EQ(layout.n_reaching(), Numbers({81, 27 + 34, 9 + 11 + 15, 3 + 3 + 5 + 8, 1 + 1 + 1 + 2 + 5}));
  // by hand: 81 + 27 x 2 + 9 x 6 + 3 x 18 + 54; 34 x 3 + 11 x 6 + 3 x 18 + 54; 15 x 9 + 5 x 18 + 54;
  // 8 x 27 + 2 x 54; 5 x 81
  EXPECT_EQ(layout.n_epochs(), 297 + 276 + 279 + 324 + 405);
}

TEST(BracketLayout, ALastBracketIsCutShortAndHalvesWhatItHas) {
  const BracketLayout layout(halving(1, 2, 8), 20);
  EXPECT_EQ(layout.n_brackets(), 3);
  EXPECT_EQ(layout.places(layout.bracket(1)), Numbers({8, 4, 2, 1}));
  const Bracket last = layout.bracket(2);
  EXPECT_EQ(last.first_point, 16);
  EXPECT_EQ(last.n_points, 4);
  EXPECT_FALSE(last.is_whole);
  EXPECT_EQ(layout.places(last), Numbers({4, 2, 1, 0}));
  EXPECT_EQ(layout.n_reaching(), Numbers({20, 10, 5, 2}));
  EXPECT_EQ(layout.n_epochs(), 20 + 10 + 5 * 2 + 2 * 4);
  EXPECT_EQ(
      BracketLayout(hyperband(1, 3, 81), 100).places(BracketLayout(hyperband(1, 3, 81), 100).bracket(1)),
      Numbers({19, 6, 2, 0}));
}

TEST(BracketLayout, OfAStudyBelowABracketTheBestGoesOn) {
  const BracketLayout five(halving(1, 2, 8), 5);
  EXPECT_EQ(five.places(five.bracket(0)), Numbers({5, 2, 1, 1}));
  const BracketLayout one(halving(1, 2, 8), 1);
  EXPECT_EQ(one.places(one.bracket(0)), Numbers({1, 1, 1, 1}));
  EXPECT_EQ(one.n_epochs(), 8);
  EXPECT_EQ(BracketLayout(halving(1, 2, 8), 0).n_brackets(), 0);
}

// For all trainings that people have.
TEST(BracketLayout, SizesHoldForEveryTraining) {
  for (std::int64_t most = 2; most <= 1000; ++most) {
    for (std::int64_t eta = 2; eta <= 5; ++eta) {
      for (const std::int64_t least : {std::int64_t{1}, default_min_resource(most), most - 1}) {
        if (least >= most) continue;
        const BracketLayout layout(halving(least, eta, most), 1'000'000'000);
        const Numbers& rungs = layout.rungs();
        std::int64_t size = 1;
        for (std::size_t i = 0; i + 1 < rungs.size(); ++i) {
          ASSERT_LT(rungs[i], rungs[i + 1]);
          if (i + 2 < rungs.size()) {
            ASSERT_EQ(rungs[i] * eta, rungs[i + 1]);
          }
          size *= eta;
        }
        ASSERT_EQ(rungs.back(), most);
        ASSERT_GE(rungs[rungs.size() - 2] * eta, most) << "no rung is missing";
        ASSERT_EQ(layout.round(), size);
        ASSERT_EQ(layout.places(layout.bracket(0)).back(), 1);

        const BracketLayout brackets(hyperband(least, eta, most), 1'000'000'000);
        const Numbers sizes = sizes_of(brackets);
        ASSERT_EQ(sizes.front(), size);
        ASSERT_EQ(sizes.back(), static_cast<std::int64_t>(rungs.size()));
        for (std::size_t i = 0; i < sizes.size(); ++i) {
          const Bracket bracket = brackets.bracket(static_cast<std::int64_t>(i));
          ASSERT_EQ(bracket.first_rung, i);
          ASSERT_GE(brackets.places(bracket).back(), 1) << "somebody reaches the end";
        }
      }
    }
  }
}

TEST(BracketLayout, APointIsInOneBracketAndTheNextInTheSameOrTheNext) {
  std::vector<PrunerDefinition> pruners = {hyperband(2, 2, 10)};
  for (const PrunerKind* kind : pruner_kinds()) {
    if (kind->shapes == nullptr) continue;
    pruners.push_back({kind->word, 1, 3, 9});
    pruners.push_back({kind->word, 1, 3, 27});
  }
  for (const PrunerDefinition& pruner : pruners) {
    for (const std::int64_t n_points : {1, 9, 48, 49, 50, 131}) {
      const BracketLayout layout(pruner, n_points);
      std::int64_t point = 0;
      for (std::int64_t number = 0; number < layout.n_brackets(); ++number) {
        const Bracket bracket = layout.bracket(number);
        ASSERT_EQ(bracket.first_point, point);
        for (std::int64_t i = 0; i < bracket.n_points; ++i) ASSERT_EQ(layout.bracket_of(point++), number);
      }
      ASSERT_EQ(point, n_points);
      const Numbers reaching = layout.n_reaching();
      if (pruner.kind == "successive_halving") {
        ASSERT_EQ(reaching.front(), n_points);
      }
    }
  }
}

// Of every pruner of the table, whatever its numbers.
TEST(PrunerKinds, EachHasAWordOfItsOwnAndBracketsThatComeToTheEnd) {
  EXPECT_EQ(pruner_words().size(), pruner_kinds().size() + 1);
  for (const PrunerKind* kind : pruner_kinds()) {
    EXPECT_EQ(&pruner_kind({kind->word}), kind) << kind->word;
    if (kind->shapes == nullptr) continue;
    for (const std::int64_t eta : {2, 3, 10, 1000}) {
      for (const std::int64_t most : {2, 10, 81, 1'000'000'000}) {
        const BracketLayout layout({kind->word, 1, eta, most}, 1'000'000'000);
        ASSERT_FALSE(layout.shapes().empty()) << kind->word;
        for (std::size_t i = 0; i < layout.shapes().size(); ++i) {
          const BracketShape& shape = layout.shapes()[i];
          ASSERT_LT(shape.first_rung, layout.rungs().size()) << kind->word;
          ASSERT_GE(shape.n_points, 1) << kind->word;
          const Bracket whole{0, shape.first_rung, 0, shape.n_points, true};
          ASSERT_GE(layout.places(whole).back(), 1) << kind->word << ": nobody of bracket " << i;
        }
      }
    }
  }
  EXPECT_THROW(pruner_kind({"none"}), std::logic_error);
}

TEST(BracketLayout, ABillionPointsAreCountedAtOnce) {
  const BracketLayout layout(hyperband(1, 3, 81), 1'000'000'000);
  const std::int64_t rounds = 1'000'000'000 / 143;
  EXPECT_EQ(layout.n_reaching().back(), rounds * 10 + 9) << "of the 142 points that are left";
  EXPECT_GT(layout.n_epochs(), rounds * 1581);
}

}  // namespace
}  // namespace trawl
