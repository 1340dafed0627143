// Of PublishedFile: lays out what stands in a file before its first row.
#include <algorithm>
#include <limits>
#include <numeric>

#include "trawl/base/disk_file.hpp"
#include "trawl/results/columns.hpp"
#include "trawl/results/published_file.hpp"

namespace trawl {
namespace {

using h5::ColumnLayout;
using h5::Dataset;
using h5::Element;
using h5::Group;
using h5::Type;
using Storage = ParameterColumn::Storage;
static_assert(kMaxChoiceBytes <= h5::kMaxEnumBytes, "a choice fits an enumeration");

Dataset create_column(Group& group, const schema::Column& column, const Type& type,
                      const ColumnLayout& layout) {
  Dataset dataset = group.create_column(column.name, type, layout);
  dataset.set_attribute(schema::kUnits, column.units);
  dataset.set_attribute(schema::kDescription, column.description);
  return dataset;
}

void add_column(Group& group, const schema::Column& column, const Type& type, const ColumnLayout& layout) {
  create_column(group, column, type, layout).close();
}

ColumnLayout small_table() { return {0, true, kSmallChunkRows, false, {}}; }

ColumnLayout one_row_a_trial(std::int64_t n_trials) { return {n_trials, false, kTrialChunkRows, false, {}}; }

// A column whose values are known before any trial starts, block by block.
template <class T, class Value>
void add_known_column(Group& group, const schema::Column& column, std::int64_t rows, Value value) {
  constexpr std::int64_t kBlock = 64 * kTrialChunkRows;
  Dataset dataset = create_column(group, column, Type::of(h5::element_of<T>()), one_row_a_trial(rows));
  for (std::int64_t first = 0; first < rows; first += kBlock) {
    std::vector<T> block(static_cast<std::size_t>(std::min(kBlock, rows - first)));
    for (std::size_t i = 0; i < block.size(); ++i) block[i] = value(first + static_cast<std::int64_t>(i));
    dataset.write<T>(first, block);
  }
  dataset.close();
}

std::vector<std::string> texts(const std::vector<ParameterValue>& values) {
  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (const ParameterValue& value : values) texts.push_back(to_text(value));
  return texts;
}

Type parameter_type(const ParameterColumn& column) {
  switch (column.storage) {
    case Storage::float64: return Type::of(Element::float64);
    case Storage::int64: return Type::of(Element::int64);
    case Storage::boolean: return Type::boolean();
    case Storage::choice: return Type::enumeration16(texts(column.choices));
    case Storage::text: break;
  }
  std::size_t longest = 1;
  for (const ParameterValue& choice : column.choices) longest = std::max(longest, to_text(choice).size());
  return Type::fixed_text(longest);
}

void describe_bounds(Dataset& dataset, const ParameterColumn& column) {
  dataset.set_attribute(schema::parameters::kKind, column.kind);
  if (column.kind != "categorical") {
    dataset.set_attribute(schema::parameters::kLow, column.low);
    dataset.set_attribute(schema::parameters::kHigh, column.high);
    dataset.set_attribute(schema::parameters::kLog, column.log);
    return;
  }
  // An attribute holds 64 KiB; /study holds all choices in any case.
  constexpr std::size_t kMaxChoices = 2000;
  if (column.choices.size() <= kMaxChoices) {
    dataset.set_attribute(schema::parameters::kChoices, texts(column.choices));
  }
}

void create_parameter(Group& group, const ParameterColumn& column, std::int64_t position,
                      std::int64_t n_trials) {
  ColumnLayout layout = one_row_a_trial(n_trials);
  std::string missing;
  switch (column.storage) {
    case Storage::float64: layout.fill = kNan, missing = "NaN"; break;
    case Storage::int64:
      layout.fill = std::numeric_limits<std::int64_t>::min(), missing = "-9223372036854775808";
      break;
    case Storage::boolean: missing = "FALSE"; break;
    case Storage::choice: layout.fill = std::int64_t{-1}, missing = "-1"; break;
    case Storage::text: missing = ""; break;
  }
  Dataset dataset = create_column(group, {column.name.c_str(), "1", schema::parameters::kDescription},
                                  parameter_type(column), layout);
  describe_bounds(dataset, column);
  dataset.set_attribute(schema::parameters::kPosition, position);
  dataset.set_attribute(schema::parameters::kMissing, missing);
  dataset.close();
}

void add_text(Group& group, const schema::Column& column, const std::string& text) {
  Dataset dataset = group.create_text(column.name, text);
  dataset.set_attribute(schema::kUnits, column.units);
  dataset.set_attribute(schema::kDescription, column.description);
  dataset.close();
}

std::uint64_t bytes_of(const FeatureScaling& scaling) {
  return 2 * sizeof(double) * scaling.offset.size() + longest_name(scaling) * scaling.names.size();
}

}  // namespace

PublishedFile PublishedFile::create(const std::string& path, const JournaledStudy& study,
                                    std::uint64_t bytes) {
  PublishedFile published(h5::File::create(path), study);
  reserve_room(path, bytes);
  published.create_root();
  published.create_trials();
  published.create_epochs();
  published.create_legs();
  published.create_study();
  published.create_small_tables();
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

void PublishedFile::create_root() {
  Group& root = file_.root();
  root.set_attribute(schema::root::kFormat, schema::kFormat);
  root.set_attribute(schema::root::kFormatVersion, schema::kFormatVersion);
  root.set_attribute(schema::root::kStudy, study_->name);
  root.set_attribute(schema::root::kRunId, study_->run_id);
  root.set_attribute(schema::root::kMetric, study_->objective.metric);
  root.set_attribute(schema::root::kDirection, to_text(study_->objective.direction));
  root.set_attribute(schema::root::kAt, to_text(study_->objective.at));
  root.set_attribute(schema::root::kRepeats, study_->repeats);
  root.set_attribute(schema::root::kShard, study_->shard.index);
  root.set_attribute(schema::root::kNShards, study_->shard.count);
}

void PublishedFile::create_trials() {
  namespace s = schema::trials;
  Group trials = file_.root().create_group(schema::kTrials);
  const std::int64_t n = study_->n_trials;
  const std::int64_t repeats = study_->repeats;
  add_known_column<std::int64_t>(trials, s::kNumber, n, [](std::int64_t i) { return i; });
  add_known_column<std::int64_t>(trials, s::kPoint, n, [=](std::int64_t i) { return i / repeats; });
  add_known_column<std::int64_t>(trials, s::kRepeat, n, [=](std::int64_t i) { return i % repeats; });
  add_known_column<std::uint64_t>(trials, s::kSeed, n, [this, repeats](std::int64_t i) {
    return trial_seed(study_->seed, i / repeats, i % repeats);
  });

  ColumnLayout layout = one_row_a_trial(n);
  add_column(trials, s::kState, Type::enumeration8(kStateNames), layout);
  add_column(trials, s::kAttempt, Type::of(Element::int64), layout);
  add_column(trials, s::kNEpochs, Type::of(Element::int64), layout);
  add_column(trials, s::kHost, Type::fixed_text(kHostBytes), layout);
  add_column(trials, s::kError, Type::text(), layout);
  layout.fill = std::int64_t{-1};
  for (const auto& column : {s::kRank, s::kBestEpoch})
    add_column(trials, column, Type::of(Element::int64), layout);
  layout.fill = kNan;
  for (const auto& column : {s::kObjective, s::kStartedAt, s::kFinishedAt, s::kSeconds}) {
    add_column(trials, column, Type::of(Element::float64), layout);
  }
  create_parameters(trials);
  trials.close();
}

void PublishedFile::create_parameters(Group& trials) {
  Group group = trials.create_group(schema::kParameters);
  std::int64_t position = 0;
  for (const ParameterColumn& column : study_->parameters) {
    create_parameter(group, column, position++, study_->n_trials);
  }
  group.close();
  create_active(trials);
}

void PublishedFile::create_active(Group& trials) {
  const auto is_conditional = [](const ParameterColumn& column) { return column.conditional; };
  const auto& columns = study_->parameters;
  if (std::none_of(columns.begin(), columns.end(), is_conditional)) return;
  Group group = trials.create_group(schema::kActive);
  for (const ParameterColumn& column : columns) {
    if (!column.conditional) continue;
    add_column(group, {column.name.c_str(), "1", schema::active::kDescription}, Type::boolean(),
               one_row_a_trial(study_->n_trials));
  }
  group.close();
}

void PublishedFile::create_epochs() {
  Group epochs = file_.root().create_group(schema::kEpochs);
  const ColumnLayout layout{0, true, kEpochChunkRows, false, {}};
  for (const auto& column : {schema::epochs::kTrial, schema::epochs::kEpoch}) {
    add_column(epochs, column, Type::of(Element::int64), layout);
  }
  add_column(epochs, schema::epochs::kSeconds, Type::of(Element::float64), layout);
  std::int64_t position = 0;
  for (const MetricColumn& metric : study_->metrics.columns()) {
    Dataset dataset =
        create_column(epochs, {metric.name.c_str(), metric.units.c_str(), metric.description.c_str()},
                      Type::of(Element::float64), layout);
    dataset.set_attribute(schema::epochs::kPosition, position++);
    if (metric.direction) dataset.set_attribute(schema::epochs::kDirection, to_text(*metric.direction));
    dataset.close();
  }
  epochs.close();
}

void PublishedFile::create_legs() {
  namespace s = schema::legs;
  Group legs = file_.root().create_group(schema::kLegs);
  const ColumnLayout layout{0, true, kTrialChunkRows, false, {}};
  for (const auto& column : {s::kTrial, s::kFrom, s::kUntil, s::kParent})
    add_column(legs, column, Type::of(Element::int64), layout);
  for (const auto& column : {s::kValue, s::kEndedAt})
    add_column(legs, column, Type::of(Element::float64), layout);
  add_column(legs, s::kState, Type::enumeration8(kStateNames), layout);
  legs.close();
}

void PublishedFile::create_study() {
  Group study = file_.root().create_group(schema::kStudy);
  add_text(study, schema::study::kJobText, study_->job_text);
  add_text(study, schema::study::kJobResolved, study_->job_resolved);
  add_text(study, schema::study::kIdentity, study_->identity);
  add_text(study, schema::study::kSpace, study_->space);
  const DataSize& data = study_->data;
  study.set_attribute(schema::study::kTrainRows, data.train_rows);
  study.set_attribute(schema::study::kValidationRows, data.validation_rows);
  study.set_attribute(schema::study::kTestRows, data.test_rows);
  study.set_attribute(schema::study::kNFeatures, data.n_features);
  study.set_attribute(schema::study::kNClasses, data.n_classes);
  study.close();
}

void PublishedFile::create_small_tables() {
  Group& root = file_.root();
  const ColumnLayout layout = small_table();
  {
    namespace s = schema::provenance;
    Group group = root.create_group(schema::kProvenance);
    for (const auto& c :
         {s::kHost, s::kCpu, s::kBuild, s::kVersions, s::kGitCommit, s::kCommand, s::kSlurm}) {
      add_column(group, c, Type::text(), layout);
    }
    for (const auto& c : {s::kPid, s::kRanks, s::kExitCode})
      add_column(group, c, Type::of(Element::int64), layout);
    for (const auto& c : {s::kStartedAt, s::kEndedAt})
      add_column(group, c, Type::of(Element::float64), layout);
    group.close();
  }
  {
    namespace s = schema::workers;
    Group group = root.create_group(schema::kWorkers);
    add_column(group, s::kHost, Type::fixed_text(kHostBytes), layout);
    for (const auto& c : {s::kSession, s::kRank, s::kTrials})
      add_column(group, c, Type::of(Element::int64), layout);
    for (const auto& c : {s::kBusySeconds, s::kIdleSeconds, s::kLostAt}) {
      add_column(group, c, Type::of(Element::float64), layout);
    }
    group.close();
  }
  {
    namespace s = schema::messages;
    Group group = root.create_group(schema::kMessages);
    add_column(group, s::kTime, Type::of(Element::float64), layout);
    add_column(group, s::kLevel, Type::enumeration8(kLevelNames), layout);
    add_column(group, s::kTrial, Type::of(Element::int64), layout);
    add_column(group, s::kText, Type::text(), layout);
    group.close();
  }
  root.create_group(schema::kBest).close();
}

}  // namespace trawl
