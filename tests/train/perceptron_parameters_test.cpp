#include "trawl/train/perceptron_parameters.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/train/perceptron_study.hpp"
#include "trawl/train/perceptron_declaration.hpp"

namespace trawl {
namespace {

TEST(TrialDefinition, SetsEveryFieldThatMayBeSearched) {
  const LearningRateSchedule schedule{LearningRateSchedule::Kind::cosine, 0.0, 1.0, 0.1, 0};
  const EarlyStoppingDefinition stopping{3, 0.5, false, "val_loss"};
  const std::vector<std::string> normalized = {"hidden_0"};
  const TrialDefinition trial =
      trial_definition(StudyDefinition{}, {{"hidden", std::vector<std::int64_t>{7}},
                                           {"activation", std::string("tanh")},
                                           {"initializer", std::string("he_normal")},
                                           {"epochs", std::int64_t{3}},
                                           {"optimizer", std::string("adam")},
                                           {"learning_rate", 0.5},
                                           {"learning_rate_schedule", form_of(schedule)},
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
  EXPECT_EQ(trial.model.activation, "tanh");
  EXPECT_EQ(trial.model.initializer, "he_normal");
  EXPECT_EQ(trial.training.epochs, 3);
  EXPECT_EQ(trial.training.optimizer, "adam");
  EXPECT_EQ(trial.training.learning_rate, 0.5);
  EXPECT_EQ(trial.training.learning_rate_schedule, schedule);
  EXPECT_EQ(trial.training.batch_size, 64);
  EXPECT_EQ(trial.training.dropout, std::vector<double>{0.25});
  EXPECT_EQ(trial.model.batch_normalization, normalized);
  EXPECT_EQ(trial.training.early_stopping, stopping);
  EXPECT_EQ(trial.training.l2, 0.125);
  EXPECT_EQ(trial.training.settings["momentum"], 0.1);
  EXPECT_EQ(trial.training.settings["rho"], 0.2);
  EXPECT_EQ(trial.training.settings["beta_1"], 0.3);
  EXPECT_EQ(trial.training.settings["beta_2"], 0.4);
  EXPECT_EQ(trial.training.settings["epsilon"], 0.6);
}

TEST(TrialDefinition, LeavesTheRestAsTheStudyHasIt) {
  PerceptronStudy study;
  study.training.epochs = 77;
  study.model.hidden = {5, 4};
  const TrialDefinition trial = trial_definition(study, {{"dropout", 0.5}});
  EXPECT_EQ(trial.training.epochs, 77);
  EXPECT_EQ(trial.model.hidden, (std::vector<std::int64_t>{5, 4}));
}

TEST(TrialDefinition, AWholeNumberIsAFloatAndAllIsTheWholeBatch) {
  const TrialDefinition trial =
      trial_definition(StudyDefinition{}, {{"l2", std::int64_t{1}}, {"batch_size", std::string("all")}});
  EXPECT_EQ(trial.training.l2, 1.0);
  EXPECT_EQ(trial.training.batch_size, TrainingDefinition::kWholeBatch);
}

TEST(TrialDefinition, DropoutTakesOneRateOrAList) {
  const std::vector<double> rates = {0.2, 0.5};
  EXPECT_EQ(trial_definition(StudyDefinition{}, {{"dropout", rates}}).training.dropout, rates);
  PerceptronStudy study;
  study.training.dropout = rates;
  EXPECT_EQ(trial_definition(study, {{"dropout", 0.5}}).training.dropout, std::vector<double>{0.5});
}

TEST(TrialDefinition, OffEndsEarlyStoppingAndALabelChangesNothing) {
  PerceptronStudy study;
  study.training.early_stopping = EarlyStoppingDefinition{3, 0.0, true, {}};
  EXPECT_FALSE(
      trial_definition(study, {{"early_stopping", std::string("off")}}).training.early_stopping.has_value());
  EXPECT_TRUE(
      trial_definition(study, {{kPointName, std::string("Adam")}}).training.early_stopping.has_value());
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

TEST(TrialDefinition, UnknownNamesAndOtherTypesAreOurFault) {
  EXPECT_THROW(trial_definition(StudyDefinition{}, {{"seed", std::int64_t{1}}}), std::logic_error);
  EXPECT_THROW(trial_definition(StudyDefinition{}, {{"dropout", std::string("a")}}), std::logic_error);
  EXPECT_THROW(trial_definition(StudyDefinition{}, {{"early_stopping", std::string("on")}}),
               std::logic_error);
  EXPECT_THROW(trial_definition(StudyDefinition{}, {{"epochs", 1.5}}), std::logic_error);
  EXPECT_THROW(trial_definition(StudyDefinition{}, {{"optimizer", std::string("sdg")}}), std::logic_error);
  EXPECT_THROW(trial_definition(StudyDefinition{}, {{"batch_size", std::string("full")}}), std::logic_error);
}

TEST(LearningRateSchedule, IsWrittenAsInAJobFile) {
  using Kind = LearningRateSchedule::Kind;
  EXPECT_EQ(to_text(form_of(LearningRateSchedule{})), "constant");
  EXPECT_EQ(to_text(form_of(LearningRateSchedule{Kind::inverse_time, 1e-4, 1, 0, 0})),
            "{inverse_time: {decay: 0.0001}}");
  EXPECT_EQ(to_text(form_of(LearningRateSchedule{Kind::exponential, 0, 0.5, 0, 100})),
            "{exponential: {rate: 0.5, updates: 100}}");
  EXPECT_EQ(to_text(form_of(LearningRateSchedule{Kind::step, 0, 0.5, 0, 10})),
            "{step: {rate: 0.5, updates: 10}}");
  EXPECT_EQ(to_text(form_of(LearningRateSchedule{Kind::exponential, 0, 0.5, 0, 0})),
            "{exponential: {rate: 0.5}}");
  EXPECT_EQ(to_text(form_of(LearningRateSchedule{Kind::cosine, 0, 1, 0.1, 7})),
            "{cosine: {floor: 0.1, updates: 7}}");
}

TEST(LearningRateSchedule, ReadsBackFromItsForm) {
  using Kind = LearningRateSchedule::Kind;
  for (const FormRule& rule : schedule_forms()) {
    EXPECT_EQ(form_of(schedule_of(Form{rule.word, {}})).word, rule.word);
  }
  const LearningRateSchedule schedule{Kind::cosine, 0, 1, 0.1, 7};
  EXPECT_EQ(schedule_of(form_of(schedule)), schedule);
  EXPECT_THROW(schedule_of(Form{"linear", {}}), std::logic_error);
}

TEST(PerceptronParameters, ReadBackFromWhatTheySet) {
  TrialDefinition definition;
  definition.model.hidden = {9};
  definition.training.batch_size = TrainingDefinition::kWholeBatch;
  definition.training.settings["rho"] = 0.5;
  definition.training.early_stopping = EarlyStoppingDefinition{3, 0.0, true, {}};
  StudyDefinition study;
  study.parameters = parameters_of(definition);
  EXPECT_EQ(*find_parameter(study.parameters, "batch_size"), ParameterValue(std::string("all")));
  EXPECT_EQ(parameters_of(trial_definition(study, {})), study.parameters);
}

TEST(PerceptronParameters, HaveTheInitialValuesOfATraining) {
  Parameters initial;
  for (const ParameterDeclaration& parameter : perceptron_parameters()) {
    EXPECT_TRUE(parameter.rule.is_for_parameters()) << parameter.name;
    initial.emplace_back(parameter.name, parameter.initial);
  }
  EXPECT_EQ(initial, parameters_of({}));
}

TEST(PerceptronParameters, OfOptimizersSayWhoTakesThem) {
  const ParameterTable& table = perceptron_parameters();
  const auto epsilon =
      std::find_if(table.begin(), table.end(), [](const auto& p) { return p.name == "epsilon"; });
  ASSERT_NE(epsilon, table.end());
  EXPECT_EQ(epsilon->meaning, "of rmsprop and adam");
  ASSERT_TRUE(epsilon->only_with.has_value());
  EXPECT_EQ(epsilon->only_with->words, (std::vector<std::string>{"rmsprop", "adam"}));
}

TEST(PerceptronDeclaration, RanksByAMetricOfItsTable) {
  const ProgramDeclaration& program = perceptron_declaration();
  EXPECT_EQ(program.metrics.direction_of(program.metric), Direction::maximize);
}

}  // namespace
}  // namespace trawl
