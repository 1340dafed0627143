#include <gtest/gtest.h>

#include "job_text.hpp"
#include "trawl/search/sampler.hpp"

namespace trawl {
namespace {

std::string space_job(const std::string& space, const std::string& sections = "",
                      const std::string& sampler = "random") {
  return "study: a\n" + sections + "search:\n  sampler: " + sampler + "\n  space:\n" + space;
}

constexpr const char* kOptimizer = "    optimizer: {choices: [sgd, momentum, nesterov]}\n";

std::string momentum_when(const std::string& when) {
  return space_job(std::string(kOptimizer) + "    momentum: {low: 0.5, high: 0.9, when: " + when + "}\n");
}

TEST(Conditions, OneValueOrAListAndTheOrderIsThatOfTheSpace) {
  const JobFile one = job_of(momentum_when("{optimizer: nesterov}"));
  ASSERT_EQ(one.definition.search.space.size(), 2U);
  ASSERT_EQ(one.definition.search.space[1].when.size(), 1U);
  EXPECT_EQ(one.definition.search.space[1].when[0].name, "optimizer");
  const std::string both = job_of(momentum_when("{optimizer: [momentum, nesterov]}")).identity;
  EXPECT_NE(both, one.identity);
  EXPECT_EQ(job_of(momentum_when("{optimizer: [nesterov, momentum]}")).identity, both);
}

TEST(Conditions, MayStandBeforeWhatTheyNameAndBeNested) {
  const JobFile job =
      job_of(space_job("    epochs: {low: 1, high: 9, when: {momentum: 0.9, batch_size: [16, all]}}\n"
                       "    momentum: {choices: [0.5, 0.9], when: {optimizer: nesterov}}\n"
                       "    hidden: {choices: [[8], [8, 4]], when: {epochs: [1, 2]}}\n"
                       "    batch_normalization: {choices: [[], [hidden_1]], when: {hidden: [8, 4]}}\n"
                       "    l2: {low: 0.0, high: 0.1, when: {batch_normalization: [[hidden_1]]}}\n"
                       "    batch_size: {choices: [16, 32, all]}\n" +
                       std::string(kOptimizer)));
  std::size_t longest = 0;
  for (std::int64_t i = 0; i < 10; ++i)
    longest = std::max(longest, make_sampler(job.definition.search)->point(i).size());
  EXPECT_GE(longest, 3U);
  const JobFile again = job_of(job.resolved);
  EXPECT_EQ(again.resolved, job.resolved);
  EXPECT_EQ(again.identity, job.identity);
}

TEST(Conditions, WhatIsInactiveTakesTheFixedValue) {
  const JobFile job =
      job_of(space_job(std::string(kOptimizer) +
                           "    momentum: {low: 0.5, high: 0.6, when: {optimizer: [momentum, nesterov]}}\n",
                       "training: {momentum: 0.8}\n"));
  const auto sampler = make_sampler(job.definition.search);
  int n_inactive = 0;
  for (std::int64_t i = 0; i < 10; ++i) {
    const Parameters point = sampler->point(i);
    const TrialDefinition trial = trial_definition(job.definition, point);
    const bool inactive = find_parameter(point, "momentum") == nullptr;
    n_inactive += inactive ? 1 : 0;
    EXPECT_EQ(inactive, trial.training.optimizer == "sgd");
    EXPECT_EQ(trial.training.settings["momentum"] == 0.8, inactive);
  }
  EXPECT_GT(n_inactive, 0);
  EXPECT_LT(n_inactive, 10);
  EXPECT_NE(job.resolved.find("  momentum: 0.8\n"), std::string::npos);
  EXPECT_EQ(job_of(job.resolved).identity, job.identity);
}

TEST(Conditions, AGridCountsEachPointOnce) {
  const JobFile job = job_of(
      space_job(std::string(kOptimizer) +
                    "    momentum: {choices: [0.5, 0.7, 0.9], when: {optimizer: [momentum, nesterov]}}\n",
                "", "grid"));
  EXPECT_EQ(job.definition.n_trials(), 1 + 2 * 3);
}

TEST(Conditions, ErrorsNameLineAndKey) {
  const std::string at = "x.yaml:6: search.space.momentum.when";
  EXPECT_EQ(refusal(momentum_when("{optimiser: sgd}")),
            at + ".optimiser: is not searched here; did you mean optimizer? (allowed: optimizer, momentum)");
  EXPECT_EQ(refusal(momentum_when("{learning_rate: 0.1}")),
            at + ".learning_rate: is not searched here (allowed: optimizer, momentum)");
  EXPECT_EQ(refusal(momentum_when("{optimizer: adam}")),
            at + ".optimizer: found adam, which optimizer never has here; allowed: {choices: [sgd, momentum, "
                 "nesterov]}");
  EXPECT_EQ(refusal(momentum_when("{optimizer: [sgd, sgd]}")),
            at + ".optimizer: found sgd twice; every value counts once");
  EXPECT_EQ(refusal(momentum_when("{optimizer: []}")),
            at + ".optimizer: found an empty list; allowed: at least one value");
  EXPECT_EQ(refusal(momentum_when("optimizer")),
            at + ": found optimizer; allowed: a map such as {optimizer: [momentum, nesterov]}");
  EXPECT_EQ(refusal(momentum_when("{momentum: 0.5}")),
            at + ".momentum: is a float between bounds; a condition names choices or whole numbers");
  EXPECT_EQ(
      refusal(space_job("    epochs: {low: 2, high: 8, step: 2}\n"
                        "    l2: {low: 0.0, high: 0.1, when: {epochs: 3}}\n")),
      "x.yaml:6: search.space.l2.when.epochs: found 3, which epochs never has here; allowed: {low: 2, high: "
      "8, step: 2}");
  EXPECT_EQ(
      refusal(space_job("    epochs: {low: 1, high: 9, points: 3}\n"
                        "    l2: {choices: [0.0, 0.1], when: {epochs: 2}}\n",
                        "", "grid")),
      "x.yaml:6: search.space.l2.when.epochs: found 2, which epochs never has here; allowed: {low: 1, high: "
      "9, points: 3}");
}

TEST(Conditions, ACircleIsNamed) {
  const std::string circle =
      refusal(space_job("    epochs: {choices: [1, 2], when: {batch_size: 8}}\n"
                        "    batch_size: {choices: [8, 16], when: {hidden: [[4]]}}\n"
                        "    hidden: {choices: [[4], [8]], when: {batch_size: 16}}\n"));
  EXPECT_EQ(circle,
            "x.yaml:6: search.space.batch_size.when: batch_size depends on hidden depends on batch_size: "
            "conditions "
            "must not go in a circle; remove one");
  EXPECT_EQ(refusal(space_job("    epochs: {choices: [1, 2], when: {epochs: 1}}\n")),
            "x.yaml:5: search.space.epochs.when: epochs depends on epochs: conditions must not go in a "
            "circle; remove "
            "one");
}

TEST(Conditions, WhatSetFixesSettlesThem) {
  const std::string job = momentum_when("{optimizer: [momentum, nesterov]}");
  const JobFile holds = job_of(job, {"training.optimizer=nesterov"});
  ASSERT_EQ(holds.definition.search.space.size(), 1U);
  EXPECT_TRUE(holds.definition.search.space[0].when.empty());
  const JobFile never = job_of(job + "    l2: {low: 0.0, high: 0.1}\n", {"training.optimizer=sgd"});
  ASSERT_EQ(never.definition.search.space.size(), 1U);
  EXPECT_EQ(never.definition.search.space[0].name, "l2");
  EXPECT_EQ(never.warnings.back(),
            "momentum is not searched: it is for optimizer momentum or nesterov, and optimizer is sgd");
  EXPECT_EQ(job_of(job, {"training.momentum=0.7"}).definition.search.space.size(), 1U);
}

TEST(Conditions, LayersThatNeverMeetDoNotContradict) {
  const std::string hidden = "    hidden: {choices: [[8], [8, 4]]}\n";
  EXPECT_EQ(refusal(space_job(hidden +
                              "    dropout: {choices: [[0.1, 0.2], [0.3, 0.4]], when: {hidden: [8, 4]}}\n")),
            "");
  EXPECT_EQ(
      refusal(space_job(hidden + "    dropout: {choices: [[0.1, 0.2]], when: {hidden: [8]}}\n")),
      "x.yaml:6: search.space.dropout: dropout has 2 rates for 1 hidden layer, with hidden=[8] dropout=[0.1, "
      "0.2]");
  EXPECT_EQ(refusal(space_job(hidden + "    dropout: {low: 0.0, high: 0.5, when: {hidden: [8, 4]}}\n",
                              "training: {dropout: [0.1, 0.2]}\n")),
            "x.yaml:2: training.dropout: dropout has 2 rates for 1 hidden layer, with hidden=[8]");
}

}  // namespace
}  // namespace trawl
