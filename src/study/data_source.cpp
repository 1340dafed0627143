// Lists where samples may come from, and which keys say so.
#include "trawl/study/data_source.hpp"

#include <algorithm>

#include "trawl/base/error.hpp"

namespace trawl {

bool DataSource::takes(std::string_view key) const {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

const std::vector<DataSource>& data_sources() {
  static const std::vector<DataSource> kSources = {
      {.word = "synthetic-digits", .keys = {"data.train_rows", "data.test_rows", "data.seed"}},
      {.word = "idx",
       .keys = {"data.directory", "data.train.images", "data.train.labels", "data.test.images",
                "data.test.labels"}},
      {.word = "csv",
       .keys = {"data.train", "data.test", "data.label_column", "data.exclude"},
       .required = "data.train",
       .needs = "the path of a table"},
      {.word = "hdf5",
       .keys = {"data.file", "data.train_features", "data.train_labels", "data.test_features",
                "data.test_labels"},
       .required = "data.file",
       .needs = "the path of a file",
       .reads_environment = true,
       .is_guarded = true},
  };
  return kSources;
}

const DataSource& data_source(const DataDefinition& data) {
  for (const DataSource& source : data_sources()) {
    if (data.source == source.word) return source;
  }
  TRAWL_CHECK(false, "source {}", data.source);
  return data_sources().front();
}

std::vector<std::string> source_words() {
  std::vector<std::string> words;
  for (const DataSource& source : data_sources()) words.emplace_back(source.word);
  return words;
}

std::vector<std::string> sources_with(std::string_view key) {
  std::vector<std::string> words;
  for (const DataSource& source : data_sources()) {
    if (source.takes(key)) words.emplace_back(source.word);
  }
  return words;
}

bool takes_key(const DataDefinition& data, std::string_view key) {
  return data_source(data).takes(key) || sources_with(key).empty();
}

}  // namespace trawl
