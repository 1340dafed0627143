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
                    {true, std::int64_t{1}, 0.5, std::vector<double>{0.5, 0.1}, LearningRateSchedule{}}}}};
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

TEST(ToJson, NothingSearchedIsAnEmptyList) { EXPECT_EQ(to_json({}), "[]"); }

TEST(ToJson, QuotesAndControlCharactersAreEscaped) {
  const SearchSpace space = {{"a\"b", CategoricalDistribution{{std::string("c\\d\n\u00e9")}}}};
  EXPECT_EQ(to_json(space),
            "[{\"name\": \"a\\\"b\", \"kind\": \"categorical\", \"choices\": [\"c\\\\d\\u000a\u00e9\"]}]");
}

}  // namespace
}  // namespace trawl
