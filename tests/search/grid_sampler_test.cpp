#include "trawl/search/grid_sampler.hpp"

#include <numeric>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "trawl/base/random.hpp"
#include "trawl/study/conditions.hpp"

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

CategoricalDistribution words(const std::vector<std::string>& all) {
  CategoricalDistribution categories;
  for (const std::string& word : all) categories.choices.emplace_back(word);
  return categories;
}

std::vector<std::string> texts_of(const GridSampler& grid) {
  std::vector<std::string> texts;
  for (std::int64_t i = 0; i < grid.n_points(); ++i) texts.push_back(to_text(grid.point(i)));
  return texts;
}

TEST(GridSampler, PointsThatDifferInInactiveParametersAreOne) {
  const Condition only_nesterov{"optimizer", {std::string("nesterov")}};
  const GridSampler grid({{"optimizer", words({"sgd", "nesterov"})},
                          {"momentum", FloatDistribution{0.5, 0.9, false, 0.4, {}}, {only_nesterov}},
                          {"epochs", IntDistribution{1, 2, false, 1, {}}}});
  EXPECT_EQ(texts_of(grid),
            (std::vector<std::string>{
                "optimizer=sgd epochs=1", "optimizer=sgd epochs=2",
                "optimizer=nesterov momentum=0.5 epochs=1", "optimizer=nesterov momentum=0.5 epochs=2",
                "optimizer=nesterov momentum=0.9 epochs=1", "optimizer=nesterov momentum=0.9 epochs=2"}));
}

// What the definition says in so many words: the whole product in its order, the first of equal points.
std::vector<std::string> by_brute_force(const SearchSpace& space) {
  SearchSpace product = space;
  for (SearchDimension& dimension : product) dimension.when.clear();
  const GridSampler all(product);
  std::set<std::string> seen;
  std::vector<std::string> texts;
  for (std::int64_t i = 0; i < all.n_points(); ++i) {
    const std::string text = to_text(active_parameters(space, all.point(i)));
    if (seen.insert(text).second) texts.push_back(text);
  }
  return texts;
}

TEST(GridSampler, AConditionalGridIsTheProductWithoutRepetitions) {
  RandomStream random(StreamKey(3));
  for (int round = 0; round < 200; ++round) {
    SearchSpace space;
    const std::size_t n = 1 + random.below(5);
    for (std::size_t i = 0; i < n; ++i)
      space.push_back({"p" + std::to_string(i), numbers(1 + static_cast<std::int64_t>(random.below(3)))});
    // Conditions lead from a later one of a shuffled order to an earlier one, so in no circle.
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    random.shuffle(order.begin(), order.end());
    for (std::size_t i = 1; i < n; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (random.below(3) != 0) continue;
        const auto& choices = std::get<CategoricalDistribution>(space[order[j]].distribution).choices;
        Condition condition{space[order[j]].name, {choices[random.below(choices.size())]}};
        space[order[i]].when.push_back(condition);
      }
    }
    EXPECT_EQ(texts_of(GridSampler(space)), by_brute_force(space)) << to_json(space);
  }
}

TEST(GridSampler, AHugeConditionalGridIsCountedToo) {
  SearchSpace space = {{"word", words({"a", "b"})},
                       {"number", numbers(1000), {{"word", {std::string("b")}}}}};
  for (int i = 0; i < 7; ++i)
    space.insert(space.begin() + i % 3, SearchDimension{"p" + std::to_string(i), numbers(100)});
  const GridSampler grid(space);
  EXPECT_EQ(grid.n_points(), 1001 * 100'000'000'000'000);
  EXPECT_EQ(*find_parameter(grid.point(grid.n_points() - 1), "number"), ParameterValue(std::int64_t{999}));
  EXPECT_EQ(find_parameter(grid.point(0), "number"), nullptr);
}

}  // namespace
}  // namespace trawl
