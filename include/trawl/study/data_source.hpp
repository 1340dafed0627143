#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trawl/study/definition.hpp"

namespace trawl {

/// What those have to know of a source of samples who do not read them. data_sources() lists them all; module
/// data reads them (SourceReader).
struct DataSource {
  const char* word;               ///< in job files: "csv"
  std::vector<std::string> keys;  ///< those of its jobs that not all sources take: "data.train"
  const char* required = "";      ///< which of them no job goes without, where there is one
  const char* needs = "";         ///< what must stand there: "the path of a table"
  /// Its library reads the environment, which MPI changes while it starts.
  bool reads_environment = false;
  /// Its library crashes on some damaged files, or loops: `data.file` is read in a process of its own.
  bool is_guarded = false;

  [[nodiscard]] bool takes(std::string_view key) const;
};

/// All sources, in the order in which messages and documents name them.
const std::vector<DataSource>& data_sources();
/// The one that the definition names.
const DataSource& data_source(const DataDefinition& data);
/// "synthetic-digits", "idx", ...
std::vector<std::string> source_words();
/// The words of the sources that alone take the key; empty: all take it.
std::vector<std::string> sources_with(std::string_view key);
/// Does a job of this source take the key?
bool takes_key(const DataDefinition& data, std::string_view key);

}  // namespace trawl
