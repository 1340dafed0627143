// Reads, checks, splits and scales samples, from the job to the prepared file.
#include "trawl/data/prepare_data.hpp"

#include <algorithm>
#include <optional>

#include "trawl/base/error.hpp"
#include "trawl/data/data_warnings.hpp"
#include "trawl/data/prepared_data.hpp"
#include "trawl/data/source_reader.hpp"
#include "trawl/data/split.hpp"
#include "trawl/data/write_prepared.hpp"

namespace trawl {
namespace {

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
  const Samples source = read_samples(data);
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
