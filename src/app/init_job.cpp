// Does `trawl init`: writes a job file for somebody's data.
#include "trawl/app/init_job.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>

#include "trawl/app/found_data.hpp"
#include "trawl/app/output.hpp"
#include "trawl/base/disk_file.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/exit_code.hpp"
#include "trawl/base/log.hpp"
#include "trawl/base/text.hpp"
#include "trawl/config/job_file.hpp"
#include "trawl/config/yaml_tree.hpp"
#include "trawl/data/csv_cells.hpp"
#include "trawl/run/node_data.hpp"
#include "trawl/run/program.hpp"

namespace trawl {
namespace {

namespace fs = std::filesystem;
using Split = DataDefinition::Split;

constexpr std::uint64_t kSeed = 1;

/// The text of a job file, whose comments stand below each other.
class JobText {
 public:
  void line(const std::string& text, const std::string& comment = "") {
    constexpr std::size_t kCommentColumn = 40;
    text_ += text;
    if (!comment.empty()) {
      const std::size_t gap = text.size() + 2 < kCommentColumn ? kCommentColumn - text.size() : 2;
      text_ += std::string(gap, ' ') + "# " + comment;
    }
    text_ += '\n';
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// `path` as a job file in `folder` names it.
std::string from_folder(const std::string& path, const fs::path& folder) {
  if (fs::path(path).is_absolute()) return path;
  const fs::path whole = fs::absolute(path).lexically_normal();
  const fs::path relative = whole.lexically_relative(fs::absolute(folder).lexically_normal());
  std::error_code error;
  const bool leads_there = fs::equivalent(folder / relative, whole, error) && !error;  // links may mislead
  return leads_there ? relative.string() : whole.string();
}

/// "0: 143, 1: 146, ..."
std::string class_counts(const PreparedData& data) {
  constexpr std::size_t kMostShown = 12;
  std::map<std::int32_t, std::int64_t> counts;
  for (const SampleView& part : {data.train(), data.validation()}) {
    for (std::int64_t row = 0; row < part.rows; ++row) ++counts[part.labels[row]];
  }
  std::string text;
  for (const auto& [label, n] : counts) text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", label, n);
  return counts.size() <= kMostShown ? text : "";
}

/// What a job file is written from.
struct Draft {
  FoundData found;
  DataSummary summary;
  std::string counts;
};

std::unique_ptr<NodeData> prepared_data(const StudyDefinition& study) {
  auto prepared = std::make_unique<NodeData>(study);
  prepared->share(RankGroup::alone());
  return prepared;
}

/// Makes of the data what the first reading showed to be better; false if it is well as it is.
bool improve(const DataSummary& summary, FoundData& found) {
  DataDefinition& data = found.data;
  const DataDefinition before = data;
  if (summary.is_part_without_class) data.split = Split::shuffled;
  data.exclude.insert(data.exclude.end(), summary.index_columns.begin(), summary.index_columns.end());
  if (summary.are_bytes_small) {
    data.scaling = DataDefinition::Scaling::standard;
    found.scaling_note = "unit divides bytes by 255, and these are small";
  }
  return data.split != before.split || data.scaling != before.scaling || data.exclude != before.exclude;
}

/// Reads all of the data. Rows that lie in the order of their classes are shuffled; of tables nobody knows.
Draft read_data(FoundData found) {
  StudyDefinition study;
  study.search.seed = kSeed;
  found.data.split = found.data.source == "csv" ? Split::shuffled : Split::last;
  study.data = found.data;
  auto prepared = prepared_data(study);
  if (improve(prepared->summary(), found)) {
    study.data = found.data;
    prepared.reset();
    prepared = prepared_data(study);
  }
  return {std::move(found), prepared->summary(), class_counts(*prepared->data())};
}

void add_path(const char* key, const std::string& path, const fs::path& folder, const std::string& comment,
              JobText& job) {
  if (!path.empty()) job.line(fmt::format("  {}: {}", key, yaml_text(from_folder(path, folder))), comment);
}

void add_name(const char* key, const std::string& name, JobText& job) {
  if (!name.empty()) job.line(fmt::format("  {}: {}", key, yaml_text(name)));
}

void add_files(const char* part, const DataDefinition::Files& files, const fs::path& folder, JobText& job) {
  if (files.images.empty()) return;
  job.line(fmt::format("  {}:", part));
  add_path("  images", files.images, folder, "", job);
  add_path("  labels", files.labels, folder, "", job);
}

/// Numbers without the quotes that a text of digits has.
std::string list_columns(const std::vector<std::string>& columns) {
  std::string list;
  for (const std::string& column : columns) {
    list += fmt::format("{}{}", list.empty() ? "" : ", ", parse_index(column) ? column : yaml_text(column));
  }
  return fmt::format("[{}]", list);
}

void add_excluded(const std::vector<std::string>& columns, JobText& job) {
  if (columns.empty()) return;
  job.line("  exclude: " + list_columns(columns), "numbers or names the rows or is empty: no feature");
}

void add_source(const FoundData& found, const fs::path& folder, JobText& job) {
  const DataDefinition& data = found.data;
  if (data.source == "csv") {
    add_path("train", data.train.table, folder, "relative to this file, or absolute", job);
    add_path("test", data.test.table, folder, "the best network is tried on it once, at the end", job);
    job.line(fmt::format("  label_column: {}", yaml_text(data.label_column)), found.label_note);
    add_excluded(data.exclude, job);
  } else if (data.source == "hdf5") {
    add_path("file", data.file, folder, "relative to this file, or absolute", job);
    add_name("train_features", data.train_features, job);
    add_name("train_labels", data.train_labels, job);
    add_name("test_features", data.test_features, job);
    add_name("test_labels", data.test_labels, job);
  } else {
    add_path("directory", data.directory, folder, "relative to this file, or absolute", job);
    add_files("train", data.train, folder, job);
    add_files("test", data.test, folder, job);
  }
}

void add_data(const Draft& draft, const fs::path& folder, JobText& job) {
  const DataSummary& summary = draft.summary;
  const bool is_shuffled = draft.found.data.split == Split::shuffled;
  const std::string& scaling_note = draft.found.scaling_note;
  job.line("data:");
  job.line(fmt::format("  # {} rows to train, {} to validate, {} to test; {} features, {} classes",
                       summary.train_rows, summary.validation_rows, summary.test_rows, summary.n_features,
                       summary.n_classes));
  if (!draft.counts.empty()) job.line("  # rows of each class: " + draft.counts);
  job.line(fmt::format("  source: {}", draft.found.data.source));
  add_source(draft.found, folder, job);
  job.line("  validation_fraction: 0.2", "of the training rows; trials are ranked by them");
  job.line(fmt::format("  split: {}", to_text(draft.found.data.split)),
           is_shuffled ? "last would hold back the last rows" : "shuffled would draw them");
  job.line(fmt::format("  scaling: {}", to_text(draft.found.data.scaling)),
           scaling_note.empty() ? "none | unit: into 0..1 | standard: mean 0, deviation 1" : scaling_note);
}

void add_training(JobText& job) {
  job.line("training:", "what is not searched below");
  job.line("  epochs: 20");
  job.line("  optimizer: adam", "sgd | momentum | nesterov | rmsprop | adam");
  job.line("  # early_stopping: {patience: 5}", "end a training that gets no better");
}

void add_search(const DataSummary& summary, JobText& job) {
  constexpr std::int64_t kManyRows = 2000;
  constexpr std::int64_t kManyFeatures = 32;
  const bool is_small = summary.train_rows < kManyRows;
  const bool is_narrow = summary.n_features < kManyFeatures;
  job.line("search:");
  job.line("  sampler: random", "sobol, lhs, grid, list: see jobs/README.md");
  job.line("  n_trials: 32", "a larger number later goes on from there");
  job.line("  repeats: 1", "trainings a point; 2 or more show the noise");
  job.line(fmt::format("  seed: {}", kSeed));
  job.line("  space:");
  job.line(fmt::format("    hidden:        {{choices: {}}}",
                       is_narrow ? "[[16], [32], [64], [32, 16]]" : "[[64], [128], [128, 64], [256, 128]]"));
  job.line(
      fmt::format("    batch_size:    {{choices: {}}}", is_small ? "[4, 8, 16, 32]" : "[16, 32, 64, 128]"));
  job.line("    learning_rate: {low: 1.0e-4, high: 1.0e-2, log: true}");
  job.line("    dropout:       {low: 0.0, high: 0.5}");
  job.line("    l2:            {low: 1.0e-6, high: 1.0e-2, log: true}");
}

std::string job_text(const Draft& draft, const fs::path& folder) {
  JobText job;
  job.line("# Written by `trawl init`. Change what you like: `trawl check` says what would run, and");
  job.line("# jobs/README.md has all keys.");
  job.line(fmt::format("study: {}", yaml_text(draft.found.name)));
  job.line("");
  add_data(draft, folder, job);
  job.line("");
  add_training(job);
  job.line("");
  add_search(draft.summary, job);
  job.line("");
  job.line("objective: {metric: val_accuracy, at: best}", "or val_cross_entropy; at: last | best");
  return job.text();
}

/// A name for the study whose results, NAME.h5, are neither the data nor another file that is there, wherever
/// of the places at hand the search is started.
std::string free_name(const FoundData& found, const fs::path& job_folder) {
  const DataDefinition& data = found.data;
  const fs::path source = data.file.empty() ? data.train.table : data.file;
  const auto is_taken = [&](const std::string& name) {
    if (!data.file.empty() && source.stem() == name) return true;
    const fs::path folders[] = {".", job_folder, source.parent_path()};
    return std::any_of(std::begin(folders), std::end(folders), [&](const fs::path& folder) {
      return fs::exists(fs::symlink_status(folder / (name + ".h5")));
    });
  };
  std::string name = found.name;
  for (int i = 1; is_taken(name); ++i) {
    name = fmt::format("{}-search{}", found.name, i == 1 ? "" : fmt::format("-{}", i));
  }
  return name;
}

void write_new(const std::string& path, const std::string& text) {
  DiskFile file(path, O_WRONLY | O_CREAT | O_EXCL);
  file.write_all(text);
  file.close();
}

/// A job that cannot be read is removed again.
StudyDefinition read_back(const std::string& output) {
  try {
    return read_job(output, {}, {}, perceptron_program().keys).definition;
  } catch (const ConfigError&) {
    std::error_code ignored;
    fs::remove(output, ignored);
    throw;
  }
}

}  // namespace

int init_job(const std::string& path, const std::string& label_column, const std::string& output) {
  if (fs::exists(fs::symlink_status(output))) {
    throw ConfigError(fmt::format("{} is there already; name another file with -o, or remove it", output));
  }
  const fs::path parent = fs::path(output).parent_path();
  const fs::path folder = parent.empty() ? fs::path(".") : parent;
  FoundData found = find_data(path, label_column);
  found.name = free_name(found, folder);
  const bool is_table = found.data.source == "csv";
  found.data.scaling = is_table ? DataDefinition::Scaling::standard : DataDefinition::Scaling::unit;
  const Draft draft = read_data(std::move(found));
  for (const std::string& warning : draft.summary.warnings) log_warning("{}", warning);
  write_new(output, job_text(draft, folder));
  const StudyDefinition study = read_back(output);
  const DataSummary& summary = draft.summary;
  say("{}: study {}, source {}: {} rows to train, {} to validate, {} to test; {} features, {} classes\n",
      output, study.name, study.data.source, summary.train_rows, summary.validation_rows, summary.test_rows,
      summary.n_features, summary.n_classes);
  if (is_table) say("labels: column {}\n", study.data.label_column);
  if (!study.data.exclude.empty()) {
    say("left out, as no feature: exclude: {}\n", list_columns(study.data.exclude));
  }
  const std::string job = shell_path(output);
  say("next:\n  trawl check {}\n  trawl run {} -o {}\n", job, job, shell_path(study.name + ".h5"));
  return static_cast<int>(ExitCode::complete);
}

}  // namespace trawl
