#include <gtest/gtest.h>

#include "job_text.hpp"
#include "trawl/search/sampler.hpp"

namespace trawl {
namespace {

std::string list_job(const std::string& trials, const std::string& sections = "") {
  return "study: a\n" + sections + "search:\n  sampler: list\n  trials:\n" + trials;
}

std::vector<std::string> points(const JobFile& job) {
  std::vector<std::string> texts;
  for (const Parameters& trial : job.definition.search.trials) texts.push_back(to_text(trial));
  return texts;
}

Parameters best_of(const std::string& path) {
  if (path.find("bad") != std::string::npos) throw ConfigError("there is no such file");
  return {
      {"name", std::string("winner")}, {"batch_size", std::int64_t{16}}, {"dropout", 0.125}, {"l2", 1e-5}};
}

TEST(List, WhatATrialDoesNotNameHasTheFixedValueOrTheDefault) {
  const JobFile job =
      job_of(list_job("    - {l2: 0.1}\n    - {optimizer: adam, learning_rate: 0.001}\n"
                      "    - {batch_size: all, dropout: [0.2, 0.5]}\n",
                      "training: {learning_rate: 0.5}\n"));
  EXPECT_EQ(points(job), (std::vector<std::string>{
                             "l2=0.1 optimizer=sgd learning_rate=0.5 batch_size=32 dropout=0.0",
                             "l2=0.0 optimizer=adam learning_rate=0.001 batch_size=32 dropout=0.0",
                             "l2=0.0 optimizer=sgd learning_rate=0.5 batch_size=all dropout=[0.2, 0.5]"}));
  EXPECT_TRUE(job.warnings.empty());
  for (std::int64_t i = 0; i < 3; ++i) {
    const TrialDefinition trial =
        trial_definition(job.definition, make_sampler(job.definition.search)->point(i));
    EXPECT_EQ(trial.training.l2, i == 0 ? 0.1 : 0.0);
  }
}

TEST(List, EveryKindOfKeyCanBeLeftToOthers) {
  const JobFile job =
      job_of(list_job("    - {hidden: [4], activation: tanh, epochs: 2, momentum: 0.5}\n"
                      "    - {batch_normalization: [hidden_0], early_stopping: {patience: 1}}\n"
                      "    - {learning_rate_schedule: {inverse_time: {decay: 0.1}}}\n"
                      "    - {early_stopping: off}\n",
                      "training: {early_stopping: {patience: 2}, optimizer: momentum}\n"));
  EXPECT_EQ(
      points(job)[3],
      "hidden=[128, 64] activation=relu epochs=10 momentum=0.9 batch_normalization=[] early_stopping=off "
      "learning_rate_schedule=constant");
  EXPECT_EQ(
      points(job)[0],
      "hidden=[4] activation=tanh epochs=2 momentum=0.5 batch_normalization=[] early_stopping={patience: "
      "2, min_delta: 0.0, restore_best_weights: true} learning_rate_schedule=constant");
  const JobFile again = job_of(job.resolved);
  EXPECT_EQ(again.resolved, job.resolved);
  EXPECT_EQ(again.identity, job.identity);
  EXPECT_EQ(points(again), points(job));
}

TEST(List, NamesLabelThePointsAndComeFirst) {
  const JobFile job = job_of(list_job(
      "    - {l2: 0.1, name: \"L2: 0.1, \\\"strong\\\"\"}\n    - {name: plain}\n    - {name: 10}\n"));
  EXPECT_EQ(points(job), (std::vector<std::string>{"name=L2: 0.1, \"strong\" l2=0.1", "name=plain l2=0.0",
                                                   "name=10 l2=0.0"}));
  const JobFile again = job_of(job.resolved);
  EXPECT_EQ(again.resolved, job.resolved);
  EXPECT_EQ(again.definition.search.trials, job.definition.search.trials);
  EXPECT_EQ(job_of(list_job("    - {name: only}\n")).definition.search.n_points, 1);
}

TEST(List, FromTakesTheBestOfAFinishedSearch) {
  const JobText job(list_job("    - {name: a}\n    - {name: b, from: ../random.h5, l2: 0.5}\n"));
  std::string asked;
  const BestOfFile spy = [&](const std::string& path) {
    asked = path;
    return best_of(path);
  };
  const JobFile read = read_job(job.path(), {}, spy);
  EXPECT_EQ(asked, std::filesystem::path(job.folder()).parent_path().string() + "/random.h5");
  EXPECT_EQ(points(read), (std::vector<std::string>{"name=a l2=0.0 batch_size=32 dropout=0.0",
                                                    "name=b l2=0.5 batch_size=16 dropout=0.125"}));
  EXPECT_EQ(read.resolved.find("from"), std::string::npos) << read.resolved;
  EXPECT_EQ(read.identity.find("random.h5"), std::string::npos);
  EXPECT_NE(read.identity.find("dropout: 0.125"), std::string::npos);
  read_job(job.path(), {"search.trials.1.from=other.h5"}, spy);
  EXPECT_EQ(asked, "other.h5");
  const JobFile without = read_job(job.path(), {"search.trials.1=null"}, {});
  EXPECT_EQ(without.definition.search.n_points, 1);
}

TEST(List, WhatIsWrongWithFromNamesItsPlace) {
  const JobText job(list_job("    - {l2: 0.1}\n    - {from: bad.h5}\n"));
  try {
    read_job(job.path(), {}, best_of);
    ADD_FAILURE();
  } catch (const ConfigError& e) {
    EXPECT_EQ(std::string(e.what()), job.path() + ":6: search.trials.1.from: there is no such file");
  }
  EXPECT_NO_THROW(read_training_job(job.path(), {}));
}

TEST(List, SetReachesIntoTheList) {
  const std::string text = list_job("    - {l2: 0.1}\n    - {early_stopping: {patience: 3}}\n");
  EXPECT_EQ(points(job_of(text, {"search.trials.0.l2=0.2", "search.trials.1.early_stopping.patience=5"})),
            (std::vector<std::string>{
                "l2=0.2 early_stopping=off",
                "l2=0.0 early_stopping={patience: 5, min_delta: 0.0, restore_best_weights: true}"}));
  EXPECT_EQ(points(job_of(text, {"search.trials.1={dropout: 0.5}"})),
            (std::vector<std::string>{"l2=0.1 dropout=0.0", "l2=0.0 dropout=0.5"}));
  EXPECT_EQ(points(job_of(text, {"search.trials.1=null"})), std::vector<std::string>{"l2=0.1"});
  EXPECT_EQ(
      refusal(text, {"search.trials.2.l2=1"}),
      "--set search.trials.2.l2=1: search.trials.2.l2: there is no item 2 in the list; allowed: 0 to 1");
  EXPECT_EQ(refusal(text, {"search.trials.last=null"}),
            "--set search.trials.last=null: search.trials.last: last stands inside a list, whose items are "
            "counted: 0, 1, ...");
}

TEST(List, SetCountsItemsAsTheFileDoes) {
  const std::string text = list_job("    - {l2: 0}\n    - {l2: 1}\n    - {l2: 2}\n    - {l2: 3}\n");
  EXPECT_EQ(points(job_of(text, {"search.trials.0=null", "search.trials.2=null", "search.trials.3.l2=4"})),
            (std::vector<std::string>{"l2=1.0", "l2=4.0"}));
  EXPECT_EQ(points(job_of(text, {"search.trials.3=null", "search.trials.3=null"})),
            (std::vector<std::string>{"l2=0.0", "l2=1.0", "l2=2.0"}));
  EXPECT_EQ(points(job_of(text, {"search.trials.3=null", "search.trials=[{l2: 5}, {l2: 6}]"})),
            (std::vector<std::string>{"l2=5.0", "l2=6.0"}));
  EXPECT_EQ(points(job_of(text, {"search.trials.1=null", "search.trials.1={l2: 7}"})),
            (std::vector<std::string>{"l2=0.0", "l2=7.0", "l2=2.0", "l2=3.0"}));
}

TEST(List, SetOfAKeyGoesBeforeTheTrialsButNotBeforeSetOfATrial) {
  const std::string text =
      list_job("    - {l2: 0.1}\n    - {l2: 0.2, dropout: 0.1}\n", "training: {l2: 1}\n");
  const JobFile job = job_of(text, {"training.l2=0.5"});
  EXPECT_EQ(points(job), (std::vector<std::string>{"dropout=0.0", "dropout=0.1"}));
  EXPECT_EQ(trial_definition(job.definition, {}).training.l2, 0.5);
  EXPECT_EQ(job.warnings, std::vector<std::string>{"training.l2 is fixed by --set, so it is not searched"});
  EXPECT_EQ(points(job_of(text, {"training.l2=0.5", "search.trials.0.l2=0.3"})),
            (std::vector<std::string>{"l2=0.3 dropout=0.0", "l2=0.5 dropout=0.1"}));
  const JobFile patient = job_of(
      list_job("    - {early_stopping: off}\n    - {l2: 1}\n", "training: {early_stopping: {patience: 2}}\n"),
      {"training.early_stopping.patience=4"});
  EXPECT_EQ(trial_definition(patient.definition, {}).training.early_stopping->patience, 4);
}

TEST(List, WhatIsRefused) {
  EXPECT_EQ(
      refusal(list_job("    - {name: a, l2: 1}\n    - {name: b}\n    - {name: a}\n")),
      "x.yaml:7: search.trials.2.name: found a twice, first in search.trials.0; every name counts once");
  EXPECT_EQ(refusal(list_job("    - {name: a}\n    - {l2: 1}\n")),
            "x.yaml:6: search.trials.1: has no name, and other trials have one; name all of them, or none");
  EXPECT_EQ(refusal(list_job("    - {nam: a}\n")).substr(0, 60),
            "x.yaml:5: search.trials.0.nam: cannot be searched; did you m");
  EXPECT_EQ(refusal("study: a\nsearch: {space: {name: {choices: [a]}}}\n").substr(0, 48),
            "x.yaml:2: search.space.name: cannot be searched ");
  EXPECT_EQ(refusal(list_job("    - {l2: 1}\n    - {dropout: [0.1, 0.2, 0.3]}\n")),
            "x.yaml:6: search.trials.1: dropout has 3 rates for 2 hidden layers");
}

}  // namespace
}  // namespace trawl
