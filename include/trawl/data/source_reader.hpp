#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trawl/data/table.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// What a source holds. test: where the job names test rows, or the source has them.
struct Samples {
  Table train;
  std::optional<Table> test;
};

/// How a DataSource is read. Throws DataError that names the file and what is wrong in it.
struct SourceReader {
  const char* word;
  Samples (*read)(const DataDefinition& data);
};

/// One of each of data_sources().
const std::vector<SourceReader>& source_readers();
/// What the definition's source holds.
Samples read_samples(const DataDefinition& data);

/// Of a source whose files are one table each, labels included: `data.train`, and `data.test` where it is
/// named.
Samples read_tables(const DataDefinition& data, Table (*read)(const std::string& path));

}  // namespace trawl
