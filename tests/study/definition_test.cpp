#include "trawl/study/definition.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "trawl/study/trial.hpp"

namespace trawl {
namespace {

template <class Enum>
void expect_round_trips(std::size_t n) {
  const std::vector<std::string> words = words_of<Enum>();
  ASSERT_EQ(words.size(), n);
  for (std::size_t i = 0; i < n; ++i) {
    Enum value{};
    ASSERT_TRUE(from_text(words[i], value)) << words[i];
    EXPECT_EQ(static_cast<std::size_t>(value), i);
    EXPECT_EQ(to_text(value), words[i]);
  }
  Enum value{};
  EXPECT_FALSE(from_text("", value));
  EXPECT_FALSE(from_text(words[0] + "x", value));
}

TEST(Words, OfEveryEnumerationReadBack) {
  expect_round_trips<DataDefinition::Split>(2);
  expect_round_trips<DataDefinition::Scaling>(3);
  expect_round_trips<ObjectiveDefinition::Direction>(2);
  expect_round_trips<ObjectiveDefinition::At>(2);
  expect_round_trips<ClusterDefinition::Isolation>(2);
}

TEST(Words, AreThoseOfJobFiles) { EXPECT_STREQ(to_text(TrialState::failed), "failed"); }

TEST(ValueAt, IsThePointsOrTheFixedOne) {
  StudyDefinition study;
  study.parameters = {{"l2", 0.5}, {"epochs", std::int64_t{3}}};
  EXPECT_EQ(value_at(study, {{"l2", 0.25}}, "l2"), ParameterValue(0.25));
  EXPECT_EQ(value_at(study, {{"l2", 0.25}}, "epochs"), ParameterValue(std::int64_t{3}));
  EXPECT_THROW(value_at(study, {}, "depth"), std::logic_error);
}

TEST(Searched, ByChoicesBoundsAListOrConditions) {
  SearchDefinition space;
  space.space = {{"a", CategoricalDistribution{{1.0, 2.0}}},
                 {"b", FloatDistribution{}, {{"a", {ParameterValue(1.0)}}}}};
  EXPECT_EQ(searched_values(space, "a"), (std::vector<ParameterValue>{1.0, 2.0}));
  EXPECT_TRUE(searched_values(space, "b").empty());
  EXPECT_TRUE(is_searched(space, "b"));
  EXPECT_FALSE(is_always_searched(space, "b"));
  EXPECT_TRUE(is_always_searched(space, "a"));
  EXPECT_FALSE(is_searched(space, "c"));
  SearchDefinition list;
  list.trials = {{{"a", 1.0}}, {{"a", 3.0}}};
  EXPECT_EQ(searched_values(list, "a"), (std::vector<ParameterValue>{1.0, 3.0}));
  EXPECT_TRUE(is_always_searched(list, "a"));
}

TEST(StudyDefinition, CountsTrials) {
  StudyDefinition study;
  study.search.n_points = 12;
  study.search.repeats = 3;
  EXPECT_EQ(study.n_trials(), 36);
}

TEST(TrialSeed, DependsOnSeedPointAndRepeatAlone) {
  EXPECT_EQ(trial_seed(7, 3, 1), trial_seed(7, 3, 1));
  EXPECT_NE(trial_seed(7, 3, 1), trial_seed(7, 1, 3));
  EXPECT_NE(trial_seed(7, 3, 1), trial_seed(8, 3, 1));
  EXPECT_EQ(trial_seed(7, 3, 1), 15824191162267117105U);
}

}  // namespace
}  // namespace trawl
