// Lists the keys of a program's job files, with their rules and meanings.
#include "trawl/config/keys.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/base/patience.hpp"
#include "trawl/config/pruner_reader.hpp"
#include "trawl/config/value_reader.hpp"
#include "trawl/search/sampler_kind.hpp"
#include "trawl/study/data_source.hpp"

namespace trawl {
namespace {

using Kind = ValueRule::Kind;

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMaxRows = 100'000'000;
constexpr std::int64_t kMaxRepeats = 1'000'000;
constexpr std::int64_t kMaxAttempts = 1'000'000;

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
                  .default_note = "required"});
  keys.push_back({.path = "data.train_features",
                  .rule = of_kind(Kind::dataset),
                  .field = TRAWL_FIELD(data.train_features),
                  .meaning = "training rows: numbers, [rows, features] or [rows, height, width]",
                  .default_note = "`x_train`, or see above"});
  keys.push_back({.path = "data.train_labels",
                  .rule = of_kind(Kind::dataset),
                  .field = TRAWL_FIELD(data.train_labels),
                  .meaning = "their labels: whole numbers, [rows]",
                  .default_note = "`y_train`, or see above"});
  keys.push_back({.path = "data.test_features",
                  .rule = of_kind(Kind::dataset),
                  .field = TRAWL_FIELD(data.test_features),
                  .meaning = "test rows",
                  .default_note = "`x_test`, or see above; with `train_features`: no test rows"});
  keys.push_back({.path = "data.test_labels",
                  .rule = of_kind(Kind::dataset),
                  .field = TRAWL_FIELD(data.test_labels),
                  .meaning = "their labels",
                  .default_note = "with `test_features`"});
}

