#include "trawl/search/grid_sampler.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace trawl {
namespace {

CategoricalDistribution numbers(std::int64_t n) {
  CategoricalDistribution categories;
  for (std::int64_t i = 0; i < n; ++i) categories.choices.emplace_back(i);
  return categories;
}

TEST(GridSampler, TheLastKeyChangesFastest) {
  const GridSampler grid({{"optimizer", CategoricalDistribution{{std::string("sgd"), std::string("adam")}}},
                          {"dropout", FloatDistribution{0.0, 0.4, false, 0.2, {}}}});
  ASSERT_EQ(grid.n_points(), 6);
  const char* expected[] = {"optimizer=sgd dropout=0.0",  "optimizer=sgd dropout=0.2",
                            "optimizer=sgd dropout=0.4",  "optimizer=adam dropout=0.0",
                            "optimizer=adam dropout=0.2", "optimizer=adam dropout=0.4"};
  for (std::int64_t i = 0; i < 6; ++i) EXPECT_EQ(to_text(grid.point(i)), expected[i]);
}

TEST(GridSampler, EveryPointOnce) {
  for (const std::vector<std::int64_t>& sizes :
       {std::vector<std::int64_t>{1}, {7}, {4, 3, 3, 3}, {2, 1, 5}, {1, 1, 1}, {11, 13}}) {
    SearchSpace space;
    std::int64_t product = 1;
    for (const std::int64_t size : sizes) {
      space.push_back({"p" + std::to_string(space.size()), numbers(size)});
      product *= size;
    }
    const GridSampler grid(space);
    ASSERT_EQ(grid.n_points(), product);
    std::set<std::string> seen;
    for (std::int64_t i = 0; i < product; ++i) seen.insert(to_text(grid.point(i)));
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(product));
  }
}

TEST(GridSampler, ValuesThatRoundToOneAreOnePoint) {
  EXPECT_EQ(GridSampler({{"epochs", IntDistribution{1, 3, false, {}, 10}}}).n_points(), 3);
}

TEST(GridSampler, AHugeGridIsCountedWithoutBuildingIt) {
  SearchSpace space;
  for (int i = 0; i < 9; ++i) space.push_back({"p" + std::to_string(i), numbers(100)});
  const GridSampler grid(space);
  EXPECT_EQ(grid.n_points(), 1'000'000'000'000'000'000);
  EXPECT_EQ(grid.point(grid.n_points() - 1)[0].second, ParameterValue(std::int64_t{99}));
  space.push_back({"p9", numbers(100)});
  EXPECT_THROW(GridSampler{space}, std::logic_error);
}

}  // namespace
}  // namespace trawl
