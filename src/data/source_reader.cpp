// Reads the samples of each source.
#include "trawl/data/source_reader.hpp"

#include <algorithm>

#include "trawl/base/error.hpp"
#include "trawl/base/guarded_process.hpp"
#include "trawl/data/csv.hpp"
#include "trawl/data/hdf5.hpp"
#include "trawl/data/hdf5_names.hpp"
#include "trawl/data/idx.hpp"
#include "trawl/data/idx_names.hpp"
#include "trawl/data/synthetic_digits.hpp"

namespace trawl {
namespace {

Samples read_idx_source(const DataDefinition& data) {
  const IdxFiles files = data.directory.empty() ? IdxFiles{data.train.images, data.train.labels,
                                                           data.test.images, data.test.labels}
                                                : find_idx_files(data.directory);
  Samples samples{read_idx(files.train_images, files.train_labels), std::nullopt};
  if (!files.test_images.empty()) samples.test = read_idx(files.test_images, files.test_labels);
  return samples;
}

Samples read_csv_source(const DataDefinition& data) {
  CsvChoice choice{data.label_column, data.exclude};
  Samples samples{read_csv(data.train.table, choice), std::nullopt};
  choice.may_lack_excluded = true;
  if (!data.test.table.empty()) samples.test = read_csv(data.test.table, choice);
  return samples;
}

Hdf5Datasets datasets_of(const DataDefinition& data) {
  Hdf5Datasets names{data.train_features, data.train_labels, data.test_features, data.test_labels};
  if (!names.train_features.empty()) return names;
  const Hdf5Datasets found = find_hdf5_datasets(data.file);
  names.train_features = found.train_features;
  names.train_labels = found.train_labels;
  return names.test_features.empty() ? found : names;
}

Samples read_hdf5_source(const DataDefinition& data) {
  const Hdf5Datasets names = datasets_of(data);
  Samples samples{read_hdf5(data.file, names.train_features, names.train_labels), std::nullopt};
  if (!names.test_features.empty()) {
    samples.test = read_hdf5(data.file, names.test_features, names.test_labels);
    for (const std::string& warning : samples.test->warnings) samples.train.warnings.push_back(warning);
  }
  lift_cpu_limit();
  return samples;
}

Samples draw_source(const DataDefinition& data) {
  Samples samples{draw_train_digits(data.train_rows, data.seed), std::nullopt};
  if (data.test_rows > 0) samples.test = draw_test_digits(data.test_rows, data.seed);
  return samples;
}

}  // namespace

const std::vector<SourceReader>& source_readers() {
  static const std::vector<SourceReader> kReaders = {
      {"synthetic-digits", draw_source},
      {"idx", read_idx_source},
      {"csv", read_csv_source},
      {"hdf5", read_hdf5_source},
  };
  return kReaders;
}

Samples read_samples(const DataDefinition& data) {
  const auto& readers = source_readers();
  const auto reader = std::find_if(readers.begin(), readers.end(),
                                   [&](const SourceReader& r) { return data.source == r.word; });
  TRAWL_CHECK(reader != readers.end(), "nothing reads source {}", data.source);
  return reader->read(data);
}

Samples read_tables(const DataDefinition& data, Table (*read)(const std::string& path)) {
  Samples samples{read(data.train.table), std::nullopt};
  if (!data.test.table.empty()) samples.test = read(data.test.table);
  return samples;
}

}  // namespace trawl
