#include <gtest/gtest.h>

#include "job_text.hpp"

namespace trawl {
namespace {

const char* const kJobs[] = {
    "study: a\n",
    "study: \"a: 'b' \\\"c\\\" # d\"\n",
    "study: '2024'\n",
    "study: a\nsearch: {seed: 5, repeats: 3}\n",
    R"({study: a, model: {hidden: []},
        training: {batch_size: all, learning_rate_schedule: {step: {rate: 0.5, updates: 10}}}})",
    "study: a\ndata: {source: idx, directory: d}\n",
    "study: a\ndata: {source: idx, train: {images: i, labels: l}}\nobjective: {metric: val_loss}\n",
    "study: a\ndata: {source: csv, train: t.csv, label_column: 64}\n",
    "study: a\ndata: {source: csv, train: t.csv, exclude: [7, \"Unnamed: 0\", 'a \"b\", c', '#']}\n",
    "study: a\ndata: {source: hdf5, file: d.h5}\n",
    "study: a\ndata: {source: hdf5, file: d.h5, train_features: train/x, train_labels: train/y}\n",
    R"({study: a, search: {n_trials: 3, space: {
        l2: {low: 1e-6, high: 0.1, log: true}, dropout: {low: 0, high: 0.5, step: 0.1},
        hidden: {choices: [[], [4]]}, batch_size: {choices: [all, 4]},
        learning_rate_schedule: {choices: [constant, {cosine: {}}]}}}})",
    R"({study: a, model: {batch_normalization: [hidden_1]},
        training: {dropout: [0.1, 0.2], early_stopping: {patience: 3, metric: val_loss}}})",
    "study: a\nsearch: {sampler: grid, space: {l2: {low: 1e-6, high: 0.1, log: true, points: 3}}}\n",
    "study: a\nsearch: {sampler: list, trials: [{l2: 0.1, hidden: [4, 3]}, {l2: 0.2, hidden: []}]}\n"};

TEST(Resolved, ReadingItAgainGivesTheSame) {
  for (const char* text : kJobs) {
    const JobFile job = job_of(text);
    const JobFile again = job_of(job.resolved);
    EXPECT_EQ(again.resolved, job.resolved);
    EXPECT_EQ(again.identity, job.identity);
    EXPECT_EQ(again.definition.name, job.definition.name);
    EXPECT_EQ(again.definition.search.n_points, job.definition.search.n_points);
    EXPECT_EQ(to_json(again.definition.search.space), to_json(job.definition.search.space));
    EXPECT_EQ(again.definition.search.trials, job.definition.search.trials);
  }
}

TEST(Resolved, HasOverridesDefaultsAndSearchedKeysOnce) {
  const std::string text =
      job_of("study: a\nsearch: {space: {l2: {low: 0, high: 1}}}\n", {"training.epochs=3"}).resolved;
  EXPECT_NE(text.find("training:\n  epochs: 3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  dropout: 0.0\n"), std::string::npos);
  EXPECT_NE(text.find("  space:\n    l2: {low: 0.0, high: 1.0}\n"), std::string::npos);
  EXPECT_EQ(text.find("  l2: 0.0\n"), std::string::npos);
}

TEST(Identity, HoldsTheColumnsThatAreLeftOut) {
  const auto identity = [](const std::string& exclude) {
    return job_of("study: a\ndata: {source: csv, train: t.csv" + exclude + "}\n").identity;
  };
  EXPECT_EQ(identity("").find("exclude"), std::string::npos) << "as before the key was there";
  EXPECT_EQ(identity(", exclude: []"), identity(""));
  EXPECT_NE(identity(", exclude: [id]"), identity(""));
  EXPECT_EQ(identity(", exclude: [id, 3]"), identity(", exclude: ['3', id, id]"));
  EXPECT_EQ(identity(", exclude: id"), identity(", exclude: [id]"));
}

TEST(Identity, LeavesOutWhatDoesNotChangeTheStudy) {
  const JobText job(
      "study: a\ndata: {source: idx, directory: d}\nsearch: {n_trials: 3, space: {l2: {low: 0, high: 1}}}\n");
  const std::string identity = job.read().identity;
  EXPECT_EQ(job.read({"search.n_trials=9", "data.directory=/elsewhere", "cluster.max_attempts=9",
                      "cluster.isolation=none", "cluster.heartbeat_timeout=9"})
                .identity,
            identity);
  EXPECT_EQ(identity.find(job.folder()), std::string::npos) << identity;
}

// Where the samples lie in an HDF5 file is no more part of it than where the file is: their hash is.
TEST(Identity, LeavesOutTheNamesOfDataSets) {
  EXPECT_EQ(
      job_of("study: a\ndata: {source: hdf5, file: d.h5}\n").identity,
      job_of("study: a\ndata: {source: hdf5, file: e.h5, train_features: x, train_labels: y}\n").identity);
}

TEST(Identity, HoldsAllThatDoes) {
  const std::string text = "study: a\nsearch: {n_trials: 3, space: {l2: {low: 0, high: 1}}}\n";
  const std::string identity = job_of(text).identity;
  for (const char* change :
       {"study=b", "data.seed=2", "data.split=shuffled", "model.hidden=[3]", "training.epochs=3",
        "search.seed=1", "search.repeats=2", "search.space.l2.high=2", "search.space.dropout={choices: [0]}",
        "objective.at=best", "model.batch_normalization=[hidden_0]",
        "training.early_stopping={patience: 2}"}) {
    EXPECT_NE(job_of(text, {change}).identity, identity) << change;
  }
}

TEST(Identity, IsOneKeyALineAndDoesNotDependOnHowItWasWritten) {
  const std::string one = job_of("study: a\ntraining: {l2: 1e-3, epochs: 3}\n").identity;
  const std::string other = job_of("# the same\ntraining:\n  epochs: 3\n  l2: 0.001\nstudy: 'a'\n").identity;
  EXPECT_EQ(one, other);
  EXPECT_EQ(
      one.substr(0, one.find("model")),
      "study: a\ndata.source: synthetic-digits\ndata.train_rows: 6000\ndata.test_rows: 1000\ndata.seed: 1\n"
      "data.validation_fraction: 0.2\ndata.split: last\ndata.scaling: unit\n");
}

}  // namespace
}  // namespace trawl
