#pragma once

#include <string>

namespace trawl {

/// `trawl init`: reads the data at `path` and writes a job file with comments for it, which `check` and `run`
/// take as it is, and says what to do next. Paths in it are relative to its folder where `path` is relative.
/// Returns the exit code. Throws ConfigError if `output` is there already or the labels cannot be told,
/// DataError for data that a search could not use, StoreError if `output` cannot be written.
int init_job(const std::string& path, const std::string& label_column, const std::string& output);

}  // namespace trawl
