#include <gtest/gtest.h>

#include "job_text.hpp"

namespace trawl {
namespace {

TrainingDefinition training_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return trial_definition(job_of("study: a\ntraining: {" + text + "}\n", overrides).definition, {}).training;
}

TEST(Dropout, IsOneRateOrOneAHiddenLayer) {
  EXPECT_EQ(training_of("dropout: 0.2").dropout, std::vector<double>{0.2});
  EXPECT_EQ(training_of("dropout: [0.2, 0.5]").dropout, (std::vector<double>{0.2, 0.5}));
  EXPECT_EQ(training_of("dropout: [0.2]").dropout, std::vector<double>{0.2});
  EXPECT_EQ(
      refusal("study: a\ntraining:\n  dropout: [0.2, 1.0]\n"),
      "x.yaml:3: training.dropout: found 1.0; allowed: a number, 0 <= x < 1, or a list with one for each "
      "hidden layer, such as [0.2, 0.5]");
  EXPECT_EQ(refusal("study: a\ntraining:\n  dropout: []\n").substr(0, 46),
            "x.yaml:3: training.dropout: found []; allowed:");
}

TEST(Dropout, ChoicesMayMixRatesAndLists) {
  const JobFile job = job_of("study: a\nsearch: {space: {dropout: {choices: [0, 0.2, [0.2, 0.5]]}}}\n");
  EXPECT_EQ(to_json(job.definition.search.space),
            R"([{"name": "dropout", "kind": "categorical", "choices": [0.0, 0.2, [0.2, 0.5]]}])");
  EXPECT_EQ(job_of(job.resolved).resolved, job.resolved);
  EXPECT_EQ(refusal("study: a\nsearch: {space: {dropout: {low: [0.1, 0.2], high: 0.5}}}\n"),
            "x.yaml:2: search.space.dropout.low: found a list; allowed: a number, 0 <= x < 1");
}

TEST(BatchNormalization, NamesHiddenLayers) {
  const auto layers = [](const std::string& list) {
    const JobFile job = job_of("study: a\nmodel: {batch_normalization: " + list + "}\n");
    return trial_definition(job.definition, {}).model.batch_normalization;
  };
  EXPECT_EQ(layers("[hidden_1, hidden_0]"), (std::vector<std::string>{"hidden_0", "hidden_1"}));
  EXPECT_TRUE(layers("[]").empty());
  for (const char* wrong : {"[output]", "[hidden_01]", "[hidden_]", "[1]", "hidden_1"}) {
    EXPECT_NE(
        refusal("study: a\nmodel:\n  batch_normalization: " + std::string(wrong) + "\n")
            .find(
                "allowed: a list of hidden layers (the first is hidden_0), such as [hidden_1]; [] for none"),
        std::string::npos)
        << wrong;
  }
  EXPECT_EQ(refusal("study: a\nmodel: {batch_normalization: [hidden_1, hidden_1]}\n"),
            "x.yaml:2: model.batch_normalization: found hidden_1 twice; every layer counts once");
  const JobFile job =
      job_of("study: a\nsearch: {space: {batch_normalization: {choices: [[], [hidden_1]]}}}\n");
  EXPECT_EQ(to_json(job.definition.search.space),
            R"([{"name": "batch_normalization", "kind": "categorical", "choices": [[], ["hidden_1"]]}])");
  EXPECT_EQ(job_of(job.resolved).resolved, job.resolved);
}

TEST(Layers, ThatContradictEachOtherAreRefusedBeforeAnythingRuns) {
  const auto job = [](const std::string& hidden, const std::string& more) {
    return "study: a\nmodel:\n  hidden: " + hidden + "\n" + more;
  };
  EXPECT_EQ(
      refusal(job("[8]", "  batch_normalization: [hidden_1]\n")),
      "x.yaml:4: model.batch_normalization: batch_normalization names hidden_1, but the only hidden layer "
      "is hidden_0");
  EXPECT_EQ(refusal(job("[8]", "training: {dropout: [0.1, 0.2]}\n")),
            "x.yaml:4: training.dropout: dropout has 2 rates for 1 hidden layer");
  EXPECT_EQ(
      refusal(job("[]", "search: {space: {batch_normalization: {choices: [[], [hidden_0]]}}}\n")),
      "x.yaml:4: search.space.batch_normalization: batch_normalization names hidden_0, but the model has "
      "no hidden layer, with batch_normalization=[hidden_0]");
  EXPECT_EQ(refusal("study: a\ntraining: {dropout: [0.1, 0.2]}\nsearch: {space: {hidden: {choices: [[8, 8], "
                    "[8]]}}}\n"),
            "x.yaml:2: training.dropout: dropout has 2 rates for 1 hidden layer, with hidden=[8]");
  EXPECT_EQ(refusal(job("[8]", "search: {space: {dropout: {low: 0.0, high: 0.5}}}\n")), "");
}

TEST(EarlyStopping, IsOffOrAMapWithDefaults) {
  EXPECT_FALSE(training_of("epochs: 1").early_stopping);
  EXPECT_FALSE(training_of("early_stopping: off").early_stopping);
  EXPECT_EQ(training_of("early_stopping: {patience: 3}").early_stopping,
            (EarlyStoppingDefinition{3, 0.0, true, ""}));
  EXPECT_EQ(training_of("early_stopping: {metric: val_loss, restore_best_weights: false, min_delta: 1e-3, "
                        "patience: 3}")
                .early_stopping,
            (EarlyStoppingDefinition{3, 1e-3, false, "val_loss"}));
}

TEST(EarlyStopping, SetReachesItsParts) {
  EXPECT_EQ(
      training_of("early_stopping: {patience: 3, min_delta: 0.5}", {"training.early_stopping.patience=5"})
          .early_stopping,
      (EarlyStoppingDefinition{5, 0.5, true, ""}));
  EXPECT_EQ(
      training_of("early_stopping: off", {"training.early_stopping.patience=5"}).early_stopping->patience, 5);
  EXPECT_FALSE(training_of("early_stopping: {patience: 3}", {"training.early_stopping=off"}).early_stopping);
  const std::string searched =
      "study: a\nsearch: {space: {early_stopping: {choices: [off, {patience: 3}]}, l2: {choices: [0, 1]}}}\n";
  const JobFile job = job_of(searched, {"training.early_stopping.patience=5"});
  EXPECT_EQ(job.definition.search.space.size(), 1U);
  EXPECT_EQ(trial_definition(job.definition, {}).training.early_stopping->patience, 5);
  EXPECT_EQ(job_of(job_of(searched).resolved).resolved, job_of(searched).resolved);
}

TEST(EarlyStopping, WhatIsWrongNamesKeyAndLine) {
  const auto message = [](const std::string& value) {
    return refusal("study: a\ntraining:\n  early_stopping: " + value + "\n");
  };
  EXPECT_EQ(message("on").substr(0, 66),
            "x.yaml:3: training.early_stopping: found on; allowed: off, or {pat");
  EXPECT_EQ(message("{min_delta: 1}").substr(0, 57),
            "x.yaml:3: training.early_stopping: patience is missing; a");
  EXPECT_EQ(
      message("{patience: 3, patienc: 3}"),
      "x.yaml:3: training.early_stopping.patienc: unknown key; did you mean patience? (allowed: patience, "
      "min_delta, restore_best_weights, metric)");
  EXPECT_EQ(
      message("{patience: 3, patience: 4}"),
      "x.yaml:3: training.early_stopping.patience: the key stands here twice, first on line 3; remove one");
  EXPECT_EQ(message("{patience: -1}"),
            "x.yaml:3: training.early_stopping.patience: found -1; allowed: a whole number >= 0");
  EXPECT_EQ(message("{patience: 3, min_delta: -1}"),
            "x.yaml:3: training.early_stopping.min_delta: found -1; allowed: a number >= 0");
  EXPECT_EQ(message("{patience: 3, restore_best_weights: yes}"),
            "x.yaml:3: training.early_stopping.restore_best_weights: found yes; allowed: true or false");
  EXPECT_EQ(message("{patience: 3, metric: loss}").substr(0, 70),
            "x.yaml:3: training.early_stopping.metric: found loss; allowed: val_los");
}

}  // namespace
}  // namespace trawl
