#include <gtest/gtest.h>

#include "job_text.hpp"

namespace trawl {
namespace {

std::string warnings(const std::string& text) {
  std::string all;
  for (const std::string& warning : job_of(text).warnings) all += warning + "\n";
  return all;
}

TEST(Warnings, RankingASearchOverL2ByTheLoss) {
  const std::string space = "search: {space: {l2: {low: 0.0, high: 1.0}}}\n";
  EXPECT_EQ(warnings("study: a\nobjective: {metric: val_loss}\n" + space).substr(0, 48),
            "the search over l2 is ranked by val_loss, which ");
  EXPECT_NE(warnings("study: a\nobjective: {metric: val_loss}\nsearch: {sampler: list, trials: [{l2: 0}]}\n"),
            "");
  EXPECT_EQ(warnings("study: a\nobjective: {metric: val_cross_entropy}\n" + space), "");
  EXPECT_EQ(warnings("study: a\nobjective: {metric: val_loss}\n"), "");
}

TEST(Warnings, NumbersThatTheOptimizerDoesNotUse) {
  EXPECT_EQ(warnings("study: a\ntraining: {optimizer: adam, momentum: 0.9}\n"),
            "momentum has no effect: it is for momentum and nesterov, and the optimizer is adam\n");
  EXPECT_EQ(warnings("study: a\nsearch: {space: {rho: {low: 0.1, high: 0.9}}}\n"),
            "rho has no effect: it is for rmsprop, and the optimizer is sgd\n");
  EXPECT_EQ(warnings("study: a\ntraining: {optimizer: nesterov, momentum: 0.9}\n"), "");
  EXPECT_EQ(
      warnings(
          "study: a\ntraining: {momentum: 0.8}\nsearch: {space: {optimizer: {choices: [sgd, momentum]}}}\n"),
      "");
}

TEST(Warnings, ATimeoutThatNobodyCanKeep) {
  EXPECT_NE(warnings("study: a\ncluster: {isolation: none, trial_timeout: 5}\n"), "");
  EXPECT_EQ(warnings("study: a\ncluster: {trial_timeout: 5}\n"), "");
}

TEST(Warnings, DesignsOfMorePointsThanTheSpaceHas) {
  const auto said = [](const std::string& sampler, const std::string& space, int n) {
    return warnings("study: a\nsearch: {sampler: " + sampler + ", n_trials: " + std::to_string(n) +
                    ", space: {optimizer: {choices: [sgd, adam]}, " + space + "}}\n");
  };
  for (const std::string sampler : {"sobol", "lhs"}) {
    EXPECT_EQ(
        said(sampler, "batch_size: {low: 8, high: 10}", 7),
        "the space has 6 points and n_trials is 7: sampler: " + sampler +
            " tries some of them more than once; random tries none twice, and grid each of them once\n");
    EXPECT_EQ(said(sampler, "batch_size: {low: 8, high: 10}", 6), "");
    EXPECT_EQ(said(sampler, "l2: {low: 0, high: 1}", 100), "");
  }
  EXPECT_EQ(said("random", "batch_size: {low: 8, high: 10}", 7), "") << "that is an error";
  EXPECT_EQ(said("lhs", "l2: {low: 0, high: 1, points: 3}", 9),
            "search.space.l2: points has no effect with sampler: lhs\n");
}

TEST(Warnings, DropoutWithoutHiddenLayers) {
  const std::string warning = "dropout has no effect: it is for hidden layers, and model.hidden is []\n";
  EXPECT_EQ(warnings("study: a\nmodel: {hidden: []}\ntraining: {dropout: 0.1}\n"), warning);
  EXPECT_EQ(warnings("study: a\nmodel: {hidden: []}\nsearch: {space: {dropout: {low: 0, high: 0.5}}}\n"),
            warning);
  EXPECT_EQ(warnings("study: a\ntraining: {dropout: 0.1}\nsearch: {space: {hidden: {choices: [[]]}}}\n"),
            warning);
  EXPECT_EQ(warnings("study: a\ntraining: {dropout: 0.1}\nsearch: {space: {hidden: {choices: [[], [4]]}}}\n"),
            "");
  EXPECT_EQ(warnings("study: a\nmodel: {hidden: []}\ntraining: {dropout: 0.0}\n"), "");
}

TEST(Warnings, RowsThatAreNormalizedAlone) {
  const std::string warning = "batch_size 1 goes with batch_normalization: a mini-batch of one row is ";
  const auto beginning = [&](const std::string& text) { return warnings(text).substr(0, warning.size()); };
  const std::string model = "study: a\nmodel: {batch_normalization: [hidden_0]}\n";
  EXPECT_EQ(beginning(model + "training: {batch_size: 1}\n"), warning);
  EXPECT_EQ(beginning(model + "search: {space: {batch_size: {choices: [1, 8]}}}\n"), warning);
  EXPECT_EQ(beginning(model + "search: {space: {batch_size: {low: 1, high: 8}}}\n"), warning);
  EXPECT_EQ(warnings(model + "search: {space: {batch_size: {low: 2, high: 8}}}\n"), "");
  EXPECT_EQ(beginning(model + "search: {sampler: list, trials: [{batch_size: 1}, {l2: 1}]}\n"), warning);
  EXPECT_EQ(warnings("study: a\nsearch: {sampler: list, trials: [{batch_size: 1}, {batch_normalization: "
                     "[hidden_0]}]}\n"),
            "");
}

TEST(Warnings, PatienceThatOutlastsTheTraining) {
  EXPECT_EQ(warnings("study: a\ntraining: {epochs: 4, early_stopping: {patience: 3}}\n"),
            "early_stopping never ends a training early: its patience is 3, of 4 epochs\n");
  EXPECT_EQ(warnings("study: a\ntraining: {epochs: 5, early_stopping: {patience: 3}}\n"), "");
  EXPECT_EQ(warnings("study: a\ntraining: {epochs: 4}\nsearch: {sampler: list, trials: [{early_stopping: "
                     "{patience: 9}}, {l2: 0}]}\n"),
            "early_stopping never ends a training early: its patience is 9, of 4 epochs\n");
}

TEST(Warnings, LookingForTheWorst) {
  EXPECT_EQ(warnings("study: a\nobjective: {metric: val_accuracy, direction: minimize}\n"),
            "the study looks for the worst trials: it is to minimize val_accuracy\n");
}

TEST(Warnings, PointsOfARandomSearch) {
  EXPECT_EQ(warnings("study: a\nsearch: {space: {l2: {low: 0.0, high: 1.0, points: 3}}}\n"),
            "search.space.l2: points has no effect with sampler: random\n");
}

}  // namespace
}  // namespace trawl
