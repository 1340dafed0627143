#pragma once

#include <string>

#include "trawl/study/definition.hpp"

namespace trawl {

/// Data that `trawl init` was pointed at.
struct FoundData {
  DataDefinition data;            ///< source, files and label column; paths as the user's path begins
  std::string name;               ///< for the study: "optdigits"
  std::string label_note;         ///< how the label column of a table was found; "" for other sources
  std::string scaling_note = {};  ///< why this scaling; "" where it is the customary one
};

/// What lies at `path`: an IDX data set (a folder with its files, or one of these), a CSV table (with the
/// test table beside it if their names are alike), an HDF5 file, or a folder that holds one of them.
/// `label_column` is the user's word; "": guessed. Throws DataError that says what is there instead, or
/// ConfigError where the label column cannot be told, or is named for data that has none.
FoundData find_data(const std::string& path, const std::string& label_column);

}  // namespace trawl
