#pragma once

#include <cstdint>
#include <string>

#include "trawl/data/scaling.hpp"
#include "trawl/data/table.hpp"

namespace trawl {

/// What a prepared file is made of. The test rows may be none: a Selection without a table.
struct PreparedContent {
  Selection train;
  Selection validation;
  Selection test;
  Scaling scaling;
  std::int64_t n_classes = 0;
};

/// Writes the scaled samples to `path`: under a temporary name beside it, then renamed, so
/// that nobody ever meets half a file. Returns the hash of the content.
/// Throws StoreError if the file cannot be written, DataError if a scaled value is no
/// finite float32.
std::uint64_t write_prepared(const std::string& path, const PreparedContent& content);

}  // namespace trawl
