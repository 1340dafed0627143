#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "job_text.hpp"
#include "trawl/search/sampler.hpp"

namespace trawl {
namespace {

TEST(JobFile, ANameIsEnough) {
  const JobFile job = job_of("study: tiny\n");
  EXPECT_EQ(job.text, "study: tiny\n");
  EXPECT_EQ(job.definition.name, "tiny");
  EXPECT_EQ(job.definition.search.n_points, 1);
  EXPECT_TRUE(job.definition.search.space.empty());
  EXPECT_TRUE(make_sampler(job.definition.search)->point(0).empty());
  EXPECT_TRUE(job.warnings.empty());
}

TEST(JobFile, EveryFixedKeyReachesItsField) {
  const StudyDefinition d = job_of(R"(
study: all
data: {source: synthetic-digits, train_rows: 50, test_rows: 5, seed: 9, validation_fraction: 0.5, split: shuffled, scaling: standard}
model: {hidden: [7, 5], activation: tanh, initializer: he_normal}
training: {epochs: 3, optimizer: adam, learning_rate: 1, learning_rate_schedule: {cosine: {floor: 0.1, updates: 9}},
           batch_size: all, dropout: 0.25, l2: 1e-3, momentum: 0.1, rho: 0.2, beta_1: 0.3, beta_2: 0.4, epsilon: 0.5}
search: {seed: 12, repeats: 2}
objective: {metric: val_loss, direction: maximize, at: best}
cluster: {isolation: none, max_attempts: 5, trial_timeout: 2.5, heartbeat_timeout: 3}
)")
                                .definition;
  EXPECT_EQ(d.data.train_rows, 50);
  EXPECT_EQ(d.data.test_rows, 5);
  EXPECT_EQ(d.data.seed, 9U);
  EXPECT_EQ(d.data.validation_fraction, 0.5);
  EXPECT_EQ(d.data.split, DataDefinition::Split::shuffled);
  EXPECT_EQ(d.data.scaling, DataDefinition::Scaling::standard);
  const TrialDefinition fixed = trial_definition(d, {});
  EXPECT_EQ(fixed.model.hidden, (std::vector<std::int64_t>{7, 5}));
  EXPECT_EQ(fixed.model.activation, "tanh");
  EXPECT_EQ(fixed.model.initializer, "he_normal");
  EXPECT_EQ(fixed.training.epochs, 3);
  EXPECT_EQ(fixed.training.optimizer, "adam");
  EXPECT_EQ(fixed.training.learning_rate, 1.0);
  EXPECT_EQ(fixed.training.learning_rate_schedule,
            (LearningRateSchedule{LearningRateSchedule::Kind::cosine, 0.0, 1.0, 0.1, 9}));
  EXPECT_EQ(fixed.training.batch_size, TrainingDefinition::kWholeBatch);
  EXPECT_EQ(fixed.training.dropout, std::vector<double>{0.25});
  EXPECT_EQ(fixed.training.l2, 1e-3);
  EXPECT_EQ(fixed.training.settings["momentum"], 0.1);
  EXPECT_EQ(fixed.training.settings["rho"], 0.2);
  EXPECT_EQ(fixed.training.settings["beta_1"], 0.3);
  EXPECT_EQ(fixed.training.settings["beta_2"], 0.4);
  EXPECT_EQ(fixed.training.settings["epsilon"], 0.5);
  EXPECT_EQ(d.search.seed, 12U);
  EXPECT_EQ(d.n_trials(), 2);
  EXPECT_EQ(d.objective.metric, "val_loss");
  EXPECT_EQ(d.objective.direction, ObjectiveDefinition::Direction::maximize);
  EXPECT_EQ(d.objective.at, ObjectiveDefinition::At::best);
  EXPECT_EQ(d.cluster.isolation, ClusterDefinition::Isolation::none);
  EXPECT_EQ(d.cluster.max_attempts, 5);
  EXPECT_EQ(d.cluster.trial_timeout, 2.5);
  EXPECT_EQ(d.cluster.heartbeat_timeout, 3.0);
}

TEST(JobFile, EveryWayToWriteADimension) {
  const JobFile job = job_of(R"(
study: space
search:
  n_trials: 5
  space:
    learning_rate: {low: 1e-3, high: 1, log: true}
    dropout: {low: 0, high: 0.6, step: 0.1}
    epochs: {low: 1, high: 9}
    batch_size: {choices: [16, all]}
    l2: {choices: [0, 1.0e-4]}
    optimizer: {choices: [sgd, adam]}
    hidden: {choices: [[128], [], [128, 64]]}
    learning_rate_schedule: {choices: [constant, {inverse_time: {decay: 1e-4}}]}
)");
  EXPECT_EQ(to_json(job.definition.search.space),
            R"([{"name": "learning_rate", "kind": "float", "low": 0.001, "high": 1.0, "log": true}, )"
            R"({"name": "dropout", "kind": "float", "low": 0.0, "high": 0.6, "log": false, "step": 0.1}, )"
            R"({"name": "epochs", "kind": "int", "low": 1, "high": 9, "log": false}, )"
            R"({"name": "batch_size", "kind": "categorical", "choices": [16, "all"]}, )"
            R"({"name": "l2", "kind": "categorical", "choices": [0.0, 0.0001]}, )"
            R"({"name": "optimizer", "kind": "categorical", "choices": ["sgd", "adam"]}, )"
            R"({"name": "hidden", "kind": "categorical", "choices": [[128], [], [128, 64]]}, )"
            R"({"name": "learning_rate_schedule", "kind": "categorical", )"
            R"("choices": ["constant", "{inverse_time: {decay: 0.0001}}"]}])");
  EXPECT_EQ(job.definition.search.n_points, 5);
  const auto sampler = make_sampler(job.definition.search);
  for (std::int64_t i = 0; i < 5; ++i) EXPECT_NO_THROW(trial_definition(job.definition, sampler->point(i)));
}

TEST(JobFile, GridsAreCountedAsTheirSamplerCounts) {
  const JobFile job = job_of(R"(
study: grid
search:
  sampler: grid
  space:
    dropout: {low: 0.0, high: 0.6, step: 0.1}
    epochs: {low: 1, high: 3, points: 9}
    l2: {low: 1e-6, high: 1e-2, log: true, points: 5}
)");
  EXPECT_EQ(job.definition.search.n_points, 7 * 3 * 5);
  EXPECT_EQ(make_sampler(job.definition.search)->n_points(), 7 * 3 * 5);
}

TEST(JobFile, ListedTrialsTakeTheFirstOnesOrder) {
  const SearchDefinition search = job_of(R"(
study: list
search:
  sampler: list
  trials:
    - {optimizer: adam, learning_rate: 0.001, batch_size: all}
    - {learning_rate: 1, batch_size: 8, optimizer: sgd}
)")
                                      .definition.search;
  EXPECT_EQ(search.n_points, 2);
  EXPECT_EQ(to_text(search.trials[0]), "optimizer=adam learning_rate=0.001 batch_size=all");
  EXPECT_EQ(to_text(search.trials[1]), "optimizer=sgd learning_rate=1.0 batch_size=8");
}

TEST(JobFile, TheDirectionFollowsTheMetric) {
  using Direction = ObjectiveDefinition::Direction;
  const auto direction = [](const std::string& metric) {
    return job_of("study: a\nobjective: {metric: " + metric + "}\n").definition.objective.direction;
  };
  EXPECT_EQ(direction("val_accuracy"), Direction::maximize);
  EXPECT_EQ(direction("val_loss"), Direction::minimize);
  EXPECT_EQ(direction("val_cross_entropy"), Direction::minimize);
}

TEST(JobFile, PathsOfTheFileAreRelativeToIt) {
  const JobText idx("study: a\ndata: {source: idx, directory: ../mnist}\n");
  const std::string parent = std::filesystem::path(idx.folder()).parent_path().string();
  EXPECT_EQ(idx.read().definition.data.directory, parent + "/mnist");
  EXPECT_EQ(idx.read({"data.directory=mnist"}).definition.data.directory, "mnist");
  const JobText hdf5("study: a\ndata: {source: hdf5, file: d.h5, train_features: t/x, train_labels: t/y}\n");
  EXPECT_EQ(hdf5.read().definition.data.file, hdf5.folder() + "/d.h5");
  EXPECT_EQ(hdf5.read().definition.data.train_features, "t/x");
  const JobText csv("study: a\ndata: {source: csv, train: t.csv, test: /data/u.csv, label_column: 64}\n");
  EXPECT_EQ(csv.read().definition.data.train.table, csv.folder() + "/t.csv");
  EXPECT_EQ(csv.read().definition.data.test.table, "/data/u.csv");
  EXPECT_EQ(csv.read().definition.data.label_column, "64");
  const JobText named(
      "study: a\ndata: {source: idx, train: {images: i, labels: l}, test: {images: j, labels: m}}\n");
  EXPECT_EQ(named.read().definition.data.train.labels, named.folder() + "/l");
  EXPECT_EQ(named.read().definition.data.test.images, named.folder() + "/j");
}

TEST(JobFile, AliasesAndByteOrderMarksAndWindowsLinesAreRead) {
  EXPECT_EQ(job_of("study: a\nsearch: {space: {dropout: &d {choices: [0.5]}, l2: *d}}\n")
                .definition.search.space.size(),
            2U);
  EXPECT_EQ(job_of("\xef\xbb\xbfstudy: \"a b\"\n").definition.name, "a b");
  const StudyDefinition study = job_of("study: a\r\ntraining:\r\n  epochs: 3\r\n").definition;
  EXPECT_EQ(trial_definition(study, {}).training.epochs, 3);
}

TEST(TrainingJob, SaysWhichSearchedKeysHaveTheirDefaults) {
  const auto warnings = [](const std::string& text, const std::vector<std::string>& overrides) {
    return read_training_job(JobText(text).path(), overrides).warnings;
  };
  const std::string random =
      "study: a\nsearch: {space: {optimizer: {choices: [sgd, adam]}, learning_rate: {low: 0.1, high: 1}, "
      "hidden: {choices: [[], [4]]}}}\n";
  EXPECT_EQ(warnings(random, {"training.optimizer=adam"}),
            std::vector<std::string>{
                "not fixed, so the default is used: hidden [128, 64], learning_rate 0.01; --set fixes them"});
  EXPECT_EQ(warnings("study: a\nsearch: {sampler: list, trials: [{batch_size: all}, {batch_size: 1}]}\n", {}),
            std::vector<std::string>{"not fixed, so the default is used: batch_size 32; --set fixes them"});
  EXPECT_TRUE(warnings("study: a\ntraining: {epochs: 3}\n", {}).empty());
}

TEST(TrainingJob, LeavesTheSearchOut) {
  const JobText job(
      "study: a\ntraining: {epochs: 3}\nsearch: {n_trials: 5, repeats: 2, seed: 4, space: {l2: {low: 0, "
      "high: 1}}}\n");
  const StudyDefinition d = read_training_job(job.path(), {"training.l2=0.5"}).definition;
  const TrialDefinition fixed = trial_definition(d, {});
  EXPECT_EQ(d.n_trials(), 1);
  EXPECT_EQ(d.search.seed, 4U);
  EXPECT_TRUE(d.search.space.empty());
  EXPECT_EQ(fixed.training.l2, 0.5);
  EXPECT_EQ(fixed.training.epochs, 3);
}

TEST(JobFile, MoreTrialsThanPointsAreToldWithTheirPlace) {
  const std::string head = "study: a\nsearch:\n  n_trials: 16\n  space:\n";
  const std::string finite =
      head + "    optimizer: {choices: [adam, sgd]}\n    activation: {choices: [relu, tanh]}\n";
  const std::string found = job_of(finite).too_many_points;
  EXPECT_EQ(found.substr(std::min(found.size(), found.find("x.yaml"))),
            "x.yaml:3: search.n_trials: found 16, but the space has 4 points, and a random search tries none "
            "twice; allowed: at most 4. sampler: grid tries each point, repeats trains each several times");
  EXPECT_EQ(job_of(finite, {"search.n_trials=4"}).too_many_points, "");
  EXPECT_EQ(job_of(finite + "    l2: {low: 0.0, high: 0.1}\n").too_many_points, "");
  EXPECT_EQ(job_of(finite + "    l2: {low: 0.0, high: 0.1, step: 0.025}\n").too_many_points, "")
      << "20 points";
  EXPECT_NE(job_of(finite + "    l2: {low: 0.1, high: 0.1}\n").too_many_points, "") << "one value";
  EXPECT_EQ(job_of(head + "    epochs: {low: 1, high: 16}\n").too_many_points, "");
  EXPECT_NE(job_of(head + "    epochs: {low: 1, high: 15}\n").too_many_points.find("15 points"),
            std::string::npos);
}

TEST(JobFile, TheIdentityOfAFiniteSearchTellsByWhichRuleItDraws) {
  const std::string head = "study: a\nsearch:\n  n_trials: 2\n  space:\n    epochs: {low: 1, high: 4}\n";
  const JobFile finite = job_of(head);
  EXPECT_EQ(finite.identity, finite.older_identity + "search.distinct: true\n");
  EXPECT_TRUE(tries_no_point_twice(finite.identity));
  EXPECT_FALSE(tries_no_point_twice(finite.older_identity));
  const JobFile unlimited = job_of(head + "    l2: {low: 0.0, high: 0.1}\n");
  EXPECT_EQ(unlimited.identity, unlimited.older_identity) << "files that there are go on";
}

TEST(JobFile, TheNumberOfTrialsIsPartOfTheStudyWhereItPlacesThePoints) {
  const auto job = [](const std::string& sampler, int n) {
    return job_of(fmt::format(
        "study: a\nsearch: {{sampler: {}, n_trials: {}, space: {{l2: {{low: 0, high: 1}}}}}}\n", sampler, n));
  };
  for (const char* sampler : {"random", "sobol"}) {
    EXPECT_EQ(job(sampler, 8).identity, job(sampler, 16).identity);
    EXPECT_EQ(job(sampler, 8).no_growth, "");
  }
  const JobFile lhs = job("lhs", 8);
  EXPECT_NE(lhs.identity, job("lhs", 16).identity);
  EXPECT_NE(lhs.identity.find("\nsearch.sampler: lhs\nsearch.n_trials: 8\n"), std::string::npos);
  EXPECT_NE(lhs.no_growth.find("sampler: sobol, which can be extended"), std::string::npos);
  EXPECT_NE(job("sobol", 8).identity, job("random", 8).identity);
  for (const char* sampler : {"sobol", "lhs"}) {
    const JobFile read = job(sampler, 8);
    const JobFile again = job_of(read.resolved);
    EXPECT_EQ(again.resolved, read.resolved);
    EXPECT_EQ(again.identity, read.identity);
    EXPECT_EQ(again.definition.search.n_points, 8);
  }
}

}  // namespace
}  // namespace trawl
