// Writes rows into a version that no reader knows yet.
#include "trawl/results/published_file.hpp"

#include <algorithm>
#include <span>

#include "trawl/base/clock.hpp"
#include "trawl/base/disk_file.hpp"
#include "trawl/results/columns.hpp"
#include "trawl/results/published_layout.hpp"

namespace trawl {
namespace {

using h5::Dataset;
using h5::Group;
using Storage = ParameterColumn::Storage;

template <class Row, class Value>
auto column_of(std::span<const Row> rows, Value value) {
  std::vector<decltype(value(rows.front()))> values;
  values.reserve(rows.size());
  for (const Row& row : rows) values.push_back(value(row));
  return values;
}

void write_values(Dataset& dataset, std::int64_t first, const std::vector<std::string>& values) {
  dataset.write_text(first, values);
}
template <class T>
void write_values(Dataset& dataset, std::int64_t first, const std::vector<T>& values) {
  dataset.write<T>(first, values);
}

template <class Row, class Value>
void append_column(const Group& group, const char* name, const std::vector<Row>& rows, Value value) {
  Dataset dataset = group.dataset(name);
  const std::int64_t first = dataset.rows();
  dataset.resize(first + static_cast<std::int64_t>(rows.size()));
  write_values(dataset, first, column_of(std::span<const Row>(rows), value));
  dataset.close();
}

/// Writes all rows of a small table again.
template <class Row, class Value>
void replace_column(const Group& group, const char* name, const std::vector<Row>& rows, Value value) {
  Dataset dataset = group.dataset(name);
  dataset.resize(static_cast<std::int64_t>(rows.size()));
  write_values(dataset, 0, column_of(std::span<const Row>(rows), value));
  dataset.close();
}

/// A data set of these values that stay as they are.
template <class T>
void add_values(Group& group, const schema::Column& column, const h5::Type& type,
                const std::vector<T>& values) {
  const auto n = static_cast<std::int64_t>(values.size());
  Dataset dataset =
      group.create_column(column.name, type, {n, false, std::min(n, kTrialChunkRows), false, {}});
  dataset.set_attribute(schema::kUnits, column.units);
  dataset.set_attribute(schema::kDescription, column.description);
  write_values(dataset, 0, values);
  dataset.close();
}

/// Stretches of trials with consecutive numbers: one write each.
template <class Use>
void for_each_run(const std::vector<TrialRow>& rows, Use use) {
  for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
    for (end = begin + 1; end < rows.size() && rows[end].number == rows[end - 1].number + 1;) ++end;
    use(std::span(rows).subspan(begin, end - begin));
  }
}

template <class Value>
void update_column(const Group& group, const char* name, const std::vector<TrialRow>& rows, Value value) {
  Dataset dataset = group.dataset(name);
  for_each_run(rows, [&](std::span<const TrialRow> run) {
    write_values(dataset, run.front().number, column_of(run, value));
  });
  dataset.close();
}

/// What the best network before had and this one has not.
void remove_other_arrays(const NetworkWeights& wanted, Group& weights) {
  const auto is_wanted = [&](const std::string& layer, const std::string& name) {
    return std::any_of(wanted.begin(), wanted.end(), [&](const LayerArray& array) {
      return array.layer == layer && (name.empty() || array.name == name);
    });
  };
  for (const std::string& layer : weights.names()) {
    if (!is_wanted(layer, "")) {
      weights.remove(layer);
      continue;
    }
    Group group = weights.group(layer);
    for (const std::string& name : group.names()) {
      if (!is_wanted(layer, name)) group.remove(name);
    }
    group.close();
  }
}

std::uint64_t bytes_of(const FeatureScaling& scaling) {
  return 2 * sizeof(double) * scaling.offset.size() + longest_name(scaling) * scaling.names.size();
}

}  // namespace

PublishedFile PublishedFile::create(const std::string& path, const JournaledStudy& study,
                                    std::uint64_t bytes) {
  PublishedFile published(h5::File::create(path), study);
  reserve_room(path, bytes);
  lay_out(published.file_.root(), study);
  return published;
}

PublishedFile PublishedFile::open(const std::string& path, const JournaledStudy& study) {
  return {h5::File::open_to_write(path), study};
}

std::uint64_t PublishedFile::room(const JournaledStudy& study, std::uint64_t bytes) {
  constexpr std::uint64_t kTrial = 300;  // 16 columns, the names of hosts, and a leg
  constexpr std::uint64_t kParameter = 16;
  const std::uint64_t trial = kTrial + kParameter * study.parameters.size();
  return static_cast<std::uint64_t>(study.n_trials) * trial + bytes_of(study.scaling) + bytes +
         kRoomBesideRows;
}

