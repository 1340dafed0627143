#include "trawl/study/definition.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "trawl/study/trial.hpp"

namespace trawl {
namespace {

using Optimizer = TrainingDefinition::Optimizer;

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
  expect_round_trips<DataDefinition::Source>(3);
  expect_round_trips<DataDefinition::Split>(2);
  expect_round_trips<DataDefinition::Scaling>(3);
  expect_round_trips<ModelDefinition::Activation>(3);
  expect_round_trips<ModelDefinition::Initializer>(4);
  expect_round_trips<Optimizer>(5);
  expect_round_trips<SearchDefinition::Sampler>(3);
  expect_round_trips<ObjectiveDefinition::Metric>(3);
  expect_round_trips<ObjectiveDefinition::Direction>(2);
  expect_round_trips<ObjectiveDefinition::At>(2);
  expect_round_trips<ClusterDefinition::Isolation>(2);
}

TEST(Words, AreThoseOfJobFiles) {
  EXPECT_STREQ(to_text(DataDefinition::Source::synthetic_digits), "synthetic-digits");
  EXPECT_STREQ(to_text(ModelDefinition::Initializer::glorot_uniform), "glorot_uniform");
  EXPECT_STREQ(to_text(TrialState::failed), "failed");
}

TEST(Apply, SetsEveryFieldThatMayBeSearched) {
  const LearningRateSchedule schedule{LearningRateSchedule::Kind::cosine, 0.0, 1.0, 0.1, 0};
  const TrialDefinition trial = apply(StudyDefinition{}, {{"hidden", std::vector<std::int64_t>{7}},
                                                          {"activation", std::string("tanh")},
                                                          {"initializer", std::string("he_normal")},
                                                          {"epochs", std::int64_t{3}},
                                                          {"optimizer", std::string("adam")},
                                                          {"learning_rate", 0.5},
                                                          {"learning_rate_schedule", schedule},
                                                          {"batch_size", std::int64_t{64}},
                                                          {"dropout", 0.25},
                                                          {"l2", 0.125},
                                                          {"momentum", 0.1},
                                                          {"rho", 0.2},
                                                          {"beta_1", 0.3},
                                                          {"beta_2", 0.4},
                                                          {"epsilon", 0.6}});
  EXPECT_EQ(trial.model.hidden, std::vector<std::int64_t>{7});
  EXPECT_EQ(trial.model.activation, ModelDefinition::Activation::tanh);
  EXPECT_EQ(trial.model.initializer, ModelDefinition::Initializer::he_normal);
  EXPECT_EQ(trial.training.epochs, 3);
  EXPECT_EQ(trial.training.optimizer, Optimizer::adam);
  EXPECT_EQ(trial.training.learning_rate, 0.5);
  EXPECT_EQ(trial.training.learning_rate_schedule, schedule);
  EXPECT_EQ(trial.training.batch_size, 64);
  EXPECT_EQ(trial.training.dropout, 0.25);
  EXPECT_EQ(trial.training.l2, 0.125);
  EXPECT_EQ(trial.training.momentum, 0.1);
  EXPECT_EQ(trial.training.rho, 0.2);
  EXPECT_EQ(trial.training.beta_1, 0.3);
  EXPECT_EQ(trial.training.beta_2, 0.4);
  EXPECT_EQ(trial.training.epsilon, 0.6);
}

TEST(Apply, LeavesTheRestAsTheStudyHasIt) {
  StudyDefinition study;
  study.training.epochs = 77;
  study.model.hidden = {5, 4};
  const TrialDefinition trial = apply(study, {{"dropout", 0.5}});
  EXPECT_EQ(trial.training.epochs, 77);
  EXPECT_EQ(trial.model.hidden, (std::vector<std::int64_t>{5, 4}));
}

TEST(Apply, AWholeNumberIsAFloatAndAllIsTheWholeBatch) {
  const TrialDefinition trial =
      apply(StudyDefinition{}, {{"l2", std::int64_t{1}}, {"batch_size", std::string("all")}});
  EXPECT_EQ(trial.training.l2, 1.0);
  EXPECT_EQ(trial.training.batch_size, TrainingDefinition::kWholeBatch);
}

TEST(Apply, UnknownNamesAndOtherTypesAreOurFault) {
  EXPECT_THROW(apply(StudyDefinition{}, {{"seed", std::int64_t{1}}}), std::logic_error);
  EXPECT_THROW(apply(StudyDefinition{}, {{"dropout", std::string("a")}}), std::logic_error);
  EXPECT_THROW(apply(StudyDefinition{}, {{"epochs", 1.5}}), std::logic_error);
  EXPECT_THROW(apply(StudyDefinition{}, {{"optimizer", std::string("sdg")}}), std::logic_error);
  EXPECT_THROW(apply(StudyDefinition{}, {{"batch_size", std::string("full")}}), std::logic_error);
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
