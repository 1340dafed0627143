// Reads a file, also while it is replaced.
#include "trawl/results/read_results.hpp"

#include <algorithm>
#include <filesystem>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "read_legs.hpp"
#include "read_network.hpp"
#include "trawl/base/disk_file.hpp"
#include "trawl/base/guarded_process.hpp"
#include "trawl/base/text.hpp"
#include "trawl/h5/file.hpp"
#include "trawl/results/columns.hpp"
#include "trawl/results/file_inspection.hpp"
#include "trawl/results/read_metrics.hpp"

namespace trawl {
namespace {

using h5::Dataset;
using h5::Group;

template <class Row, class T, class Assign>
void spread(std::vector<Row>& rows, const Dataset& dataset, std::int64_t n, Assign assign) {
  constexpr std::int64_t kBlock = 1 << 16;
  for (std::int64_t first = 0; first < n; first += kBlock) {
    const std::vector<T> block = dataset.read<T>(first, std::min(kBlock, n - first));
    for (std::size_t i = 0; i < block.size(); ++i)
      assign(rows[static_cast<std::size_t>(first) + i], block[i]);
  }
}

/// Reads a column into a field of every row.
template <class Row, class T>
class ColumnReader {
 public:
  ColumnReader(const Group& group, std::vector<Row>& rows) : group_(&group), rows_(&rows) {}
  template <class Assign>
  void operator()(const schema::Column& column, Assign assign) const {
    spread<Row, T>(*rows_, group_->dataset(column.name), static_cast<std::int64_t>(rows_->size()), assign);
  }