void PublishedFile::write(TableBuilder& builder) {
  PendingRows pending = builder.take_pending();
  std::vector<TrialRow> trials;
  trials.reserve(pending.trials.size());
  for (auto& [trial, row] : pending.trials) trials.push_back(std::move(row));
  if (!pending.without_error.empty()) clear_errors(pending.without_error);
  if (!trials.empty()) write_trials(trials);
  if (!pending.epochs.empty()) append_epochs(pending.epochs);
  if (!pending.dead_epochs.empty()) remove_epochs(std::move(pending.dead_epochs), builder);
  if (!pending.legs.empty()) append_legs(pending.legs);
  if (!pending.messages.empty()) append_messages(pending.messages);
  if (pending.sessions_changed) write_sessions(builder.sessions());
  if (pending.workers_changed) write_workers(builder.workers());
  if (pending.best_changed && builder.best()) write_best(*builder.best());
}

void PublishedFile::clear_errors(const std::set<TrialNumber>& trials) {
  std::vector<TrialRow> rows(trials.size());
  std::transform(trials.begin(), trials.end(), rows.begin(), [](TrialNumber number) {
    TrialRow row;
    row.number = number;
    return row;
  });
  update_column(file_.root().group(schema::kTrials), schema::trials::kError.name, rows,
                [](const TrialRow& r) { return r.error; });
}

void PublishedFile::write_trials(const std::vector<TrialRow>& rows) {
  namespace s = schema::trials;
  Group group = file_.root().group(schema::kTrials);
  update_column(group, s::kState.name, rows,
                [](const TrialRow& r) { return static_cast<std::int8_t>(r.state); });
  update_column(group, s::kAttempt.name, rows, [](const TrialRow& r) { return r.attempt; });
  update_column(group, s::kRank.name, rows, [](const TrialRow& r) { return r.rank; });
  update_column(group, s::kHost.name, rows, [](const TrialRow& r) { return r.host; });
  update_column(group, s::kNEpochs.name, rows, [](const TrialRow& r) { return r.n_epochs; });
  update_column(group, s::kBestEpoch.name, rows, [](const TrialRow& r) { return r.best_epoch; });
  update_column(group, s::kObjective.name, rows, [](const TrialRow& r) { return r.objective; });
  update_column(group, s::kStartedAt.name, rows, [](const TrialRow& r) { return r.started_at; });
  update_column(group, s::kFinishedAt.name, rows, [](const TrialRow& r) { return r.finished_at; });
  update_column(group, s::kSeconds.name, rows, [](const TrialRow& r) { return r.seconds; });
  // Only failed trials have a text, and text of any length cannot be overwritten in place: what is replaced
  // stays in the file until its final version.
  std::vector<TrialRow> failed;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(failed),
               [](const TrialRow& r) { return !r.error.empty(); });
  update_column(group, s::kError.name, failed, [](const TrialRow& r) { return r.error; });
  write_parameters(group, rows);
  group.close();
}

void PublishedFile::write_parameters(Group& trials, const std::vector<TrialRow>& rows) {
  std::vector<TrialRow> all;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(all),
               [](const TrialRow& r) { return !r.parameters.empty(); });
  Group group = trials.group(schema::kParameters);
  for (const ParameterColumn& column : study_->parameters) {
    const char* name = column.name.c_str();
    const std::vector<TrialRow> active =
        column.conditional ? write_active(trials, column, all) : std::vector<TrialRow>();
    const std::vector<TrialRow>& started = column.conditional ? active : all;
    const auto value = [&](const TrialRow& row) -> const ParameterValue& {
      const ParameterValue* found = find_parameter(row.parameters, column.name);
      TRAWL_CHECK(found != nullptr, "trial {} has no {}", row.number, column.name);
      return *found;
    };
    switch (column.storage) {
      case Storage::float64:
        update_column(group, name, started, [&](const TrialRow& r) { return as_number(value(r)); });
        break;
      case Storage::int64:
        update_column(group, name, started,
                      [&](const TrialRow& r) { return std::get<std::int64_t>(value(r)); });
        break;
      case Storage::boolean:
        update_column(group, name, started,
                      [&](const TrialRow& r) { return static_cast<std::int8_t>(std::get<bool>(value(r))); });
        break;
      case Storage::choice:
        update_column(group, name, started, [&](const TrialRow& r) {
          return static_cast<std::int16_t>(choice_index(column, value(r)));
        });
        break;
      case Storage::text:
        update_column(group, name, started, [&](const TrialRow& r) { return to_text(value(r)); });
        break;
    }
  }
  group.close();
}

