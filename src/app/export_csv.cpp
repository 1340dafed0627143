// Does `trawl export`: all tables for other programs.
#include "trawl/app/export_csv.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <list>
#include <span>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "trawl/app/csv_file.hpp"
#include "trawl/app/output.hpp"
#include "trawl/app/text_table.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/exit_code.hpp"
#include "trawl/base/output_path.hpp"
#include "trawl/results/columns.hpp"
#include "trawl/results/read_results.hpp"

namespace trawl {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStudyFile = "study.csv";

/// A column of a table: its name, and how it writes the cell of a row.
template <class Row>
struct ExportColumn {
  std::string name;
  std::function<void(CsvFile&, const Row&)> write;
};

template <class Row, class Get>
ExportColumn<Row> column(const schema::Column& schema, Get get) {
  return {schema.name, [get](CsvFile& file, const Row& row) { file.cell(std::invoke(get, row)); }};
}

template <class Row>
void write_table(CsvFile& file, const std::vector<ExportColumn<Row>>& columns, std::span<const Row> rows) {
  for (const ExportColumn<Row>& column : columns) file.cell(column.name);
  file.end_row();
  for (const Row& row : rows) {
    for (const ExportColumn<Row>& column : columns) column.write(file, row);
    file.end_row();
  }
  file.close();
}

void write_parameter(CsvFile& file, const ParameterValue* value) {
  if (value == nullptr) return file.cell("");
  if (const auto* real = std::get_if<double>(value)) return file.cell(*real);
  file.cell(to_text(*value));
}

std::vector<ExportColumn<TrialRow>> trial_columns(const std::vector<std::string>& parameters) {
  namespace s = schema::trials;
  using Row = TrialRow;
  std::vector<ExportColumn<Row>> columns = {
      column<Row>(s::kNumber, &Row::number),
      column<Row>(s::kPoint, &Row::point),
      column<Row>(s::kRepeat, &Row::repeat),
      column<Row>(s::kState, [](const Row& row) { return to_text(row.state); }),
      column<Row>(s::kAttempt, &Row::attempt),
      column<Row>(s::kRank, &Row::rank),
      column<Row>(s::kHost, &Row::host),
      column<Row>(s::kNEpochs, &Row::n_epochs),
      column<Row>(s::kBestEpoch, &Row::best_epoch),
      column<Row>(s::kSeed, &Row::seed),
      column<Row>(s::kObjective, &Row::objective),
      column<Row>(s::kStartedAt, &Row::started_at),
      column<Row>(s::kFinishedAt, &Row::finished_at),
      column<Row>(s::kSeconds, &Row::seconds),
      column<Row>(s::kError, &Row::error)};
  for (const std::string& name : parameters) {
    columns.push_back({name, [name](CsvFile& file, const Row& row) {
                         write_parameter(file, find_parameter(row.parameters, name));
                       }});
  }
  return columns;
}

std::vector<ExportColumn<EpochRow>> epoch_columns(const MetricTable& metrics) {
  using Row = EpochRow;
  std::vector<ExportColumn<Row>> columns = {
      column<Row>(schema::epochs::kTrial, &Row::trial),
      column<Row>(schema::epochs::kEpoch, [](const Row& row) { return row.record.epoch; })};
  for (std::size_t place = 0; place < metrics.size(); ++place) {
    columns.push_back({metrics.columns()[place].name, [place](CsvFile& file, const Row& row) {
                         file.cell(row.record.values.at_or_nan(place));
                       }});
  }
  columns.push_back(column<Row>(schema::epochs::kSeconds, [](const Row& row) { return row.record.seconds; }));
  return columns;
}

// The last four where a timetable decided.
std::vector<ExportColumn<LegRow>> leg_columns(const std::vector<LegRow>& legs) {
  namespace s = schema::legs;
  using Row = LegRow;
  std::vector<ExportColumn<Row>> columns = {
      column<Row>(s::kTrial, &Row::trial),
      column<Row>(s::kFrom, &Row::from),
      column<Row>(s::kUntil, &Row::until),
      column<Row>(s::kParent, &Row::parent),
      column<Row>(s::kState, [](const Row& row) { return to_text(row.state); }),
      column<Row>(s::kValue, &Row::value),
      column<Row>(s::kEndedAt, &Row::ended_at)};
  const bool is_planned = std::any_of(legs.begin(), legs.end(),
                                      [](const Row& row) { return !std::isnan(row.planned.virtual_end); });
  if (!is_planned) return columns;
  columns.push_back(column<Row>(s::kProposedBy, [](const Row& row) { return row.planned.proposed_by; }));
  columns.push_back(column<Row>(s::kNKnown, [](const Row& row) { return row.planned.n_known; }));
  columns.push_back(column<Row>(s::kVirtualStart, [](const Row& row) { return row.planned.virtual_start; }));
  columns.push_back(column<Row>(s::kVirtualEnd, [](const Row& row) { return row.planned.virtual_end; }));
  return columns;
}

std::vector<ExportColumn<WorkerRow>> worker_columns() {
  namespace s = schema::workers;
  using Row = WorkerRow;
  return {column<Row>(s::kSession, &Row::session),
          column<Row>(s::kRank, [](const Row& row) { return row.seen.rank; }),
          column<Row>(s::kHost, [](const Row& row) { return row.seen.host; }),
          column<Row>(s::kTrials, [](const Row& row) { return row.seen.trials; }),
          column<Row>(s::kBusySeconds, [](const Row& row) { return row.seen.busy_seconds; }),
          column<Row>(s::kIdleSeconds, [](const Row& row) { return row.seen.idle_seconds; }),
          column<Row>(s::kLostAt, [](const Row& row) { return row.seen.lost_at; })};
}

std::vector<ExportColumn<MessageLogged>> message_columns() {
  namespace s = schema::messages;
  using Row = MessageLogged;
  const auto level = [](const Row& row) { return kLevelNames.at(static_cast<std::size_t>(row.level)); };
  return {column<Row>(s::kTime, &Row::time), column<Row>(s::kLevel, level),
          column<Row>(s::kTrial, &Row::trial), column<Row>(s::kText, &Row::text)};
}

std::vector<ExportColumn<SessionRow>> session_columns() {
  namespace s = schema::provenance;
  using Row = SessionRow;
  return {column<Row>(s::kHost, [](const Row& row) { return row.provenance.host; }),
          column<Row>(s::kPid, [](const Row& row) { return row.provenance.pid; }),
          column<Row>(s::kRanks, [](const Row& row) { return row.provenance.ranks; }),
          column<Row>(s::kCpu, [](const Row& row) { return row.provenance.cpu; }),
          column<Row>(s::kBuild, [](const Row& row) { return row.provenance.build; }),
          column<Row>(s::kVersions, [](const Row& row) { return row.provenance.versions; }),
          column<Row>(s::kGitCommit, [](const Row& row) { return row.provenance.git_commit; }),
          column<Row>(s::kCommand, [](const Row& row) { return row.provenance.command; }),
          column<Row>(s::kSlurm, [](const Row& row) { return row.provenance.slurm; }),
          column<Row>(s::kStartedAt, &Row::started_at),
          column<Row>(s::kEndedAt, &Row::ended_at),
          column<Row>(s::kExitCode, &Row::exit_code)};
}

template <class Get>
ExportColumn<StudyTables> study_column(const char* name, Get get) {
  return {name, [get](CsvFile& file, const StudyTables& study) { file.cell(get(study)); }};
}

// Attributes of the root, of /study and of /best, then the texts of /study. holds_study() goes by the first
// three and the identity.
std::vector<ExportColumn<StudyTables>> study_columns() {
  namespace r = schema::root;
  namespace s = schema::study;
  namespace b = schema::best;
  using Row = StudyTables;
  return {
      study_column(r::kStudy, [](const Row& t) { return t.study; }),
      study_column(r::kShard, [](const Row& t) { return t.shard.index; }),
      study_column(r::kNShards, [](const Row& t) { return t.shard.count; }),
      study_column(r::kRunId, [](const Row& t) { return t.run_id; }),
      study_column(r::kMetric, [](const Row& t) { return t.objective.metric; }),
      study_column(r::kDirection, [](const Row& t) { return to_text(t.objective.direction); }),
      study_column(r::kAt, [](const Row& t) { return to_text(t.objective.at); }),
      study_column(r::kRepeats, [](const Row& t) { return t.repeats; }),
      study_column(r::kComplete, [](const Row& t) { return t.complete; }),
      study_column(r::kPublishedAt, [](const Row& t) { return t.published_at; }),
      study_column(s::kTrainRows, [](const Row& t) { return t.data.train_rows; }),
      study_column(s::kValidationRows, [](const Row& t) { return t.data.validation_rows; }),
      study_column(s::kTestRows, [](const Row& t) { return t.data.test_rows; }),
      study_column(s::kNFeatures, [](const Row& t) { return t.data.n_features; }),
      study_column(s::kNClasses, [](const Row& t) { return t.data.n_classes; }),
      study_column("best_trial", [](const Row& t) { return t.best ? fmt::format("{}", t.best->trial) : ""; }),
      study_column("best_objective", [](const Row& t) { return t.best ? t.best->objective : kNan; }),
      study_column(b::kTestAccuracy, [](const Row& t) { return t.test ? t.test->accuracy : kNan; }),
      study_column(b::kTestCrossEntropy, [](const Row& t) { return t.test ? t.test->cross_entropy : kNan; }),
      study_column(s::kIdentity.name, [](const Row& t) { return t.identity; }),
      study_column(s::kSpace.name, [](const Row& t) { return t.space; }),
      study_column(s::kJobText.name, [](const Row& t) { return t.job_text; }),
      study_column(s::kJobResolved.name, [](const Row& t) { return t.job_resolved; })};
}

/// Is `path` the study.csv of an export of this study, or of this shard of it?
bool holds_study(const std::string& path, const StudyTables& study) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::string start =
      fmt::format("\n{},{},{},", csv_cell(study.study), study.shard.index, study.shard.count);
  return text.compare(std::min(text.find('\n'), text.size()), start.size(), start) == 0 &&
         text.find(csv_cell(study.identity)) != std::string::npos;
}

