// Reads, checks, splits and scales samples, from the job to the prepared file.
#include "trawl/data/prepare_data.hpp"

#include <algorithm>
#include <optional>

#include "trawl/base/error.hpp"
#include "trawl/base/guarded_process.hpp"
#include "trawl/data/csv.hpp"
#include "trawl/data/data_warnings.hpp"
#include "trawl/data/hdf5.hpp"
#include "trawl/data/idx.hpp"
#include "trawl/data/prepared_data.hpp"
#include "trawl/data/split.hpp"
#include "trawl/data/synthetic_digits.hpp"

namespace trawl {
namespace {

struct Source {
  Table train;
  std::optional<Table> test;
};

Source read_idx_source(const DataDefinition& data) {
  const IdxFiles files = data.directory.empty() ? IdxFiles{data.train.images, data.train.labels,
                                                           data.test.images, data.test.labels}
                                                : find_idx_files(data.directory);
  Source source{read_idx(files.train_images, files.train_labels), std::nullopt};
  if (!files.test_images.empty()) source.test = read_idx(files.test_images, files.test_labels);
  return source;
}

Source read_csv_source(const DataDefinition& data) {
  CsvChoice choice{data.label_column, data.exclude};
  Source source{read_csv(data.train.images, choice), std::nullopt};
  choice.may_lack_excluded = true;
  if (!data.test.images.empty()) source.test = read_csv(data.test.images, choice);
  return source;
}

Hdf5Datasets datasets_of(const DataDefinition& data) {
  Hdf5Datasets names{data.train_features, data.train_labels, data.test_features, data.test_labels};
  if (!names.train_features.empty()) return names;
  const Hdf5Datasets found = find_hdf5_datasets(data.file);
  names.train_features = found.train_features;
  names.train_labels = found.train_labels;
  return names.test_features.empty() ? found : names;
}

Source read_hdf5_source(const DataDefinition& data) {
  const Hdf5Datasets names = datasets_of(data);
  Source source{read_hdf5(data.file, names.train_features, names.train_labels), std::nullopt};
  if (!names.test_features.empty()) {
    source.test = read_hdf5(data.file, names.test_features, names.test_labels);
    for (const std::string& warning : source.test->warnings) source.train.warnings.push_back(warning);
  }
  lift_cpu_limit();
  return source;
}

Source draw_source(const DataDefinition& data) {
  Source source{draw_train_digits(data.train_rows, data.seed), std::nullopt};
  if (data.test_rows > 0) source.test = draw_test_digits(data.test_rows, data.seed);
  return source;
}

Source read_source(const DataDefinition& data) {
  switch (data.source) {
    case DataDefinition::Source::idx: return read_idx_source(data);
    case DataDefinition::Source::csv: return read_csv_source(data);
    case DataDefinition::Source::hdf5: return read_hdf5_source(data);
    case DataDefinition::Source::synthetic_digits: break;
  }
  return draw_source(data);
}

void check_same_columns(const Table& train, const Table& test) {
  if (test.columns != train.columns) {
    throw DataError(fmt::format("{}: {} features a row, but {} in {}; the two do not belong together",
                                test.origin, test.columns, train.columns, train.origin));
  }
  if (train.column_names.empty() || test.column_names.empty()) return;
  const auto [ours, theirs] =
      std::mismatch(train.column_names.begin(), train.column_names.end(), test.column_names.begin());
  if (ours == train.column_names.end()) return;
  throw DataError(
      fmt::format("{}: feature {} (0-based) is '{}', but '{}' in {}; both tables need the same "
                  "columns in the same order",
                  test.origin, ours - train.column_names.begin(), *theirs, *ours, train.origin));
}

void check_test_labels(const Table& test, std::int64_t n_classes) {
  const auto bad = std::find_if(test.labels.begin(), test.labels.end(),
                                [n_classes](std::int32_t label) { return label >= n_classes; });
  if (bad == test.labels.end()) return;
  throw DataError(fmt::format("{}: label {} does not occur in the training data, whose highest label is {}",
                              place_of_label(test, bad - test.labels.begin()), *bad, n_classes - 1));
}

Split split_rows(const DataDefinition& data, const Table& table, std::uint64_t study_seed) {
  return data.split == DataDefinition::Split::last
             ? split_last(table, data.validation_fraction)
             : split_shuffled(table, data.validation_fraction, study_seed);
}

Scaling fit_scaling(DataDefinition::Scaling kind, const Selection& train) {
  switch (kind) {
    case DataDefinition::Scaling::unit: return unit_scaling(train);
    case DataDefinition::Scaling::standard: return standard_scaling(train);
    case DataDefinition::Scaling::none: break;
  }
  return no_scaling(train.table->columns);
}

}  // namespace

DataSummary prepare_data(const DataDefinition& data, std::uint64_t study_seed, const std::string& path) {
  const Source source = read_source(data);
  const std::int64_t n_classes = count_classes(source.train);
  Split split = split_rows(data, source.train, study_seed);
  PreparedContent content{std::move(split.train), std::move(split.validation), {}, {}, n_classes};
  if (source.test) {
    check_same_columns(source.train, *source.test);
    check_test_labels(*source.test, n_classes);
    content.test = all_rows(*source.test);
  }
  content.scaling = fit_scaling(data.scaling, content.train);

  DataSummary summary;
  summary.train_rows = content.train.size();
  summary.validation_rows = content.validation.size();
  summary.test_rows = content.test.size();
  summary.n_features = source.train.columns;
  summary.n_classes = n_classes;
  summary.scaling = content.scaling;
  summary.feature_names = source.train.column_names;
  summary.warnings = source.train.warnings;
  summary.index_columns = source.train.index_columns;
  add_warnings(data, content, summary);
  summary.hash = write_prepared(path, content);
  return summary;
}

}  // namespace trawl