std::vector<TrialRow> PublishedFile::write_active(Group& trials, const ParameterColumn& column,
                                                  const std::vector<TrialRow>& rows) {
  std::vector<TrialRow> active;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(active),
               [&](const TrialRow& row) { return find_parameter(row.parameters, column.name) != nullptr; });
  const Group group = trials.group(schema::kActive);
  update_column(group, column.name.c_str(), active, [](const TrialRow& /*row*/) { return std::int8_t{1}; });
  return active;
}

void PublishedFile::append_epochs(const std::vector<EpochRow>& rows) {
  Group group = file_.root().group(schema::kEpochs);
  append_column(group, schema::epochs::kTrial.name, rows, [](const EpochRow& r) { return r.trial; });
  append_column(group, schema::epochs::kEpoch.name, rows, [](const EpochRow& r) { return r.record.epoch; });
  append_column(group, schema::epochs::kSeconds.name, rows,
                [](const EpochRow& r) { return r.record.seconds; });
  std::size_t place = 0;
  for (const MetricColumn& metric : study_->metrics.columns()) {
    append_column(group, metric.name.c_str(), rows,
                  [place](const EpochRow& r) { return r.record.values.at_or_nan(place); });
    ++place;
  }
  group.close();
}

void PublishedFile::remove_epochs(std::vector<std::int64_t> rows, TableBuilder& builder) {
  const Group group = file_.root().group(schema::kEpochs);
  const std::vector<std::string> names = group.names();
  std::vector<Dataset> columns;
  columns.reserve(names.size());
  for (const std::string& name : names) columns.push_back(group.dataset(name));
  const auto place = std::find(names.begin(), names.end(), schema::epochs::kTrial.name) - names.begin();
  const Dataset& trials = columns.at(static_cast<std::size_t>(place));
  std::int64_t end = trials.rows();
  // From the last one down: what is at the end then is never a dead row but the one in hand.
  std::sort(rows.rbegin(), rows.rend());
  for (const std::int64_t row : rows) {
    if (--end == row) continue;
    for (Dataset& column : columns) {
      if (column.element() == h5::Element::float64)
        column.write<double>(row, column.read<double>(end, 1));
      else
        column.write<std::int64_t>(row, column.read<std::int64_t>(end, 1));
    }
    builder.epoch_row_moved(trials.read<std::int64_t>(row, 1).front(), end, row);
  }
  for (Dataset& column : columns) {
    column.resize(end);
    column.close();
  }
  builder.set_epoch_rows(end);
}

void PublishedFile::append_legs(const std::vector<LegRow>& rows) {
  namespace s = schema::legs;
  const Group group = file_.root().group(schema::kLegs);
  append_column(group, s::kTrial.name, rows, [](const LegRow& r) { return r.trial; });
  append_column(group, s::kFrom.name, rows, [](const LegRow& r) { return r.from; });
  append_column(group, s::kUntil.name, rows, [](const LegRow& r) { return r.until; });
  append_column(group, s::kParent.name, rows, [](const LegRow& r) { return r.parent; });
  append_column(group, s::kState.name, rows,
                [](const LegRow& r) { return static_cast<std::int8_t>(r.state); });
  append_column(group, s::kValue.name, rows, [](const LegRow& r) { return r.value; });
  append_column(group, s::kEndedAt.name, rows, [](const LegRow& r) { return r.ended_at; });
  if (!group.has(s::kVirtualEnd.name)) return;
  append_column(group, s::kProposedBy.name, rows, [](const LegRow& r) { return r.planned.proposed_by; });
  append_column(group, s::kNKnown.name, rows, [](const LegRow& r) { return r.planned.n_known; });
  append_column(group, s::kVirtualStart.name, rows, [](const LegRow& r) { return r.planned.virtual_start; });
  append_column(group, s::kVirtualEnd.name, rows, [](const LegRow& r) { return r.planned.virtual_end; });
}

void PublishedFile::append_messages(const std::vector<MessageLogged>& rows) {
  namespace s = schema::messages;
  const Group group = file_.root().group(schema::kMessages);
  append_column(group, s::kTime.name, rows, [](const MessageLogged& m) { return m.time; });
  append_column(group, s::kLevel.name, rows,
                [](const MessageLogged& m) { return static_cast<std::int8_t>(m.level); });
  append_column(group, s::kTrial.name, rows, [](const MessageLogged& m) { return m.trial; });
  append_column(group, s::kText.name, rows, [](const MessageLogged& m) { return m.text; });
}

