#include "trawl/study/search_space.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace trawl {
namespace {

TEST(ToJson, EveryKindOfDistribution) {
  const SearchSpace space = {
      {"dropout", FloatDistribution{0.0, 0.6, false, 0.1, {}}},
      {"l2", FloatDistribution{1e-6, 0.01, true, {}, 5}},
      {"epochs", IntDistribution{1, 10, false, {}, {}}},
      {"optimizer", CategoricalDistribution{{std::string("sgd"), std::string("adam")}}},
      {"hidden",
       CategoricalDistribution{{std::vector<std::int64_t>{128}, std::vector<std::int64_t>{128, 64}}}},
      {"batch_normalization",
       CategoricalDistribution{{std::vector<std::string>{}, std::vector<std::string>{"hidden_1"}}}},
      {"early_stopping", CategoricalDistribution{{EarlyStoppingDefinition{1, 0.0, true, {}}}}},
      {"mixed", CategoricalDistribution{
                    {true, std::int64_t{1}, 0.5, std::vector<double>{0.5, 0.1}, Form{"constant", {}}}}}};
  EXPECT_EQ(
      to_json(space),
      R"([{"name": "dropout", "kind": "float", "low": 0.0, "high": 0.6, "log": false, "step": 0.1}, )"
      R"({"name": "l2", "kind": "float", "low": 1e-06, "high": 0.01, "log": true, "points": 5}, )"
      R"({"name": "epochs", "kind": "int", "low": 1, "high": 10, "log": false}, )"
      R"({"name": "optimizer", "kind": "categorical", "choices": ["sgd", "adam"]}, )"
      R"({"name": "hidden", "kind": "categorical", "choices": [[128], [128, 64]]}, )"
      R"({"name": "batch_normalization", "kind": "categorical", "choices": [[], ["hidden_1"]]}, )"
      R"({"name": "early_stopping", "kind": "categorical", )"
      R"("choices": ["{patience: 1, min_delta: 0.0, restore_best_weights: true}"]}, )"
      R"({"name": "mixed", "kind": "categorical", "choices": [true, 1, 0.5, [0.5, 0.1], "constant"]}])");
}

TEST(ToJson, ConditionsStandBehindTheDistribution) {
  const SearchSpace space = {
      {"momentum",
       FloatDistribution{0.5, 0.9, false, {}, {}},
       {{"optimizer", {std::string("momentum"), std::string("nesterov")}}, {"epochs", {std::int64_t{2}}}}}};
  EXPECT_EQ(to_json(space),
            R"([{"name": "momentum", "kind": "float", "low": 0.5, "high": 0.9, "log": false, )"
            R"("when": {"optimizer": ["momentum", "nesterov"], "epochs": [2]}}])");
}

TEST(Contains, BoundsStepsAndChoices) {
  const auto real = [](double value) { return ParameterValue(value); };
  const Distribution bounds = FloatDistribution{0.0, 0.6, false, {}, {}};
  EXPECT_TRUE(contains(bounds, real(0.0)) && contains(bounds, real(0.6)) && contains(bounds, real(0.123)));
  EXPECT_FALSE(contains(bounds, real(-0.1)) || contains(bounds, real(0.61)));
  const Distribution lattice = FloatDistribution{0.0, 0.6, false, 0.1, {}};
  EXPECT_TRUE(contains(lattice, real(0.3)) && contains(lattice, real(0.6)));
  EXPECT_FALSE(contains(lattice, real(0.35)) || contains(lattice, real(0.7)));
  const Distribution whole = IntDistribution{10, 41, false, 10, {}};
  EXPECT_TRUE(contains(whole, std::int64_t{40}));
  EXPECT_FALSE(contains(whole, std::int64_t{41}) || contains(whole, std::int64_t{45}) ||
               contains(whole, real(20)));
  const Distribution words = CategoricalDistribution{{std::string("sgd"), true}};
  EXPECT_TRUE(contains(words, true) && contains(words, std::string("sgd")));
  EXPECT_FALSE(contains(words, false) || contains(words, std::string("adam")));
}

TEST(ToJson, NothingSearchedIsAnEmptyList) { EXPECT_EQ(to_json({}), "[]"); }

TEST(ToJson, QuotesAndControlCharactersAreEscaped) {
  const SearchSpace space = {{"a\"b", CategoricalDistribution{{std::string("c\\d\n\u00e9")}}}};
  EXPECT_EQ(to_json(space),
            "[{\"name\": \"a\\\"b\", \"kind\": \"categorical\", \"choices\": [\"c\\\\d\\u000a\u00e9\"]}]");
}

}  // namespace
}  // namespace trawl
