#include "trawl/study/definition.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

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
  expect_round_trips<DataDefinition::Split>(2);
  expect_round_trips<DataDefinition::Scaling>(3);
  expect_round_trips<ModelDefinition::Activation>(3);
  expect_round_trips<ModelDefinition::Initializer>(4);
  expect_round_trips<Optimizer>(5);
  expect_round_trips<ObjectiveDefinition::Direction>(2);
  expect_round_trips<ObjectiveDefinition::At>(2);
  expect_round_trips<ClusterDefinition::Isolation>(2);
}

TEST(Words, AreThoseOfJobFiles) {
  EXPECT_STREQ(to_text(ModelDefinition::Initializer::glorot_uniform), "glorot_uniform");
  EXPECT_STREQ(to_text(TrialState::failed), "failed");
}

TEST(Apply, SetsEveryFieldThatMayBeSearched) {
  const LearningRateSchedule schedule{LearningRateSchedule::Kind::cosine, 0.0, 1.0, 0.1, 0};
  const EarlyStoppingDefinition stopping{3, 0.5, false, "val_loss"};
  const std::vector<std::string> normalized = {"hidden_0"};
  const TrialDefinition trial = trawl::apply(StudyDefinition{}, {{"hidden", std::vector<std::int64_t>{7}},
                                                                 {"activation", std::string("tanh")},
                                                                 {"initializer", std::string("he_normal")},
                                                                 {"epochs", std::int64_t{3}},
                                                                 {"optimizer", std::string("adam")},
                                                                 {"learning_rate", 0.5},
                                                                 {"learning_rate_schedule", schedule},
                                                                 {"batch_size", std::int64_t{64}},
                                                                 {"dropout", 0.25},
                                                                 {"batch_normalization", normalized},
                                                                 {"early_stopping", stopping},
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
  EXPECT_EQ(trial.training.dropout, std::vector<double>{0.25});
  EXPECT_EQ(trial.model.batch_normalization, normalized);
  EXPECT_EQ(trial.training.early_stopping, stopping);
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
  const TrialDefinition trial = trawl::apply(study, {{"dropout", 0.5}});
  EXPECT_EQ(trial.training.epochs, 77);
  EXPECT_EQ(trial.model.hidden, (std::vector<std::int64_t>{5, 4}));
}

TEST(Apply, AWholeNumberIsAFloatAndAllIsTheWholeBatch) {
  const TrialDefinition trial =
      trawl::apply(StudyDefinition{}, {{"l2", std::int64_t{1}}, {"batch_size", std::string("all")}});
  EXPECT_EQ(trial.training.l2, 1.0);
  EXPECT_EQ(trial.training.batch_size, TrainingDefinition::kWholeBatch);
}

TEST(Apply, DropoutTakesOneRateOrAList) {
  const std::vector<double> rates = {0.2, 0.5};
  EXPECT_EQ(trawl::apply(StudyDefinition{}, {{"dropout", rates}}).training.dropout, rates);
  StudyDefinition study;
  study.training.dropout = rates;
  EXPECT_EQ(trawl::apply(study, {{"dropout", 0.5}}).training.dropout, std::vector<double>{0.5});
}

TEST(Apply, OffEndsEarlyStoppingAndALabelChangesNothing) {
  StudyDefinition study;
  study.training.early_stopping = EarlyStoppingDefinition{3, 0.0, true, {}};
  EXPECT_FALSE(
      trawl::apply(study, {{"early_stopping", std::string("off")}}).training.early_stopping.has_value());
  EXPECT_TRUE(trawl::apply(study, {{kPointName, std::string("Adam")}}).training.early_stopping.has_value());
}

TEST(LayerProblem, SaysWhatContradictsWhat) {
  const auto problem = [](std::vector<std::int64_t> hidden, std::vector<std::string> normalized,
                          std::vector<double> dropout) {
    ModelDefinition model;
    model.hidden = std::move(hidden);
    model.batch_normalization = std::move(normalized);
    TrainingDefinition training;
    training.dropout = std::move(dropout);
    return layer_problem(model, training);
  };
  EXPECT_EQ(problem({8, 4}, {"hidden_1"}, {0.1, 0.2}), "");
  EXPECT_EQ(problem({}, {}, {0.1}), "");
  EXPECT_EQ(problem({8, 4}, {"hidden_2"}, {0.1}),
            "batch_normalization names hidden_2, but hidden layers are hidden_0 to hidden_1");
  EXPECT_EQ(problem({8}, {"hidden_1"}, {0.1}),
            "batch_normalization names hidden_1, but the only hidden layer is hidden_0");
  EXPECT_EQ(problem({}, {"hidden_0"}, {0.1}),
            "batch_normalization names hidden_0, but the model has no hidden layer");
  EXPECT_EQ(problem({8, 4}, {}, {0.1, 0.2, 0.3}), "dropout has 3 rates for 2 hidden layers");
}

TEST(Apply, UnknownNamesAndOtherTypesAreOurFault) {
  EXPECT_THROW(trawl::apply(StudyDefinition{}, {{"seed", std::int64_t{1}}}), std::logic_error);
  EXPECT_THROW(trawl::apply(StudyDefinition{}, {{"dropout", std::string("a")}}), std::logic_error);
  EXPECT_THROW(trawl::apply(StudyDefinition{}, {{"early_stopping", std::string("on")}}), std::logic_error);
  EXPECT_THROW(trawl::apply(StudyDefinition{}, {{"epochs", 1.5}}), std::logic_error);
  EXPECT_THROW(trawl::apply(StudyDefinition{}, {{"optimizer", std::string("sdg")}}), std::logic_error);
  EXPECT_THROW(trawl::apply(StudyDefinition{}, {{"batch_size", std::string("full")}}), std::logic_error);
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