void PublishedFile::write_sessions(const std::vector<SessionRow>& rows) {
  namespace s = schema::provenance;
  const Group group = file_.root().group(schema::kProvenance);
  const auto text = [&](const schema::Column& column, std::string RunProvenance::*field) {
    replace_column(group, column.name, rows, [field](const SessionRow& r) { return r.provenance.*field; });
  };
  text(s::kHost, &RunProvenance::host);
  text(s::kCpu, &RunProvenance::cpu);
  text(s::kBuild, &RunProvenance::build);
  text(s::kVersions, &RunProvenance::versions);
  text(s::kGitCommit, &RunProvenance::git_commit);
  text(s::kCommand, &RunProvenance::command);
  text(s::kSlurm, &RunProvenance::slurm);
  replace_column(group, s::kPid.name, rows, [](const SessionRow& r) { return r.provenance.pid; });
  replace_column(group, s::kRanks.name, rows, [](const SessionRow& r) { return r.provenance.ranks; });
  replace_column(group, s::kStartedAt.name, rows, [](const SessionRow& r) { return r.started_at; });
  replace_column(group, s::kEndedAt.name, rows, [](const SessionRow& r) { return r.ended_at; });
  replace_column(group, s::kExitCode.name, rows, [](const SessionRow& r) { return r.exit_code; });
}

void PublishedFile::write_workers(const std::vector<WorkerRow>& rows) {
  namespace s = schema::workers;
  const Group group = file_.root().group(schema::kWorkers);
  replace_column(group, s::kSession.name, rows, [](const WorkerRow& r) { return r.session; });
  replace_column(group, s::kRank.name, rows, [](const WorkerRow& r) { return r.seen.rank; });
  replace_column(group, s::kHost.name, rows, [](const WorkerRow& r) { return r.seen.host; });
  replace_column(group, s::kTrials.name, rows, [](const WorkerRow& r) { return r.seen.trials; });
  replace_column(group, s::kBusySeconds.name, rows, [](const WorkerRow& r) { return r.seen.busy_seconds; });
  replace_column(group, s::kIdleSeconds.name, rows, [](const WorkerRow& r) { return r.seen.idle_seconds; });
  replace_column(group, s::kLostAt.name, rows, [](const WorkerRow& r) { return r.seen.lost_at; });
}

void PublishedFile::write_best(const BestNetwork& best) {
  Group group = file_.root().group(schema::kBest);
  group.set_attribute(schema::best::kTrial, best.trial);
  group.set_attribute(schema::best::kObjective, best.objective);
  Group weights = group.has(schema::best::kWeights) ? group.group(schema::best::kWeights)
                                                    : group.create_group(schema::best::kWeights);
  remove_other_arrays(best.weights, weights);
  for (const LayerArray& array : best.weights) {
    Group layer = weights.has(array.layer) ? weights.group(array.layer) : weights.create_group(array.layer);
    layer.write_array(array.name, array.shape, array.values);
    Dataset dataset = layer.dataset(array.name);
    dataset.set_attribute(schema::kUnits, schema::best::kArray.units);
    dataset.set_attribute(schema::kDescription, schema::best::kArray.description);
    dataset.close();
    layer.close();
  }
  weights.close();
  write_scaling(group);
  group.close();
}

std::size_t longest_name(const FeatureScaling& scaling) {
  constexpr std::size_t kMostBytes = std::size_t{16} << 20;
  std::size_t longest = 0;
  for (const std::string& name : scaling.names) longest = std::max(longest, name.size());
  return longest * scaling.names.size() <= kMostBytes ? longest : 0;
}

void PublishedFile::write_scaling(Group& best) {
  namespace s = schema::scaling;
  const FeatureScaling& scaling = study_->scaling;
  if (scaling.offset.empty() || best.has(schema::best::kScaling)) return;
  Group group = best.create_group(schema::best::kScaling);
  add_values(group, s::kOffset, h5::Type::of(h5::Element::float64), scaling.offset);
  add_values(group, s::kFactor, h5::Type::of(h5::Element::float64), scaling.factor);
  const std::size_t longest = longest_name(scaling);
  if (longest > 0) add_values(group, s::kNames, h5::Type::fixed_text(longest), scaling.names);
  group.close();
}

void PublishedFile::finish(const TableBuilder& builder, const JournalPosition& position) {
  Group& root = file_.root();
  if (builder.test()) {
    Group best = root.group(schema::kBest);
    best.set_attribute(schema::best::kTestAccuracy, builder.test()->accuracy);
    best.set_attribute(schema::best::kTestCrossEntropy, builder.test()->cross_entropy);
    best.close();
  }
  root.set_attribute(schema::root::kComplete, false);
  root.set_attribute(schema::root::kPublishedAt, unix_time());
  root.set_attribute(schema::root::kJournalSegment, static_cast<std::int64_t>(position.segment));
  root.set_attribute(schema::root::kJournalOffset, static_cast<std::int64_t>(position.offset));
  file_.close();
}

}  // namespace trawl
