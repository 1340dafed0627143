#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "job_text.hpp"
#include "trawl/nn/activation.hpp"
#include "trawl/nn/initializer.hpp"
#include "trawl/nn/optimizer_kind.hpp"

namespace trawl {
namespace {

struct Refused {
  const char* text;
  const char* message;  // its beginning
};

void expect_refusals(std::initializer_list<Refused> all) {
  for (const Refused& one : all) {
    const std::string message = refusal(one.text);
    EXPECT_EQ(message.substr(0, std::string(one.message).size()), one.message) << one.text << "\n" << message;
  }
}

TEST(JobErrors, KeysThatAreNone) {
  expect_refusals({
      {"study: a\ntraining:\n  learning_rat: 0.1\n",
       "x.yaml:3: training.learning_rat: unknown key; did you mean learning_rate? (allowed: epochs, "
       "optimizer, "
       "learning_rate, learning_rate_schedule, batch_size, dropout, l2, momentum, rho, beta_1, beta_2, "
       "epsilon, early_stopping)"},
      {"study: a\nlearning_rate: 0.1\n",
       "x.yaml:2: learning_rate: unknown key; did you mean training.learning_rate? (allowed: study, data,"},
      {"study: a\ntraining: {lr: 0.1}\n", "x.yaml:2: training.lr: unknown key; did you mean learning_rate?"},
      {"study: a\nmodel: {widths: []}\n",
       "x.yaml:2: model.widths: unknown key (allowed: hidden, activation, initializer, batch_normalization)"},
      {"study: a\ntraining:\n  epochs: 1\n  epochs: 2\n",
       "x.yaml:4: training.epochs: the key stands here twice, first on line 3; remove one"},
      {"study: a\ntraining:\n  epochs: 1\n  l2 3\n",
       "x.yaml:4: training.l2 3: unknown key; is its ': ' missing? (allowed:"},
      {"study: a\ntraining: {epochs: 2}\ntraining.epochs: 1\n",
       "x.yaml:3: training.epochs: unknown key; no key has a dot in a job file, write training: {epochs: "
       "...} (allowed: study,"},
      {"study: a\ndata: {source: idx, train.images: i, train.labels: l}\n",
       "x.yaml:2: data.train.images: unknown key; no key has a dot in a job file, write train: {images: "
       "...} "},
      {"study: a\nstudy: a\n", "x.yaml:2: study: the key stands here twice"},
      {"training: {epochs: 3}\n", "x.yaml: study: the key is missing"},
  });
}

TEST(JobErrors, ValuesOfAnotherType) {
  expect_refusals({
      {"study: a\ntraining:\n  epochs: 1.0\n",
       "x.yaml:3: training.epochs: found 1.0 (a float); allowed: a whole number from 1 to 1000000000"},
      {"study: a\ntraining: {epochs: 1e3}\n", "x.yaml:2: training.epochs: found 1e3 (a float); allowed"},
      {"study: a\ntraining: {epochs: \"10\"}\n",
       "x.yaml:2: training.epochs: found \"10\" (text, as it is quoted); allowed"},
      {"study: a\ntraining: {epochs: ten}\n", "x.yaml:2: training.epochs: found ten; allowed"},
      {"study: a\ntraining: {epochs: }\n", "x.yaml:2: training.epochs: found nothing; allowed"},
      {"study: a\ntraining: {epochs: [1]}\n", "x.yaml:2: training.epochs: found a list; allowed"},
      {"study: a\ntraining: {dropout: '0.1'}\n",
       "x.yaml:2: training.dropout: found \"0.1\" (text, as it is quoted)"},
      {"study: a\ntraining: {dropout: true}\n",
       "x.yaml:2: training.dropout: found true; allowed: a number, 0 <= x < 1"},
      {"study: a\ntraining: {learning_rate: 1e}\n",
       "x.yaml:2: training.learning_rate: found 1e; allowed: a number > 0"},
      {"study: a\nmodel: {hidden: 128}\n",
       "x.yaml:2: model.hidden: found 128; allowed: a list such as [128, 64]"},
      {"study: a\nmodel: {hidden: [128, 1.5]}\n",
       "x.yaml:2: model.hidden: found 1.5 (a float); allowed: a whole number from 1"},
      {"study: a\ntraining:\n",
       "x.yaml:2: training: found nothing; allowed: a map (KEY: VALUE) with the keys epochs,"},
      {"study: a\ntraining: 5\n", "x.yaml:2: training: found 5; allowed: a map"},
      {"study: [a]\n", "x.yaml:1: study: found a list; allowed: one line of text"},
      {"study: \"\"\n", "x.yaml:1: study: found \"\""},
  });
}

TEST(JobErrors, WordsThatAreNone) {
  EXPECT_EQ(refusal("study: a\ntraining: {optimizer: Adam}\n"),
            fmt::format("x.yaml:2: training.optimizer: found Adam; allowed: {}; did you mean adam?",
                        fmt::join(optimizer_words(), ", ")));
  EXPECT_EQ(refusal("study: a\nmodel: {activation: reul}\n"),
            fmt::format("x.yaml:2: model.activation: found reul; allowed: {}; did you mean relu?",
                        fmt::join(activation_words(), ", ")));
  EXPECT_EQ(
      refusal("study: a\nmodel: {initializer: he_unifrom}\n"),
      fmt::format("x.yaml:2: model.initializer: found he_unifrom; allowed: {}; did you mean he_uniform?",
                  fmt::join(initializer_words(), ", ")));
}

TEST(JobErrors, ValuesOutOfRange) {
  expect_refusals({
      {"study: a\ntraining: {dropout: 1.5}\n",
       "x.yaml:2: training.dropout: found 1.5; allowed: a number, 0 <= x < 1"},
      {"study: a\ntraining: {dropout: 1.0}\n", "x.yaml:2: training.dropout: found 1.0"},
      {"study: a\ntraining: {learning_rate: 0}\n",
       "x.yaml:2: training.learning_rate: found 0; allowed: a number > 0"},
      {"study: a\ntraining: {learning_rate: .inf}\n",
       "x.yaml:2: training.learning_rate: found .inf, which is no finite"},
      {"study: a\ntraining: {learning_rate: .nan}\n",
       "x.yaml:2: training.learning_rate: found .nan, which is no finite"},
      {"study: a\ntraining: {learning_rate: 1e999}\n",
       "x.yaml:2: training.learning_rate: found 1e999, which is no finite"},
      {"study: a\ntraining: {l2: 1e-400}\n",
       "x.yaml:2: training.l2: found 1e-400, which is too near 0 for a float64; allowed: a number >= 0"},
      {"study: a\ntraining: {dropout: 1e999}\n",
       "x.yaml:2: training.dropout: found 1e999, which is no finite float64; allowed: a number, 0 <= x < 1"},
      {"study: a\ntraining: {epochs: 1000000001}\n",
       "x.yaml:2: training.epochs: found 1000000001; allowed: a whole number from 1 to 1000000000"},
      {"study: a\nsearch: {space: {epochs: {low: 1, high: 9000000000}}}\n",
       "x.yaml:2: search.space.epochs.high: found 9000000000; allowed: a whole number from 1 to 1000000000"},
      {"study: a\ntraining: {batch_size: 0}\n",
       "x.yaml:2: training.batch_size: found 0; allowed: a whole number >= 1, or all"},
      {"study: a\ndata: {validation_fraction: 1.0}\n",
       "x.yaml:2: data.validation_fraction: found 1.0; allowed: a number, 0 < x < 1"},
      {"study: a\nmodel: {hidden: [128, 0]}\n", "x.yaml:2: model.hidden: found 0"},
      {"study: a\nsearch: {n_trials: 99999999999999999999}\n",
       "x.yaml:2: search.n_trials: found 99999999999999999999; allowed"},
      {"study: a\nsearch: {seed: -1}\n", "x.yaml:2: search.seed: found -1; allowed: a whole number >= 0"},
      {"study: a\nsearch: {repeats: 100000, n_trials: 100000, space: {l2: {low: 0, high: 1}}}\n",
       "x.yaml: search: found 100000 points x 100000 repeats; allowed: at most 1000000000 trials"},
  });
}

TEST(JobErrors, Schedules) {
  expect_refusals({
      {"study: a\ntraining: {learning_rate_schedule: cosine}\n",
       "x.yaml:2: training.learning_rate_schedule: found cosine; allowed: constant, {inverse_time:"},
      {"study: a\ntraining: {learning_rate_schedule: {cosin: {floor: 0}}}\n",
       "x.yaml:2: training.learning_rate_schedule: unknown schedule cosin; did you mean cosine?"},
      {"study: a\ntraining: {learning_rate_schedule: {step: {rate: 0.5, decay: 4}}}\n",
       "x.yaml:2: training.learning_rate_schedule.step.decay: unknown key"},
      {"study: a\ntraining: {learning_rate_schedule: {step: {updates: 4}}}\n",
       "x.yaml:2: training.learning_rate_schedule.step: rate is missing"},
      {"study: a\ntraining: {learning_rate_schedule: {step: {rate: 0.1}}}\n",
       "x.yaml:2: training.learning_rate_schedule.step: updates is missing; allowed: constant,"},
      {"study: a\ntraining: {learning_rate_schedule: {step: {rate: 2.0}}}\n",
       "x.yaml:2: training.learning_rate_schedule.step.rate: found 2.0; allowed: a number, 0 < x <= 1"},
      {"study: a\ntraining: {learning_rate_schedule: {step: {rate: 0.5}, cosine: {floor: 0}}}\n",
       "x.yaml:2: training.learning_rate_schedule: found a map"},
  });
}

TEST(JobErrors, SpacesThatCannotBeSearched) {
  expect_refusals({
      {"study: a\nsearch:\n  space: {}\n", "x.yaml:3: search.space: found an empty space"},
      {"study: a\nsearch:\n  space:\n",
       "x.yaml:3: search.space: found nothing; allowed: a map from searchable keys"},
      {"study: a\nsearch:\n  n_trials: 5\n",
       "x.yaml: search.space: the key is missing; sampler: random needs it"},
      {"study: a\nsearch: {space: {dropout: [0.1, 0.2]}}\n",
       "x.yaml:2: search.space.dropout: found a list; allowed: {choices: [...]} or {low:"},
      {"study: a\nsearch: {space: {dropout: {}}}\n", "x.yaml:2: search.space.dropout: found an empty map"},
      {"study: a\nsearch: {space: {dropout: {low: 0.1}}}\n",
       "x.yaml:2: search.space.dropout: high is missing"},
      {"study: a\nsearch: {space: {dropout: {low: 0.5, high: 0.1}}}\n",
       "x.yaml:2: search.space.dropout: low 0.5 is above high 0.1"},
      {"study: a\nsearch: {space: {dropout: {low: 0.0, high: 0.1, log: true}}}\n",
       "x.yaml:2: search.space.dropout: found low 0; with log: true low must be > 0"},
      {"study: a\nsearch: {space: {dropout: {low: 0.1, high: 0.2, log: yes}}}\n",
       "x.yaml:2: search.space.dropout.log: found yes; allowed: true or false"},
      {"study: a\nsearch: {space: {dropout: {min: 0.0, max: 0.1}}}\n",
       "x.yaml:2: search.space.dropout.min: unknown key; did you mean low?"},
      {"study: a\nsearch: {space: {dropout: {low: 0.0, high: 1.0}}}\n",
       "x.yaml:2: search.space.dropout.high: found 1.0; allowed: a number, 0 <= x < 1"},
      {"study: a\nsearch: {space: {dropout: {low: 0.1, high: 0.5, log: true, step: 0.1}}}\n",
       "x.yaml:2: search.space.dropout: log and step exclude each other"},
      {"study: a\nsearch: {space: {dropout: {low: 0.1, high: 0.5, points: 3, step: 0.1}}}\n",
       "x.yaml:2: search.space.dropout: points and step exclude each other"},
      {"study: a\nsearch: {space: {dropout: {low: 0.1, high: 0.5, step: 0}}}\n",
       "x.yaml:2: search.space.dropout.step: found 0"},
      {"study: a\nsearch: {space: {dropout: {choices: [0.1], low: 0.1}}}\n",
       "x.yaml:2: search.space.dropout.low: choices and bounds exclude each other"},
      {"study: a\nsearch: {space: {batch_size: {low: 1.5, high: 4}}}\n",
       "x.yaml:2: search.space.batch_size.low: found 1.5 (a float)"},
      {"study: a\nsearch: {space: {batch_size: {choices: []}}}\n",
       "x.yaml:2: search.space.batch_size.choices: found an empty list"},
      {"study: a\nsearch: {space: {batch_size: {choices: [16, 32, 16]}}}\n",
       "x.yaml:2: search.space.batch_size.choices: found 16 twice"},
      {"study: a\nsearch: {space: {dropout: {choices: [0, 0.0]}}}\n",
       "x.yaml:2: search.space.dropout.choices: found 0.0 twice"},
      {"study: a\nsearch: {space: {optimizer: {choices: [sgd, sdg]}}}\n",
       "x.yaml:2: search.space.optimizer.choices: found sdg; allowed: sgd,"},
      {"study: a\nsearch: {space: {activation: {low: 0, high: 1}}}\n",
       "x.yaml:2: search.space.activation.low: activation has no order; allowed: {choices: [...]}"},
      {"study: a\nsearch: {space: {n_layers: {low: 1, high: 3}}}\n",
       "x.yaml:2: search.space.n_layers: cannot be searched; the shape of a network is searched as a list of "
       "those to try: hidden: {choices: [[32], [64], [64, 32]]} (allowed: hidden,"},
      {"study: a\nsearch: {space: {units_l0: {low: 4, high: 128, log: true}}}\n",
       "x.yaml:2: search.space.units_l0: cannot be searched; the shape of a network is searched as a list"},
      {"study: a\nsearch: {space: {hidden: {layers: {low: 1, high: 3}, width: {low: 4, high: 128}}}}\n",
       "x.yaml:2: search.space.hidden.layers: unknown key; the shape of a network is searched as a list"},
      {"study: a\nsearch: {space: {hidden: {low: 4, high: 128}}}\n",
       "x.yaml:2: search.space.hidden.low: hidden has no order; allowed: {choices: [[32], [64], [64, 32]]}"},
      {"study: a\nsearch: {space: {training.dropout: {low: 0, high: 0.1}}}\n",
       "x.yaml:2: search.space.training.dropout: cannot be searched; did you mean dropout?"},
      {"study: a\nsearch: {space: {seed: {low: 0, high: 1}}}\n",
       "x.yaml:2: search.space.seed: cannot be searched (allowed: hidden,"},
      {"study: a\ntraining:\n  l2: 0.1\nsearch: {space: {l2: {low: 0, high: 1}}}\n",
       "x.yaml:3: training.l2: is fixed here and searched"},
  });
}

TEST(JobErrors, SamplersAndTheirKeys) {
  expect_refusals({
      {"study: a\nsearch: {sampler: gird}\n",
       "x.yaml:2: search.sampler: found gird; allowed: random, grid, list, sobol, lhs, tpe; did you mean "
       "grid?"},
      {"study: a\nsearch: {sampler: grid, space: {dropout: {low: 0, high: 0.5}}}\n",
       "x.yaml:2: search.space.dropout: a grid needs step, points or choices"},
      {"study: a\nsearch:\n  sampler: grid\n  n_trials: 5\n  space: {dropout: {choices: [0]}}\n",
       "x.yaml:4: search.n_trials: sampler: grid counts its points itself"},
      {"study: a\nsearch: {sampler: grid, space: {l2: {low: 0, high: 1, step: 1e-9}}}\n",
       "x.yaml:2: search.space.l2: found 1e+09 values"},
      {"study: a\nsearch: {sampler: list}\n",
       "x.yaml: search.trials: the key is missing; sampler: list needs it"},
      {"study: a\nsearch: {sampler: list, trials: []}\n", "x.yaml:2: search.trials: found an empty list"},
      {"study: a\nsearch: {sampler: list, trials: [{}]}\n", "x.yaml:2: search.trials.0: found an empty map"},
      {"study: a\nsearch: {sampler: list, n_trials: 2, trials: [{l2: 0}]}\n",
       "x.yaml:2: search.n_trials: sampler: list counts"},
      {"study: a\nsearch: {sampler: list, space: {l2: {choices: [0]}}, trials: [{l2: 0}]}\n",
       "x.yaml:2: search.space: does not go with sampler: list"},
      {"study: a\nsearch: {trials: [{l2: 0}]}\n",
       "x.yaml:2: search.trials: does not go with sampler: random"},
      {"study: a\nsearch:\n  sampler: list\n  trials:\n    - {l2: 0.1}\n    - {l2: -1}\n",
       "x.yaml:6: search.trials.1.l2: found -1"},
  });
}

TEST(JobErrors, DesignsAndTheirKeys) {
  expect_refusals({
      {"study: a\nsearch: {sampler: sobol}\n",
       "x.yaml: search.space: the key is missing; sampler: sobol needs it"},
      {"study: a\nsearch: {sampler: lhs, trials: [{l2: 0}]}\n",
       "x.yaml:2: search.trials: does not go with sampler: lhs, which takes search.space"},
      {"study: a\nsearch: {sampler: lhs, n_trials: 0, space: {l2: {low: 0, high: 1}}}\n",
       "x.yaml:2: search.n_trials: found 0"},
      {"study: a\nsearch: {sampler: sobol, space: {l2: {low: 0, high: 1}}, enqueue: [{l2: 2}]}\n",
       "x.yaml:2: search.enqueue.0.l2: found 2.0, which is not in the space"},
  });
}

TEST(JobErrors, MoreParametersThanSobolHasDimensions) {
  std::vector<ParameterDeclaration> parameters;
  std::string space;
  for (int i = 0; i < 101; ++i) {
    const std::string name = "p" + std::to_string(i);
    parameters.push_back({name, real_between(0.0, false, 1.0, false), 0.5});
    space += "    " + name + ": {low: 0, high: 1}\n";
  }
  const KeyTable keys = custom_keys("wide", parameters, {{{"error", "1", "", Direction::minimize}}});
  const std::string head = "program: wide\nstudy: a\nobjective: {metric: error}\nsearch:\n";
  const JobText sobol(head + "  sampler: sobol\n  space:\n" + space);
  try {
    read_job(sobol.path(), {}, {}, keys);
    ADD_FAILURE() << "101 dimensions were not refused";
  } catch (const ConfigError& e) {
    EXPECT_NE(std::string(e.what()).find(
                  "x.yaml:7: search.space: found 101 parameters; sampler: sobol takes at most 100: fix some"),
              std::string::npos)
        << e.what();
  }
  EXPECT_EQ(read_job(sobol.path(), {"parameters.p3=0.5"}, {}, keys).definition.search.space.size(), 100U);
  EXPECT_EQ(read_job(sobol.path(), {"search.sampler=lhs"}, {}, keys).definition.search.space.size(), 101U);
}

TEST(JobErrors, DataKeysOfAnotherSource) {
  expect_refusals({
      {"study: a\ndata: {source: mnist}\n",
       "x.yaml:2: data.source: found mnist; allowed: synthetic-digits, idx, csv, hdf5"},
      {"study: a\ndata: {source: idx}\n",
       "x.yaml: data.directory: the key is missing; source: idx needs a directory"},
      {"study: a\ndata: {source: idx, directory: d, label_column: x}\n",
       "x.yaml:2: data.label_column: is for source: csv only, and the source is idx"},
      {"study: a\ndata: {source: hdf5, file: d.h5, exclude: [3]}\n",
       "x.yaml:2: data.exclude: is for source: csv only, and the source is hdf5"},
      {"study: a\ndata: {source: csv, train: t.csv, exclude: {a: b}}\n",
       "x.yaml:2: data.exclude: found a map; allowed: a list of names or 0-based numbers"},
      {"study: a\ndata: {source: csv, train: t.csv, exclude: [a, ~]}\n", "x.yaml:2: data.exclude: found"},
      {"study: a\ndata: {source: idx, train: a.csv}\n",
       "x.yaml:2: data.train: is for source: csv only, and the source is idx; write {images: FILE, labels: "
       "FILE}"},
      {"study: a\ndata: {source: idx, train: {images: a}}\n", "x.yaml:2: data.train: labels is missing"},
      {"study: a\ndata: {source: idx, directory: d, train: {images: a, labels: b}}\n",
       "x.yaml:2: data.train: data.directory names the files already"},
      {"study: a\ndata: {source: csv}\n", "x.yaml: data.train: the key is missing"},
      {"study: a\ndata: {source: csv, train: {images: a, labels: b}}\n",
       "x.yaml:2: data.train.images: is for source: idx only"},
      {"study: a\ndata: {directory: d}\n",
       "x.yaml:2: data.directory: is for source: idx only, and the source is synthetic-digits (the default)"},
      {"study: a\ndata: {source: hdf5}\n", "x.yaml: data.file: the key is missing"},
      {"study: a\ndata: {source: hdf5, train: a.h5}\n",
       "x.yaml:2: data.train: is for source: csv only, and the source is hdf5; write file: FILE"},
      {"study: a\ndata: {source: hdf5, file: a, test_labels: y}\n",
       "x.yaml:2: data.test_features: the key is missing; features and labels are named together"},
      {"study: a\ndata: {source: csv, train: a, file: a}\n", "x.yaml:2: data.file: is for source: hdf5 only"},
      {"study: a\ndata: {source: csv, train: a, train_rows: 4}\n",
       "x.yaml:2: data.train_rows: is for source: synthetic-digits only"},
  });
}

TEST(JobErrors, TextsThatAreNoJob) {
  expect_refusals({
      {"", "x.yaml: is empty"},
      {"# a comment\n", "x.yaml: is empty"},
      {"[1, 2]\n", "x.yaml:1: found a list; allowed: a map with the keys study, data,"},
      {"just text\n", "x.yaml:1: found just text; allowed: a map"},
      {"study: a\n---\nstudy: b\n", "x.yaml:2: found a second document"},
      {"[study]\n, a\n", "x.yaml:2: found , a after the end of the value"},  // yaml-cpp's LoadAll never ends
      {"study: a\ntraining: {epochs: 3\n", "x.yaml:3: not valid YAML: a { before here is not closed"},
      {"study: [a\ntraining: 1\n", "x.yaml:2: not valid YAML: a [ before here is not closed"},
      {"study: a\ntraining:\n  epochs: 3: 4\n", "x.yaml:3: not valid YAML: found a second :"},
      {"study: \"a\ntraining: {epochs: 3}\n",
       "x.yaml:1: study: found a quote that is not closed on its line"},
      {"study: a\ntraining:\n\tepochs: 10\n", "x.yaml:3: found a tab in the indentation; use spaces"},
      {"study: a\nmodel:\n  activation: caf\xe9\n", "x.yaml:3: found a byte that is not UTF-8"},
      {"study: a\x01\n", "x.yaml:1: found a control character"},
      {R"(study: "a\x01")", "x.yaml:1: study: found an escape for a control character"},
      {R"(study: "a\0b")", "x.yaml:1: study: found an escape for a control character"},
      {R"(study: "a\rb")", "x.yaml:1: study: found an escape for a control character"},
      {R"(study: "a\Nb")", "x.yaml:1: study: found an escape for a control character"},
      {"study: !!str a\n", "x.yaml:1: study: found the tag"},
      {"study: a\n? [a]\n: b\n", "x.yaml:2: found a key that is not a word"},
      {"study: a\ntraining: &t\n  l2: *t\n", "x.yaml:2: training.l2.l2"},
  });
}

TEST(JobErrors, FilesThatAreNone) {
  const auto message = [](const std::string& path) -> std::string {
    try {
      read_job(path, {});
    } catch (const ConfigError& e) {
      return e.what();
    }
    return {};
  };
  EXPECT_EQ(message("no/such/job.yaml"), "no/such/job.yaml: there is no such job file");
  EXPECT_EQ(message("/"), "/: is a folder; give a job file in it");
}

// Eleven lines that stand for 10^11 values; without a limit they take all memory there is, with a far one the
// steps after this take seconds.
TEST(JobErrors, AliasesThatMakeTooMuch) {
  std::string bomb = "study: a\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i <= 10; ++i) {
    const std::string alias = fmt::format("*a{}", i - 1);
    bomb += fmt::format("a{}: &a{} [{}]\n", i, i, fmt::join(std::vector<std::string>(10, alias), ", "));
  }
  EXPECT_EQ(refusal(bomb).substr(0, 14), "x.yaml:5: a3: ");
  EXPECT_NE(refusal(bomb).find("its aliases make more than 10000 values"), std::string::npos);
  const std::string line = fmt::format("[{}]", fmt::join(std::vector<std::string>(100, "*t"), ", "));
  const std::string texts = "study: a\nt: &t \"" + std::string(1U << 14, 'x') + "\"\nb: " + line + "\n";
  EXPECT_NE(refusal(texts).find("or 1 MB of text"), std::string::npos);
}

TEST(JobErrors, TheParsersWordsArePrintable) {
  EXPECT_EQ(refusal("study: \"a\\\u00e9\"\n"), "x.yaml:1: not valid YAML: unknown escape character: ?");
}

TEST(JobErrors, ManyKeysTakeNoLongerThanTheyShould) {
  std::string text = "study: a\n";
  for (int i = 0; i < 100'000; ++i) text += fmt::format("k{}: 1\n", i);
  EXPECT_EQ(refusal(text + "k7: 2\n"),
            "x.yaml:100002: k7: the key stands here twice, first on line 9; remove one");
}

TEST(JobErrors, MessagesAreOneLineOfUtf8) {
  expect_refusals({{"study: a\n\"b\\nc\": 1\n", "x.yaml:2: found a key with a control character"}});
  const std::string cut = std::string(59, 'a');
  EXPECT_NE(refusal("study: a\ntraining: {epochs: " + cut + "µµ}\n").find("found " + cut + "...; "),
            std::string::npos);
  expect_refusals({{"study: \"\xED\xA0\x80\"\n", "x.yaml:1: found a byte that is not UTF-8"}});
}

}  // namespace
}  // namespace trawl
