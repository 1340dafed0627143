#include <gtest/gtest.h>

#include "job_text.hpp"
#include "trawl/search/sampler.hpp"

namespace trawl {
namespace {

const std::string kJob =
    "study: a\ntraining: {epochs: 3}\nsearch: {n_trials: 5, space: {l2: {low: 0.0, high: 1.0}}}\n";

TEST(Overrides, SetAndCreateKeysTheLastOneCounts) {
  const StudyDefinition d =
      job_of(kJob, {"training.epochs=4", "model.hidden=[3]", "search.n_trials=7", "training.epochs=5",
                    "search.space.l2.high=0.5", "search.space.dropout={low: 0, high: 0.3}", "study=x=y"})
          .definition;
  const TrialDefinition fixed = trial_definition(d, {});
  EXPECT_EQ(fixed.training.epochs, 5);
  EXPECT_EQ(fixed.model.hidden, std::vector<std::int64_t>{3});
  EXPECT_EQ(d.search.n_points, 7);
  EXPECT_EQ(d.name, "x=y");
  ASSERT_EQ(d.search.space.size(), 2U);
  EXPECT_EQ(std::get<FloatDistribution>(d.search.space[0].distribution).high, 0.5);
  EXPECT_EQ(d.search.space[1].name, "dropout");
}

TEST(Overrides, NullTakesAKeyOut) {
  const StudyDefinition without = job_of(kJob, {"training.epochs=null"}).definition;
  EXPECT_EQ(trial_definition(without, {}).training.epochs, TrainingDefinition{}.epochs);
  EXPECT_EQ(job_of(kJob, {"search=null"}).definition.search.n_points, 1);
  EXPECT_EQ(
      refusal(kJob, {"training.l2=null"}),
      "--set training.l2=null: training.l2: the job file does not have this key, so null cannot take it out");
}

TEST(Overrides, FixingASearchedKeyEndsItsSearch) {
  const JobFile job = job_of(kJob, {"training.l2=0.25"});
  EXPECT_TRUE(job.definition.search.space.empty());
  EXPECT_EQ(trial_definition(job.definition, {}).training.l2, 0.25);
  EXPECT_EQ(job.definition.search.n_points, 1);
  EXPECT_EQ(job.warnings, (std::vector<std::string>{"training.l2 is fixed by --set, so it is not searched",
                                                    "nothing is left to search: one point"}));
}

TEST(Overrides, FixingSomeOfTheSearchedKeysLeavesTheOthers) {
  const JobFile job = job_of(
      "study: a\nsearch: {n_trials: 5, space: {l2: {low: 0, high: 1}, dropout: {low: 0, high: 0.5}}}\n",
      {"training.l2=0.25"});
  EXPECT_EQ(job.definition.search.n_points, 5);
  EXPECT_EQ(job.warnings, std::vector<std::string>{"training.l2 is fixed by --set, so it is not searched"});
}

TEST(Overrides, FixingAListedKeyDropsItFromEveryTrial) {
  const std::string text =
      "study: a\nsearch: {sampler: list, trials: [{l2: 0.1, epochs: 2}, {epochs: 3, l2: 0.2}]}\n";
  const JobFile job = job_of(text, {"training.l2=0.25"});
  EXPECT_EQ(job.definition.search.trials,
            (std::vector<Parameters>{{{"epochs", std::int64_t{2}}}, {{"epochs", std::int64_t{3}}}}));
  EXPECT_EQ(trial_definition(job.definition, {}).training.l2, 0.25);
  EXPECT_EQ(job.definition.search.n_points, 2);
  EXPECT_EQ(job.warnings, std::vector<std::string>{"training.l2 is fixed by --set, so it is not searched"});
  EXPECT_EQ(job_of(job.resolved).resolved, job.resolved);

  const JobFile fixed = job_of(text, {"training.l2=0.25", "training.epochs=4"});
  EXPECT_EQ(fixed.definition.search.n_points, 1);
  EXPECT_EQ(fixed.warnings.back(), "nothing is left to search: one point");
  EXPECT_EQ(make_sampler(fixed.definition.search)->n_points(), 1);
  EXPECT_EQ(job_of(fixed.resolved).resolved, fixed.resolved);
}

TEST(Overrides, ListingAFixedKeyEndsItsFixing) {
  const JobFile job =
      job_of("study: a\ntraining: {l2: 0.5}\nsearch: {sampler: list, trials: [{epochs: 2}]}\n",
             {"search.trials=[{l2: 0.1}, {l2: 0.2}]"});
  EXPECT_EQ(job.definition.search.n_points, 2);
  EXPECT_TRUE(job.warnings.empty());
}

TEST(Overrides, SearchingAFixedKeyEndsItsFixing) {
  const JobFile job = job_of(kJob, {"search.space.epochs={low: 1, high: 2}"});
  EXPECT_EQ(job.definition.search.space.size(), 2U);
}

TEST(Overrides, WhatIsWrongNamesTheOverride) {
  EXPECT_EQ(refusal(kJob, {"training.learning_rate=abc"}),
            "--set training.learning_rate=abc: training.learning_rate: found abc; allowed: a number > 0");
  EXPECT_EQ(refusal(kJob, {"training.epoch=3"}).substr(0, 80),
            "--set training.epoch=3: training.epoch: unknown key; did you mean epochs? (allow");
  EXPECT_EQ(refusal(kJob, {"training.epochs"}),
            "--set training.epochs: expected KEY=VALUE, such as training.epochs=5");
  EXPECT_EQ(refusal(kJob, {"training..epochs=3"}),
            "--set training..epochs=3: expected KEY=VALUE with a key such as training.epochs");
  EXPECT_EQ(refusal(kJob, {"training.epochs="}).substr(0, 62),
            "--set training.epochs=: training.epochs: found no value after ");
  EXPECT_EQ(refusal(kJob, {"model.hidden=[1"}).substr(0, 62),
            "--set model.hidden=[1: not valid YAML: a [ before here is not ");
  EXPECT_EQ(refusal(kJob, {"training.dropout=[0.1],0.2"}),
            "--set training.dropout=[0.1],0.2: found ,0.2 after the end of the value");
  EXPECT_EQ(refusal(kJob, {"training.l2=0", "search.space.l2={low: 0, high: 1}"}),
            "--set training.l2=0: training.l2: is fixed here and searched under search as well; remove one");
}

TEST(Overrides, TheFileKeepsItsLinesAndItsText) {
  EXPECT_EQ(refusal("study: a\ntraining:\n  dropout: 2\n", {"training.epochs=3"}).substr(0, 36),
            "x.yaml:3: training.dropout: found 2;");
  EXPECT_EQ(job_of(kJob, {"training.epochs=9"}).text, kJob);
}

TEST(Overrides, AKeyThatNoTerminalShows) {
  EXPECT_EQ(refusal("study: a\n", {"d\xe9ta.test=1"}),
            "--set d?ta.test=1: found a byte in the key that is no printable UTF-8");
}

TEST(Overrides, NoneIsTooLongToBeRefused) {
  std::string deep;
  for (int i = 0; i < 30'000; ++i) deep += "a.";
  EXPECT_NE(refusal("study: a\n", {deep + "a=1"}).find("the key has too many dots"), std::string::npos);
  std::string many = "model.hidden=[1";
  for (int i = 0; i < 60'000; ++i) many += ",1";
  EXPECT_LT(refusal("study: a\n", {many}).size(), 1000U);
}

}  // namespace
}  // namespace trawl
