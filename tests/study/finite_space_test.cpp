#include "trawl/study/finite_space.hpp"

#include <limits>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "trawl/study/space_grid.hpp"

namespace trawl {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

SearchSpace plain() {
  return {{"momentum", FloatDistribution{0.0, 0.9, false, 0.3, {}}},
          {"batch_size", IntDistribution{8, 12, true, {}, {}}},
          {"width", IntDistribution{10, 45, false, 10, {}}},
          {"optimizer", CategoricalDistribution{{std::string("sgd"), std::string("adam")}}}};
}

// sgd: momentum 4, and with 0.9 beside it flag 2; adam: 1. The widths do not depend on anything.
SearchSpace conditional() {
  return {{"flag", CategoricalDistribution{{true, false}}, {{"momentum", {0.9}}}},
          {"momentum", FloatDistribution{0.0, 0.9, false, 0.3, {}}, {{"optimizer", {std::string("sgd")}}}},
          {"optimizer", CategoricalDistribution{{std::string("sgd"), std::string("adam")}}},
          {"width", IntDistribution{1, 3, false, {}, {}}},
          {"rate", IntDistribution{1, 1000, false, {}, {}}, {{"optimizer", {std::string("adam")}}}}};
}

void expect_each_once(const FiniteSpace& space) {
  std::set<std::string> seen;
  for (std::int64_t i = 0; i < *space.n_points(); ++i) {
    const Parameters point = space.point(i);
    EXPECT_TRUE(seen.insert(to_text(point)).second) << to_text(point);
    EXPECT_EQ(space.index_of(point), i);
  }
}

TEST(FiniteSpace, HasEveryCombinationOnce) {
  const FiniteSpace space(plain());
  ASSERT_EQ(space.n_points(), 4 * 5 * 4 * 2);
  expect_each_once(space);
  EXPECT_EQ(to_text(space.point(0)), "momentum=0.0 batch_size=8 width=10 optimizer=sgd");
  EXPECT_EQ(to_text(space.point(159)), "momentum=0.9 batch_size=12 width=40 optimizer=adam");
}

TEST(FiniteSpace, PointsThatDifferInWhatIsInactiveAreOne) {
  const FiniteSpace space(conditional());
  ASSERT_EQ(space.n_points(), 3 * (3 + 2) + 3 * 1000);
  expect_each_once(space);
}

TEST(FiniteSpace, HasThePointsOfTheGrid) {
  SearchSpace space = conditional();
  space.pop_back();
  std::get<IntDistribution>(space[3].distribution).step = 1;
  const SpaceGrid grid(space);
  const FiniteSpace points(space);
  ASSERT_EQ(points.n_points(), grid.n_points());
  std::set<std::int64_t> indices;
  for (std::int64_t i = 0; i < *grid.n_points(); ++i) indices.insert(points.index_of(grid.point(i)));
  EXPECT_EQ(static_cast<std::int64_t>(indices.size()), *grid.n_points());
}

TEST(FiniteSpace, CountsWithoutListingValues) {
  const IntDistribution wide{-1'000'000'000, 999'999'999, false, {}, {}};
  const FiniteSpace space({{"a", wide}, {"b", wide}});
  ASSERT_EQ(space.n_points(), 4'000'000'000'000'000'000);
  EXPECT_EQ(to_text(space.point(3'999'999'999'999'999'999)), "a=999999999 b=999999999");
  EXPECT_EQ(space.index_of(space.point(1'234'567'890'123'456'789)), 1'234'567'890'123'456'789);
  EXPECT_FALSE(FiniteSpace({{"a", wide}, {"b", wide}, {"c", wide}}).n_points()) << "more than 64 bits";
  EXPECT_FALSE(FiniteSpace({{"a", IntDistribution{0, kMost, false, {}, {}}}}).n_points());
}

TEST(FiniteSpace, AFloatWithoutStepHasNoLimitUnlessItHasOneValue) {
  SearchSpace space = plain();
  space.push_back({"l2", FloatDistribution{0.0, 0.1, false, {}, 4}});  // points: of grids
  EXPECT_FALSE(FiniteSpace(space).n_points());
  space.back().distribution = FloatDistribution{0.1, 0.1, false, {}, {}};
  EXPECT_EQ(FiniteSpace(space).n_points(), 160);
  space = conditional();
  space.push_back({"l2", FloatDistribution{0.0, 0.1, false, {}, {}}, {{"flag", {false}}}});
  EXPECT_FALSE(FiniteSpace(space).n_points()) << "active at some points";
}

}  // namespace
}  // namespace trawl