StudyTables read_study(const std::string& path) {
  try {
    return read_results(path);
  } catch (const StoreError& e) {  // missing, damaged, or no results at all
    throw ConfigError(e.what());
  }
}

/// The tables of one study on their way into a folder.
class CsvExport {
 public:
  CsvExport(const StudyTables& study, const std::string& folder)
      : study_(study), folder_(followed_links(folder)) {
    make_folder();
    const std::vector<TrialRow> trials = trials_in_shard(study);
    const bool is_ours = holds_study(path(kStudyFile), study);
    const auto add = [&](const std::string& name, const auto& columns, const auto& rows) {
      if (!is_ours && fs::exists(path(name))) fail_other(name);
      write_table(files_.emplace_back(path(name)), columns, rows);
    };
    add(kStudyFile, study_columns(), std::span(&study, 1));
    add("trials.csv", trial_columns(study.parameter_names), std::span<const TrialRow>(trials));
    add("epochs.csv", epoch_columns(study.metrics), std::span<const EpochRow>(study.epochs));
    add("legs.csv", leg_columns(study.legs), std::span<const LegRow>(study.legs));
    add("workers.csv", worker_columns(), std::span<const WorkerRow>(study.workers));
    add("messages.csv", message_columns(), std::span<const MessageLogged>(study.messages));
    add("provenance.csv", session_columns(), std::span<const SessionRow>(study.sessions));
  }
  // study.csv first: what makes the others replaceable.
  void publish() {
    for (CsvFile& file : files_) file.publish();
  }

 private:
  [[nodiscard]] std::string path(const std::string& name) const {
    return (fs::path(folder_) / name).string();
  }

  void make_folder() const {
    std::error_code error;
    fs::create_directories(folder_, error);
    if (fs::is_directory(folder_)) return;
    throw ConfigError(fmt::format("cannot make the folder {}: {}; name another one with --csv", folder_,
                                  error ? error.message() : "there is a file of that name"));
  }

  [[noreturn]] void fail_other(const std::string& name) const {
    throw ConfigError(
        fmt::format("{} is there and not of an export of this study{}; name another folder, or remove it",
                    path(name), study_.shard.is_whole() ? "" : " and shard"));
  }

  const StudyTables& study_;
  std::string folder_;
  std::list<CsvFile> files_;  // a CsvFile stays where it is
};

}  // namespace

int export_csv(const std::string& path, const std::string& folder) {
  const StudyTables study = read_study(path);
  CsvExport(study, folder).publish();
  say("{}: {} trials and {} epochs of {}{}\n", folder, trials_in_shard(study).size(), study.epochs.size(),
      study.study, study.complete ? "" : ", which is unfinished");
  return static_cast<int>(ExitCode::complete);
}

}  // namespace trawl