 private:
  const Group* group_;
  std::vector<Row>* rows_;
};

template <class Row, class Assign>
void read_text_column(const Group& group, const schema::Column& column, std::vector<Row>& rows,
                      Assign assign) {
  std::vector<std::string> texts = group.dataset(column.name).read_text();
  for (std::size_t i = 0; i < std::min(rows.size(), texts.size()); ++i) assign(rows[i], std::move(texts[i]));
}

// HDF5 gives any byte that stands there.
template <class Enum>
Enum enumerator(std::int8_t value) {
  if (value < 0 || value > static_cast<std::int8_t>(last_of(Enum{}))) {
    throw StoreError(fmt::format("{} stands where at most {} may", value, static_cast<int>(last_of(Enum{}))));
  }
  return static_cast<Enum>(value);
}

std::size_t row_count(const Group& group, const schema::Column& column) {
  return static_cast<std::size_t>(group.dataset(column.name).stored_rows());
}

template <class Enum>
Enum objective_word(const Group& root, const char* attribute) {
  Enum value{};
  const std::string text = root.text_attribute(attribute);
  if (!from_text(text, value))
    throw StoreError(fmt::format("{}: unknown {} \"{}\"", root.path(), attribute, text));
  return value;
}

void read_root(const Group& root, StudyTables& tables) {
  namespace s = schema::root;
  tables.study = root.text_attribute(s::kStudy);
  tables.run_id = root.text_attribute(s::kRunId);
  tables.objective.metric = root.text_attribute(s::kMetric);
  tables.objective.direction = objective_word<ObjectiveDefinition::Direction>(root, s::kDirection);
  tables.objective.at = objective_word<ObjectiveDefinition::At>(root, s::kAt);
  tables.repeats = root.whole_attribute(s::kRepeats);
  if (tables.repeats < 1) throw StoreError(fmt::format("{} repeats", tables.repeats));
  tables.complete = root.flag_attribute(s::kComplete);
  tables.published_at = root.real_attribute(s::kPublishedAt);
}

void read_study(const Group& study, StudyTables& tables) {
  tables.job_text = study.text(schema::study::kJobText.name);
  tables.job_resolved = study.text(schema::study::kJobResolved.name);
  tables.identity = study.text(schema::study::kIdentity.name);
  tables.space = study.text(schema::study::kSpace.name);
  namespace s = schema::study;
  if (!study.has_attribute(s::kTrainRows)) return;  // the first files say nothing of the data's size
  tables.data = {study.whole_attribute(s::kTrainRows), study.whole_attribute(s::kValidationRows),
                 study.whole_attribute(s::kTestRows), study.whole_attribute(s::kNFeatures),
                 study.whole_attribute(s::kNClasses)};
}

template <class T, class Value>
void add_parameter(const Dataset& dataset, std::vector<TrialRow>& trials, const std::string& name,
                   Value value) {
  spread<TrialRow, T>(trials, dataset, static_cast<std::int64_t>(trials.size()), [&](TrialRow& row, T v) {
    if (row.attempt > 0) row.parameters.emplace_back(name, value(v));
  });
}

void read_parameter(const Dataset& dataset, const std::string& name, std::vector<TrialRow>& trials) {
  if (dataset.is_text()) {
    const std::vector<std::string> texts = dataset.read_text();
    for (std::size_t i = 0; i < trials.size(); ++i) {
      if (trials[i].attempt > 0) trials[i].parameters.emplace_back(name, texts.at(i));
    }
  } else if (dataset.element() == h5::Element::float64) {
    add_parameter<double>(dataset, trials, name, [](double v) { return ParameterValue(v); });
  } else if (!dataset.is_enumeration()) {
    add_parameter<std::int64_t>(dataset, trials, name, [](std::int64_t v) { return ParameterValue(v); });
  } else if (dataset.element() == h5::Element::int8) {
    add_parameter<std::int8_t>(dataset, trials, name, [](std::int8_t v) { return ParameterValue(v != 0); });
  } else {
    const std::vector<std::string> choices = dataset.enumeration_names();
    add_parameter<std::int16_t>(dataset, trials, name, [&](std::int16_t v) {
      return ParameterValue(v < 0 ? std::string() : choices.at(static_cast<std::size_t>(v)));
    });
  }
}

// A trial has no value of what was inactive.
void remove_inactive(const Group& active, std::vector<TrialRow>& trials) {
  for (const std::string& name : active.names()) {
    const auto remove = [&](TrialRow& row, std::int8_t is_active) {
      auto& values = row.parameters;
      if (is_active != 0) return;
      values.erase(
          std::remove_if(values.begin(), values.end(), [&](const auto& v) { return v.first == name; }),
          values.end());
    };
    spread<TrialRow, std::int8_t>(trials, active.dataset(name), static_cast<std::int64_t>(trials.size()),
                                  remove);
  }
}

void read_parameters(const Group& group, StudyTables& tables) {
  std::vector<TrialRow>& trials = tables.trials;
  std::vector<std::pair<std::int64_t, std::string>> order;
  for (const std::string& name : group.names()) {
    order.emplace_back(group.dataset(name).whole_attribute(schema::parameters::kPosition), name);
  }
  std::sort(order.begin(), order.end());
  for (const auto& [position, name] : order) {
    tables.parameter_names.push_back(name);
    read_parameter(group.dataset(name), name, trials);
  }
}

void read_trials(const Group& group, StudyTables& tables) {
  namespace s = schema::trials;
  std::vector<TrialRow>& rows = tables.trials;
  rows.resize(row_count(group, s::kNumber));
  const ColumnReader<TrialRow, std::int64_t> whole(group, rows);
  whole(s::kNumber, [](TrialRow& r, std::int64_t v) { r.number = v; });
  whole(s::kPoint, [](TrialRow& r, std::int64_t v) { r.point = v; });
  whole(s::kRepeat, [](TrialRow& r, std::int64_t v) { r.repeat = v; });
  whole(s::kAttempt, [](TrialRow& r, std::int64_t v) { r.attempt = v; });
  whole(s::kRank, [](TrialRow& r, std::int64_t v) { r.rank = v; });
  whole(s::kNEpochs, [](TrialRow& r, std::int64_t v) { r.n_epochs = v; });
  whole(s::kBestEpoch, [](TrialRow& r, std::int64_t v) { r.best_epoch = v; });
  ColumnReader<TrialRow, std::uint64_t>(group, rows)(s::kSeed,
                                                     [](TrialRow& r, std::uint64_t v) { r.seed = v; });
  ColumnReader<TrialRow, std::int8_t>(group, rows)(
      s::kState, [](TrialRow& r, std::int8_t v) { r.state = enumerator<TrialState>(v); });
  const ColumnReader<TrialRow, double> real(group, rows);
  real(s::kObjective, [](TrialRow& r, double v) { r.objective = v; });
  real(s::kStartedAt, [](TrialRow& r, double v) { r.started_at = v; });
  real(s::kFinishedAt, [](TrialRow& r, double v) { r.finished_at = v; });
  real(s::kSeconds, [](TrialRow& r, double v) { r.seconds = v; });
  read_text_column(group, s::kHost, rows, [](TrialRow& r, std::string v) { r.host = std::move(v); });
  read_text_column(group, s::kError, rows, [](TrialRow& r, std::string v) { r.error = std::move(v); });
  read_parameters(group.group(schema::kParameters), tables);
  if (group.has(schema::kActive)) remove_inactive(group.group(schema::kActive), rows);
}

void read_epochs(const Group& group, const MetricTable& metrics, std::vector<EpochRow>& rows) {
  rows.resize(row_count(group, schema::epochs::kTrial));
  const ColumnReader<EpochRow, std::int64_t> whole(group, rows);
  whole(schema::epochs::kTrial, [](EpochRow& r, std::int64_t v) { r.trial = v; });
  whole(schema::epochs::kEpoch, [](EpochRow& r, std::int64_t v) { r.record.epoch = v; });
  const ColumnReader<EpochRow, double> real(group, rows);
  real(schema::epochs::kSeconds, [](EpochRow& r, double v) { r.record.seconds = v; });
  for (EpochRow& row : rows) row.record.values.resize(metrics.size());
  for (std::size_t place = 0; place < metrics.size(); ++place) {
    real({metrics.columns()[place].name.c_str(), "", ""},
         [place](EpochRow& r, double v) { r.record.values[place] = v; });
  }
  const auto before = [](const EpochRow& a, const EpochRow& b) {
    return a.trial != b.trial ? a.trial < b.trial : a.record.epoch < b.record.epoch;
  };
  if (!std::is_sorted(rows.begin(), rows.end(), before)) std::sort(rows.begin(), rows.end(), before);
}

void check_epochs(const std::vector<EpochRow>& rows, std::size_t n_trials) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const EpochRow& row = rows[i];
    if (row.trial < 0 || row.trial >= static_cast<std::int64_t>(n_trials))
      throw StoreError(fmt::format("there is an epoch of trial {}, which there is not", row.trial));
    if (i > 0 && rows[i - 1].trial == row.trial && rows[i - 1].record.epoch == row.record.epoch)
      throw StoreError(fmt::format("epoch {} of trial {} is there twice", row.record.epoch, row.trial));
  }
}

