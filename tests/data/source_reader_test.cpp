#include "trawl/data/source_reader.hpp"

#include <gtest/gtest.h>

#include "trawl/study/data_source.hpp"

namespace trawl {
namespace {

TEST(SourceReaders, ThereIsOneOfEachSource) {
  std::vector<std::string> words;
  for (const SourceReader& reader : source_readers()) words.emplace_back(reader.word);
  EXPECT_EQ(words, source_words());
}

TEST(DataSources, EachIsFoundByItsWordAndTakesTheKeyThatItNeeds) {
  for (const DataSource& source : data_sources()) {
    DataDefinition data;
    data.source = source.word;
    EXPECT_EQ(&data_source(data), &source);
    const std::string required = source.required;
    EXPECT_TRUE(required.empty() || source.takes(required)) << source.word;
    for (const std::string& key : source.keys) EXPECT_TRUE(takes_key(data, key)) << key;
    EXPECT_TRUE(takes_key(data, "data.scaling")) << "as all do";
  }
  DataDefinition csv;
  csv.source = "csv";
  EXPECT_FALSE(takes_key(csv, "data.file"));
  DataDefinition none;
  none.source = "none";
  EXPECT_THROW(data_source(none), std::logic_error);
  EXPECT_THROW(read_samples(none), std::logic_error);
}

}  // namespace
}  // namespace trawl
