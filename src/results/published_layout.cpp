// Lays out what stands in a file before its first row.
#include "trawl/results/published_layout.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "trawl/results/columns.hpp"
#include "trawl/results/schema.hpp"

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

void describe_study(Group& root, const JournaledStudy& study) {
  root.set_attribute(schema::root::kFormat, schema::kFormat);
  root.set_attribute(schema::root::kFormatVersion, schema::kFormatVersion);
  root.set_attribute(schema::root::kStudy, study.name);
  root.set_attribute(schema::root::kRunId, study.run_id);
  root.set_attribute(schema::root::kMetric, study.objective.metric);
  root.set_attribute(schema::root::kDirection, to_text(study.objective.direction));
  root.set_attribute(schema::root::kAt, to_text(study.objective.at));
  root.set_attribute(schema::root::kRepeats, study.repeats);
  root.set_attribute(schema::root::kShard, study.shard.index);
  root.set_attribute(schema::root::kNShards, study.shard.count);
}

void create_active(Group& trials, const JournaledStudy& study) {
  const auto is_conditional = [](const ParameterColumn& column) { return column.conditional; };
  const auto& columns = study.parameters;
  if (std::none_of(columns.begin(), columns.end(), is_conditional)) return;
  Group group = trials.create_group(schema::kActive);
  for (const ParameterColumn& column : columns) {
    if (!column.conditional) continue;
    add_column(group, {column.name.c_str(), "1", schema::active::kDescription}, Type::boolean(),
               one_row_a_trial(study.n_trials));
  }
  group.close();
}

void create_parameters(Group& trials, const JournaledStudy& study) {
  Group group = trials.create_group(schema::kParameters);
  std::int64_t position = 0;
  for (const ParameterColumn& column : study.parameters) {
    create_parameter(group, column, position++, study.n_trials);
  }
  group.close();
  create_active(trials, study);
}

void create_trials(Group& root, const JournaledStudy& study) {
  namespace s = schema::trials;
  Group trials = root.create_group(schema::kTrials);
  const std::int64_t n = study.n_trials;
  const std::int64_t repeats = study.repeats;
  add_known_column<std::int64_t>(trials, s::kNumber, n, [](std::int64_t i) { return i; });
  add_known_column<std::int64_t>(trials, s::kPoint, n, [=](std::int64_t i) { return i / repeats; });
  add_known_column<std::int64_t>(trials, s::kRepeat, n, [=](std::int64_t i) { return i % repeats; });
  add_known_column<std::uint64_t>(trials, s::kSeed, n, [&study, repeats](std::int64_t i) {
    return trial_seed(study.seed, i / repeats, i % repeats);
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
  create_parameters(trials, study);
  trials.close();
}

void create_epochs(Group& root, const JournaledStudy& study) {
  Group epochs = root.create_group(schema::kEpochs);
  const ColumnLayout layout{0, true, kEpochChunkRows, false, {}};
  for (const auto& column : {schema::epochs::kTrial, schema::epochs::kEpoch}) {
    add_column(epochs, column, Type::of(Element::int64), layout);
  }
  add_column(epochs, schema::epochs::kSeconds, Type::of(Element::float64), layout);
  std::int64_t position = 0;
  for (const MetricColumn& metric : study.metrics.columns()) {
    Dataset dataset =
        create_column(epochs, {metric.name.c_str(), metric.units.c_str(), metric.description.c_str()},
                      Type::of(Element::float64), layout);
    dataset.set_attribute(schema::epochs::kPosition, position++);
    if (metric.direction) dataset.set_attribute(schema::epochs::kDirection, to_text(*metric.direction));
    dataset.close();
  }
  epochs.close();
}

void create_legs(Group& root, const JournaledStudy& study) {
  namespace s = schema::legs;
  Group legs = root.create_group(schema::kLegs);
  const ColumnLayout layout{0, true, kTrialChunkRows, false, {}};
  for (const auto& column : {s::kTrial, s::kFrom, s::kUntil, s::kParent})
    add_column(legs, column, Type::of(Element::int64), layout);
  for (const auto& column : {s::kValue, s::kEndedAt})
    add_column(legs, column, Type::of(Element::float64), layout);
  add_column(legs, s::kState, Type::enumeration8(kStateNames), layout);
  if (study.keep == StudyProgress::Keep::proposals) {
    add_column(legs, s::kProposedBy, Type::fixed_text(kSamplerBytes), layout);
    add_column(legs, s::kNKnown, Type::of(Element::int64), layout);
    for (const auto& column : {s::kVirtualStart, s::kVirtualEnd})
      add_column(legs, column, Type::of(Element::float64), layout);
  }
  Group parameters = legs.create_group(s::kParameters);
  parameters.set_attribute(schema::kDescription, s::kParametersDescription);
  parameters.close();
  legs.close();
}

void create_study(Group& root, const JournaledStudy& study) {
  Group group = root.create_group(schema::kStudy);
  add_text(group, schema::study::kJobText, study.job_text);
  add_text(group, schema::study::kJobResolved, study.job_resolved);
  add_text(group, schema::study::kIdentity, study.identity);
  add_text(group, schema::study::kSpace, study.space);
  const DataSize& data = study.data;
  group.set_attribute(schema::study::kTrainRows, data.train_rows);
  group.set_attribute(schema::study::kValidationRows, data.validation_rows);
  group.set_attribute(schema::study::kTestRows, data.test_rows);
  group.set_attribute(schema::study::kNFeatures, data.n_features);
  group.set_attribute(schema::study::kNClasses, data.n_classes);
  group.close();
}

void create_small_tables(Group& root) {
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

}  // namespace

void lay_out(Group& root, const JournaledStudy& study) {
  describe_study(root, study);
  create_trials(root, study);
  create_epochs(root, study);
  create_legs(root, study);
  create_study(root, study);
  create_small_tables(root);
}

}  // namespace trawl