void read_sessions(const Group& group, std::vector<SessionRow>& rows) {
  namespace s = schema::provenance;
  rows.resize(row_count(group, s::kHost));
  const auto text = [&](const schema::Column& column, std::string RunProvenance::*field) {
    read_text_column(group, column, rows,
                     [field](SessionRow& r, std::string v) { r.provenance.*field = std::move(v); });
  };
  text(s::kHost, &RunProvenance::host);
  text(s::kCpu, &RunProvenance::cpu);
  text(s::kBuild, &RunProvenance::build);
  text(s::kVersions, &RunProvenance::versions);
  text(s::kGitCommit, &RunProvenance::git_commit);
  text(s::kCommand, &RunProvenance::command);
  text(s::kSlurm, &RunProvenance::slurm);
  const ColumnReader<SessionRow, std::int64_t> whole(group, rows);
  whole(s::kPid, [](SessionRow& r, std::int64_t v) { r.provenance.pid = v; });
  whole(s::kRanks, [](SessionRow& r, std::int64_t v) { r.provenance.ranks = v; });
  whole(s::kExitCode, [](SessionRow& r, std::int64_t v) { r.exit_code = v; });
  const ColumnReader<SessionRow, double> real(group, rows);
  real(s::kStartedAt, [](SessionRow& r, double v) { r.started_at = v; });
  real(s::kEndedAt, [](SessionRow& r, double v) { r.ended_at = v; });
}

void read_workers(const Group& group, std::vector<WorkerRow>& rows) {
  namespace s = schema::workers;
  rows.resize(row_count(group, s::kHost));
  read_text_column(group, s::kHost, rows, [](WorkerRow& r, std::string v) { r.seen.host = std::move(v); });
  const ColumnReader<WorkerRow, std::int64_t> whole(group, rows);
  whole(s::kSession, [](WorkerRow& r, std::int64_t v) { r.session = v; });
  whole(s::kRank, [](WorkerRow& r, std::int64_t v) { r.seen.rank = v; });
  whole(s::kTrials, [](WorkerRow& r, std::int64_t v) { r.seen.trials = v; });
  const ColumnReader<WorkerRow, double> real(group, rows);
  real(s::kBusySeconds, [](WorkerRow& r, double v) { r.seen.busy_seconds = v; });
  real(s::kIdleSeconds, [](WorkerRow& r, double v) { r.seen.idle_seconds = v; });
  real(s::kLostAt, [](WorkerRow& r, double v) { r.seen.lost_at = v; });
}

void read_messages(const Group& group, std::vector<MessageLogged>& rows) {
  namespace s = schema::messages;
  rows.resize(row_count(group, s::kText));
  read_text_column(group, s::kText, rows, [](MessageLogged& r, std::string v) { r.text = std::move(v); });
  ColumnReader<MessageLogged, double>(group, rows)(s::kTime, [](MessageLogged& r, double v) { r.time = v; });
  ColumnReader<MessageLogged, std::int64_t>(group, rows)(
      s::kTrial, [](MessageLogged& r, std::int64_t v) { r.trial = v; });
  ColumnReader<MessageLogged, std::int8_t>(group, rows)(
      s::kLevel, [](MessageLogged& r, std::int8_t v) { r.level = enumerator<MessageLogged::Level>(v); });
}

