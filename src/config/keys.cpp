// Lists every key of trawl's job files, with its rule and its meaning.
#include "trawl/config/keys.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "trawl/base/patience.hpp"
#include "trawl/config/pruner_reader.hpp"
#include "trawl/search/sampler_kind.hpp"

namespace trawl {
namespace {

using Kind = ValueRule::Kind;
using Source = DataDefinition::Source;

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMaxWidth = 1'000'000;
constexpr std::int64_t kMaxRows = 100'000'000;
constexpr std::int64_t kMaxRepeats = 1'000'000;
constexpr std::int64_t kMaxAttempts = 1'000'000;
constexpr std::int64_t kMaxEpochs = 1'000'000'000;  // so that updates can be counted

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): a lambda a field, without its frame each time
#define TRAWL_FIELD(member) [](StudyDefinition& d) -> Field { return &d.member; }

template <class Enum>
ValueRule word() {
  return one_of(words_of<Enum>());
}

void add_hdf5(std::vector<JobKey>& keys) {
  keys.push_back({.path = "data.file",
                  .rule = of_kind(Kind::path),
                  .field = TRAWL_FIELD(data.file),
                  .meaning = "the HDF5 file that holds the data sets below",
                  .source = Source::hdf5,
                  .default_note = "required"});
  keys.push_back({.path = "data.train_features",
                  .rule = of_kind(Kind::dataset),
                  .field = TRAWL_FIELD(data.train_features),
                  .meaning = "training rows: numbers, [rows, features] or [rows, height, width]",
                  .source = Source::hdf5,
                  .default_note = "`x_train`, or see above"});
  keys.push_back({.path = "data.train_labels",
                  .rule = of_kind(Kind::dataset),
                  .field = TRAWL_FIELD(data.train_labels),
                  .meaning = "their labels: whole numbers, [rows]",
                  .source = Source::hdf5,
                  .default_note = "`y_train`, or see above"});
  keys.push_back({.path = "data.test_features",
                  .rule = of_kind(Kind::dataset),
                  .field = TRAWL_FIELD(data.test_features),
                  .meaning = "test rows",
                  .source = Source::hdf5,
                  .default_note = "`x_test`, or see above; with `train_features`: no test rows"});
  keys.push_back({.path = "data.test_labels",
                  .rule = of_kind(Kind::dataset),
                  .field = TRAWL_FIELD(data.test_labels),
                  .meaning = "their labels",
                  .source = Source::hdf5,
                  .default_note = "with `test_features`"});
}

void add_data(std::vector<JobKey>& keys) {
  keys.push_back({.path = "data.source",
                  .rule = word<Source>(),
                  .field = TRAWL_FIELD(data.source),
                  .meaning = "where the samples come from"});
  keys.push_back({.path = "data.directory",
                  .rule = of_kind(Kind::path),
                  .field = TRAWL_FIELD(data.directory),
                  .meaning = "holds the four customary files, .gz or not",
                  .source = Source::idx,
                  .default_note = "this or `train`"});
  keys.push_back({.path = "data.train",
                  .rule = of_kind(Kind::path),
                  .field = TRAWL_FIELD(data.train.images),
                  .meaning = "the table of training rows",
                  .source = Source::csv,
                  .default_note = "required"});
  keys.push_back({.path = "data.test",
                  .rule = of_kind(Kind::path),
                  .field = TRAWL_FIELD(data.test.images),
                  .meaning = "the table of test rows",
                  .source = Source::csv,
                  .default_note = "no test rows"});
  keys.push_back({.path = "data.train.images",
                  .rule = of_kind(Kind::path),
                  .field = TRAWL_FIELD(data.train.images),
                  .meaning = "training images",
                  .source = Source::idx,
                  .default_note = "this or `directory`"});
  keys.push_back({.path = "data.train.labels",
                  .rule = of_kind(Kind::path),
                  .field = TRAWL_FIELD(data.train.labels),
                  .meaning = "training labels",
                  .source = Source::idx,
                  .default_note = "with `train.images`"});
  keys.push_back({.path = "data.test.images",
                  .rule = of_kind(Kind::path),
                  .field = TRAWL_FIELD(data.test.images),
                  .meaning = "test images",
                  .source = Source::idx,
                  .default_note = "no test rows"});
  keys.push_back({.path = "data.test.labels",
                  .rule = of_kind(Kind::path),
                  .field = TRAWL_FIELD(data.test.labels),
                  .meaning = "test labels",
                  .source = Source::idx,
                  .default_note = "with `test.images`"});
  keys.push_back({.path = "data.label_column",
                  .rule = of_kind(Kind::text),
                  .field = TRAWL_FIELD(data.label_column),
                  .meaning = "the column of labels: its name in the header, or its 0-based number",
                  .source = Source::csv});
  keys.push_back({.path = "data.exclude",
                  .rule = of_kind(Kind::columns),
                  .field = TRAWL_FIELD(data.exclude),
                  .meaning = "columns that are no features, such as one that numbers the rows",
                  .source = Source::csv,
                  .is_later = true});
  add_hdf5(keys);
  keys.push_back({.path = "data.train_rows",
                  .rule = integer_between(2, kMaxRows),
                  .field = TRAWL_FIELD(data.train_rows),
                  .meaning = "training rows to draw, validation included",
                  .source = Source::synthetic_digits});
  keys.push_back({.path = "data.test_rows",
                  .rule = integer_between(0, kMaxRows),
                  .field = TRAWL_FIELD(data.test_rows),
                  .meaning = "test rows to draw",
                  .source = Source::synthetic_digits});
  keys.push_back({.path = "data.seed",
                  .rule = integer_between(0, kNoLimit),
                  .field = TRAWL_FIELD(data.seed),
                  .meaning = "which digits are drawn",
                  .source = Source::synthetic_digits});
  keys.push_back({.path = "data.validation_fraction",
                  .rule = real_between(0.0, true, 1.0, true),
                  .field = TRAWL_FIELD(data.validation_fraction),
                  .meaning = "share of the training rows that is held back"});
  keys.push_back({.path = "data.split",
                  .rule = word<DataDefinition::Split>(),
                  .field = TRAWL_FIELD(data.split),
                  .meaning = "hold back the last rows, or some shuffled by `search.seed`"});
  keys.push_back({.path = "data.scaling",
                  .rule = word<DataDefinition::Scaling>(),
                  .field = TRAWL_FIELD(data.scaling),
                  .meaning =
                      "unit: into 0..1 (/255 or min-max); standard: mean 0, deviation 1; fitted on the "
                      "training rows alone"});
}

void add_model(std::vector<JobKey>& keys) {
  keys.push_back({.path = "model.hidden",
                  .rule = of_kind(Kind::widths, 1, kMaxWidth),
                  .searchable = true,
                  .field = TRAWL_FIELD(model.hidden),
                  .meaning = "widths of the hidden layers"});
  keys.push_back({.path = "model.activation",
                  .rule = word<ModelDefinition::Activation>(),
                  .searchable = true,
                  .field = TRAWL_FIELD(model.activation),
                  .meaning = "after every hidden layer"});
  keys.push_back({.path = "model.initializer",
                  .rule = word<ModelDefinition::Initializer>(),
                  .searchable = true,
                  .field = TRAWL_FIELD(model.initializer),
                  .meaning = "how the weights are drawn; biases are 0"});
  keys.push_back({.path = "model.batch_normalization",
                  .rule = of_kind(Kind::layers),
                  .searchable = true,
                  .field = TRAWL_FIELD(model.batch_normalization),
                  .meaning = "hidden layers that are normalized, before the activation",
                  .is_later = true});
}

void add_optimizer(std::vector<JobKey>& keys) {
  const ValueRule decay = real_between(0.0, false, 1.0, true);
  keys.push_back({.path = "training.momentum",
                  .rule = decay,
                  .searchable = true,
                  .field = TRAWL_FIELD(training.momentum),
                  .meaning = "of momentum and nesterov"});
  keys.push_back({.path = "training.rho",
                  .rule = decay,
                  .searchable = true,
                  .field = TRAWL_FIELD(training.rho),
                  .meaning = "of rmsprop"});
  keys.push_back({.path = "training.beta_1",
                  .rule = decay,
                  .searchable = true,
                  .field = TRAWL_FIELD(training.beta_1),
                  .meaning = "of adam"});
  keys.push_back({.path = "training.beta_2",
                  .rule = decay,
                  .searchable = true,
                  .field = TRAWL_FIELD(training.beta_2),
                  .meaning = "of adam"});
  keys.push_back({.path = "training.epsilon",
                  .rule = real_above(0.0),
                  .searchable = true,
                  .field = TRAWL_FIELD(training.epsilon),
                  .meaning = "of rmsprop and adam"});
}

void add_training(std::vector<JobKey>& keys) {
  keys.push_back({.path = "training.epochs",
                  .rule = integer_between(1, kMaxEpochs),
                  .searchable = true,
                  .field = TRAWL_FIELD(training.epochs),
                  .meaning = "passes over the training rows"});
  keys.push_back({.path = "training.optimizer",
                  .rule = word<TrainingDefinition::Optimizer>(),
                  .searchable = true,
                  .field = TRAWL_FIELD(training.optimizer),
                  .meaning = "the update rule"});
  keys.push_back({.path = "training.learning_rate",
                  .rule = real_above(0.0),
                  .searchable = true,
                  .field = TRAWL_FIELD(training.learning_rate),
                  .meaning = "step size of the first update"});
  keys.push_back({.path = "training.learning_rate_schedule",
                  .rule = of_kind(Kind::schedule),
                  .searchable = true,
                  .field = TRAWL_FIELD(training.learning_rate_schedule),
                  .meaning = "how it falls; `updates` absent (not from step): over the whole training"});
  keys.push_back({.path = "training.batch_size",
                  .rule = of_kind(Kind::batch_size, 1, kNoLimit),
                  .searchable = true,
                  .field = TRAWL_FIELD(training.batch_size),
                  .meaning = "samples an update; all: the whole training set"});
  keys.push_back({.path = "training.dropout",
                  .rule = rates_between(0.0, false, 1.0, true),
                  .searchable = true,
                  .field = TRAWL_FIELD(training.dropout),
                  .meaning = "probability that a hidden activation is zeroed"});
  keys.push_back({.path = "training.l2",
                  .rule = real_from(0.0),
                  .searchable = true,
                  .field = TRAWL_FIELD(training.l2),
                  .meaning = "λ of the penalty λ·Σw² on the weights"});
  add_optimizer(keys);
  keys.push_back({.path = "training.early_stopping",
                  .rule = early_stopping_by(perceptron_metrics().rankable_names()),
                  .searchable = true,
                  .field = TRAWL_FIELD(training.early_stopping),
                  .meaning = "end a training that has not improved for `patience` epochs, see above",
                  .is_later = true});
}

void add_search(std::vector<JobKey>& keys) {
  keys.push_back({.path = "search.sampler",
                  .rule = one_of(sampler_words()),
                  .field = TRAWL_FIELD(search.sampler),
                  .meaning = "how the points are chosen"});
  keys.push_back({.path = "search.n_trials",
                  .rule = integer_between(1, kMaxTrials),
                  .field = TRAWL_FIELD(search.n_points),
                  .meaning = "points to draw; not with `grid` and `list`, which count theirs"});
  keys.push_back({.path = "search.repeats",
                  .rule = integer_between(1, kMaxRepeats),
                  .field = TRAWL_FIELD(search.repeats),
                  .meaning = "trainings a point, with other random numbers each"});
  keys.push_back({.path = "search.seed",
                  .rule = integer_between(0, kNoLimit),
                  .field = TRAWL_FIELD(search.seed),
                  .meaning = "all random numbers of the study derive from it"});
  keys.push_back({.path = "search.space",
                  .rule = of_kind(Kind::space),
                  .meaning = "what is searched; not with `list`",
                  .default_note = "nothing is searched"});
  keys.push_back({.path = "search.trials",
                  .rule = of_kind(Kind::trials),
                  .meaning = "with `list`: the points",
                  .default_note = "required with `list`"});
  keys.push_back({.path = "search.enqueue",
                  .rule = of_kind(Kind::trials),
                  .meaning = "known points, tried first, see above; not with `grid` and `list`",
                  .default_note = "none"});
}

void add_objective(std::vector<JobKey>& keys) {
  keys.push_back({.path = "objective.metric",
                  .rule = one_of(perceptron_metrics().rankable_names()),
                  .field = TRAWL_FIELD(objective.metric),
                  .meaning = "what ranks the trials"});
  keys.push_back({.path = "objective.direction",
                  .rule = word<ObjectiveDefinition::Direction>(),
                  .field = TRAWL_FIELD(objective.direction),
                  .meaning = "what is better",
                  .default_note = "maximize val_accuracy, minimize the losses"});
  keys.push_back({.path = "objective.at",
                  .rule = word<ObjectiveDefinition::At>(),
                  .field = TRAWL_FIELD(objective.at),
                  .meaning = "the epoch that counts: the last one trained, or the best"});
}

void add_cluster(std::vector<JobKey>& keys) {
  static_assert(kFilePatience == 3.0, "as the meaning of heartbeat_timeout says");
  keys.push_back({.path = "cluster.isolation",
                  .rule = word<ClusterDefinition::Isolation>(),
                  .field = TRAWL_FIELD(cluster.isolation),
                  .meaning = "process: a crash costs one attempt; none: for trials of a few milliseconds"});
  keys.push_back({.path = "cluster.max_attempts",
                  .rule = integer_between(1, kMaxAttempts),
                  .field = TRAWL_FIELD(cluster.max_attempts),
                  .meaning = "how often a trial is started before it counts as failed"});
  keys.push_back({.path = "cluster.trial_timeout",
                  .rule = real_from(0.0),
                  .field = TRAWL_FIELD(cluster.trial_timeout),
                  .meaning = "seconds until an attempt is ended; 0: never"});
  keys.push_back(
      {.path = "cluster.give_up_after",
       .rule = integer_between(0, kMaxTrials),
       .field = TRAWL_FIELD(cluster.give_up_after),
       .meaning = "stop with exit code 2 when the first so many trials by number have all failed; the same "
                  "command goes on, for the next so many; 0: never"});
  keys.push_back(
      {.path = "cluster.heartbeat_timeout",
       .rule = real_from(kShortestHeartbeatTimeout),
       .field = TRAWL_FIELD(cluster.heartbeat_timeout),
       .meaning =
           "seconds of silence after which a worker is lost and its trial handed out again; so is one "
           "whose trial waits three times as long for its checkpoint's file; with `isolation: none` no "
           "epoch may take so long"});
  keys.push_back({.path = "cluster.checkpoint_every",
                  .rule = real_from(0.0),
                  .field = TRAWL_FIELD(cluster.checkpoint_every),
                  .meaning = "seconds between two checkpoints of a trial; 0: only when it is stopped"});
  keys.push_back({.path = "cluster.full_disk_timeout",
                  .rule = real_from(0.0),
                  .field = TRAWL_FIELD(cluster.full_disk_timeout),
                  .meaning =
                      "seconds that a search goes on without room for its journal; then it stops with exit "
                      "code 4"});
}

KeyTable make_table() {
  KeyTable table;
  std::vector<JobKey>& keys = table.keys;
  keys.push_back({.path = "study",
                  .rule = of_kind(Kind::text),
                  .field = TRAWL_FIELD(name),
                  .meaning = "the study's name",
                  .default_note = "required"});
  add_data(keys);
  add_model(keys);
  add_training(keys);
  add_search(keys);
  keys.push_back(pruner_key());
  add_objective(keys);
  add_cluster(keys);
  return table;
}

}  // namespace

const KeyTable& perceptron_keys() {
  static const KeyTable kTable = make_table();
  return kTable;
}

const JobKey* KeyTable::find(std::string_view path) const {
  const auto key = std::find_if(keys.begin(), keys.end(), [&](const JobKey& k) { return k.path == path; });
  return key == keys.end() ? nullptr : &*key;
}

const JobKey* KeyTable::find_searchable(std::string_view name) const {
  for (const JobKey& key : keys) {
    if (key.searchable && key.name() == name) return &key;
  }
  return nullptr;
}

std::vector<std::string> KeyTable::searchable_names() const {
  std::vector<std::string> names;
  for (const JobKey& key : keys) {
    if (key.searchable) names.push_back(key.name());
  }
  return names;
}

std::vector<std::string> KeyTable::names_below(const std::string& section) const {
  const std::string prefix = section.empty() ? "" : section + ".";
  std::vector<std::string> names;
  for (const JobKey& key : keys) {
    if (key.path.compare(0, prefix.size(), prefix) != 0) continue;
    const std::string name =
        key.path.substr(prefix.size(), key.path.find('.', prefix.size()) - prefix.size());
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

}  // namespace trawl