void add_data(std::vector<JobKey>& keys) {
  keys.push_back({.path = "data.source",
                  .rule = one_of(source_words()),
                  .field = TRAWL_FIELD(data.source),
                  .meaning = "where the samples come from"});
  keys.push_back({.path = "data.directory",
                  .rule = of_kind(Kind::path),
                  .field = TRAWL_FIELD(data.directory),
                  .meaning = "holds the four customary files, .gz or not",
                  .default_note = "this or `train`"});
  keys.push_back({.path = "data.train",
                  .rule = of_kind(Kind::path),
                  .field = TRAWL_FIELD(data.train.table),
                  .meaning = "the table of training rows",
                  .default_note = "required"});
  keys.push_back({.path = "data.test",
                  .rule = of_kind(Kind::path),
                  .field = TRAWL_FIELD(data.test.table),
                  .meaning = "the table of test rows",
                  .default_note = "no test rows"});
  keys.push_back({.path = "data.train.images",
                  .rule = of_kind(Kind::path),
                  .field = TRAWL_FIELD(data.train.images),
                  .meaning = "training images",
                  .default_note = "this or `directory`"});
  keys.push_back({.path = "data.train.labels",
                  .rule = of_kind(Kind::path),
                  .field = TRAWL_FIELD(data.train.labels),
                  .meaning = "training labels",
                  .default_note = "with `train.images`"});
  keys.push_back({.path = "data.test.images",
                  .rule = of_kind(Kind::path),
                  .field = TRAWL_FIELD(data.test.images),
                  .meaning = "test images",
                  .default_note = "no test rows"});
  keys.push_back({.path = "data.test.labels",
                  .rule = of_kind(Kind::path),
                  .field = TRAWL_FIELD(data.test.labels),
                  .meaning = "test labels",
                  .default_note = "with `test.images`"});
  keys.push_back({.path = "data.label_column",
                  .rule = of_kind(Kind::text),
                  .field = TRAWL_FIELD(data.label_column),
                  .meaning = "the column of labels: its name in the header, or its 0-based number"});
  keys.push_back({.path = "data.exclude",
                  .rule = of_kind(Kind::columns),
                  .field = TRAWL_FIELD(data.exclude),
                  .meaning = "columns that are no features, such as one that numbers the rows",
                  .is_later = true});
  add_hdf5(keys);
  keys.push_back({.path = "data.train_rows",
                  .rule = integer_between(2, kMaxRows),
                  .field = TRAWL_FIELD(data.train_rows),
                  .meaning = "training rows to draw, validation included"});
  keys.push_back({.path = "data.test_rows",
                  .rule = integer_between(0, kMaxRows),
                  .field = TRAWL_FIELD(data.test_rows),
                  .meaning = "test rows to draw"});
  keys.push_back({.path = "data.seed",
                  .rule = integer_between(0, kNoLimit),
                  .field = TRAWL_FIELD(data.seed),
                  .meaning = "which digits are drawn"});
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

ParameterValue* fixed_value(StudyDefinition& definition, const std::string& name) {
  auto& values = definition.parameters;
  const auto value = std::find_if(values.begin(), values.end(),
                                  [&](const auto& candidate) { return candidate.first == name; });
  TRAWL_CHECK(value != values.end(), "no parameter {}", name);
  return &value->second;
}

void add_parameter(const ParameterDeclaration& parameter, KeyTable& table) {
  const std::string& name = parameter.name;
  TRAWL_CHECK(parameter.rule.is_for_parameters(), "parameter {} takes what no parameter does", name);
  TRAWL_CHECK(!name.empty() && name.find('.') == std::string::npos && name != kPointName && name != "from",
              "'{}' cannot be the name of a parameter", name);
  TRAWL_CHECK(table.find_searchable(name) == nullptr, "two parameters are called {}", name);
  JobKey key{.path = fmt::format("{}.{}", parameter.section, name),
             .rule = parameter.rule,
             .searchable = true,
             .field = [name](StudyDefinition& d) -> Field { return fixed_value(d, name); },
             .meaning = parameter.meaning,
             .is_later = parameter.is_later};
  const YamlTree initial = parse_yaml(to_text(parameter.initial), {"the program's declaration"});
  table.defaults.parameters.emplace_back(name, read_value(key.rule, initial, key.path));
  table.keys.push_back(std::move(key));
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
  keys.push_back(
      {.path = "search.max_concurrent_trials",
       .rule = integer_between(1, kMaxConcurrentTrials),
       .field = TRAWL_FIELD(search.max_concurrent_trials),
       .meaning = "slots of the timetable by which results decide, see above; 1.5 to 2 for each worker",
       .default_note = "16 where results decide what no bracket can"});
  keys.push_back({.path = "search.n_startup_trials",
                  .rule = integer_between(1, kMaxTrials),
                  .field = TRAWL_FIELD(search.n_startup_trials),
                  .meaning = "with `tpe`: results before the first informed proposal"});
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

// "minimize val_loss and val_cross_entropy, maximize val_accuracy"
std::string directions_text(const MetricTable& metrics) {
  std::string text;
  for (const Direction direction : {Direction::minimize, Direction::maximize}) {
    std::vector<std::string> names = metrics.rankable_names();
    const auto is_other = [&](const std::string& name) { return metrics.direction_of(name) != direction; };
    names.erase(std::remove_if(names.begin(), names.end(), is_other), names.end());
    if (names.empty()) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", to_text(direction), fmt::join(names, " and "));
  }
  return text;
}

void add_objective(const MetricTable& metrics, std::vector<JobKey>& keys) {
  keys.push_back({.path = "objective.metric",
                  .rule = one_of(metrics.rankable_names()),
                  .field = TRAWL_FIELD(objective.metric),
                  .meaning = "what ranks the trials"});
  keys.push_back({.path = "objective.direction",
                  .rule = word<ObjectiveDefinition::Direction>(),
                  .field = TRAWL_FIELD(objective.direction),
                  .meaning = "what is better",
                  .default_note = directions_text(metrics)});
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

StudyDefinition defaults_of(const ProgramDeclaration& program) {
  StudyDefinition defaults;
  const std::vector<std::string> rankable = program.metrics.rankable_names();
  TRAWL_CHECK(!rankable.empty(), "a program needs a metric to rank its trials by");
  defaults.program = program.name;
  defaults.metrics = program.metrics;
  defaults.objective.metric = program.metric.empty() ? rankable.front() : program.metric;
  return defaults;
}

}  // namespace

KeyTable job_keys(const ProgramDeclaration& program) {
  KeyTable table{.keys = {}, .defaults = defaults_of(program), .program = program};
  std::vector<JobKey>& keys = table.keys;
  keys.push_back({.path = "study",
                  .rule = of_kind(Kind::text),
                  .field = TRAWL_FIELD(name),
                  .meaning = "the study's name",
                  .default_note = "required"});
  if (!program.name.empty()) {
    keys.push_back({.path = "program",
                    .rule = one_of({program.name}),
                    .field = TRAWL_FIELD(program),
                    .meaning = "whose job it is"});
  }
  add_data(keys);
  for (const ParameterDeclaration& parameter : program.parameters) add_parameter(parameter, table);
  if (!program.epochs.empty()) {
    const JobKey* epochs = table.find_searchable(program.epochs);
    TRAWL_CHECK(epochs != nullptr && epochs->rule.kind == Kind::integer,
                "'{}' is no parameter of whole numbers, which could count epochs", program.epochs);
  }
  add_search(keys);
  keys.push_back(pruner_key());
  add_objective(program.metrics, keys);
  add_cluster(keys);
  return table;
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