void read_best(const Group& group, Curves curves, StudyTables& tables) {
  namespace s = schema::best;
  if (!group.has_attribute(s::kTrial)) return;
  BestNetwork best;
  best.trial = group.whole_attribute(s::kTrial);
  best.objective = group.real_attribute(s::kObjective);
  best.parameters = tables.trials.at(static_cast<std::size_t>(best.trial)).parameters;
  if (curves == Curves::read && group.has(s::kWeights)) best.weights = read_weights(group.group(s::kWeights));
  if (curves == Curves::read && group.has(s::kScaling))
    tables.scaling = read_scaling(group.group(s::kScaling));
  tables.best = std::move(best);
  if (group.has_attribute(s::kTestAccuracy)) {
    tables.test = {group.real_attribute(s::kTestAccuracy), group.real_attribute(s::kTestCrossEntropy)};
  }
}

StudyTables read_tables(const std::string& path, Curves curves, const Shard& shard) {
  const h5::File file = h5::File::open_to_read(path);
  const Group& root = file.root();
  StudyTables tables;
  tables.shard = shard;
  read_root(root, tables);
  read_study(root.group(schema::kStudy), tables);
  read_trials(root.group(schema::kTrials), tables);
  if (tables.trials.size() % static_cast<std::size_t>(tables.repeats) != 0) {
    throw StoreError(fmt::format("{} trials are not {} of each point", tables.trials.size(), tables.repeats));
  }
  tables.metrics = read_metrics(root.group(schema::kEpochs));
  if (curves == Curves::read) {
    read_epochs(root.group(schema::kEpochs), tables.metrics, tables.epochs);
    check_epochs(tables.epochs, tables.trials.size());
    if (root.has(schema::kLegs))
      tables.legs = read_legs(root.group(schema::kLegs), static_cast<std::int64_t>(tables.trials.size()));
  }
  read_sessions(root.group(schema::kProvenance), tables.sessions);
  read_workers(root.group(schema::kWorkers), tables.workers);
  read_messages(root.group(schema::kMessages), tables.messages);
  read_best(root.group(schema::kBest), curves, tables);
  return tables;
}

[[noreturn]] void fail_damaged(const std::string& path, const std::string& why) {
  if (tells_it_may_pass(why)) throw UnreachableError(why);
  throw StoreError(fmt::format("{} is damaged ({}); `trawl repair {}` rebuilds it if its journal is there",
                               path, why, path));
}

Shard inspected_shard(const std::string& path) {
  using Kind = FileInspection::Kind;
  const FileInspection inspection = inspect_results(path);
  switch (inspection.kind) {
    case Kind::missing:
      if (file_state(path).exists) throw StoreError(fmt::format("{} is empty: it holds no results", path));
      throw StoreError(fmt::format("there is no results file {}", path));
    case Kind::foreign: throw StudyMismatchError(fmt::format("{} {}", path, inspection.reason));
    case Kind::newer: throw StoreError(fmt::format("{} {}", path, inspection.reason));
    case Kind::results: return inspection.shard;
    case Kind::damaged: break;
  }
  throw StoreError(fmt::format("{} {}; `trawl repair {}` rebuilds it if its journal is there", path,
                               inspection.reason, shell_path(path)));
}

StudyTables read_here(const std::string& path, Curves curves, const Shard& shard) {
  try {
    return read_tables(path, curves, shard);
  } catch (const std::exception& e) {  // also values that no file of ours holds
    fail_damaged(path, e.what());
  }
}

// Reads all of it in a process of its own.
void try_to_read(const std::string& path, Curves curves, const Shard& shard) {
  const GuardedResult result = run_guarded(limits_for({path}), h5::with_library, [&]() -> std::string {
    try {
      static_cast<void>(read_tables(path, curves, shard));
      return "";
    } catch (const std::exception& e) {
      return e.what();
    }
  });
  require_not_killed(result, path);
  if (!result.fault.empty()) fail_damaged(path, fmt::format("the HDF5 library {} on it", result.fault));
  if (!result.text.empty()) fail_damaged(path, result.text);
}

}  // namespace

StudyTables read_results(const std::string& path, Curves curves) {
  const Shard shard = inspected_shard(path);
  if (!is_guarded()) try_to_read(path, curves, shard);
  return read_here(path, curves, shard);
}

StudyTables read_trusted_results(const std::string& path, Curves curves) {
  return read_here(path, curves, inspected_shard(path));
}

}  // namespace trawl
