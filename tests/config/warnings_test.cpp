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
