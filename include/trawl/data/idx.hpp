#pragma once

#include <string>

#include "trawl/data/table.hpp"

namespace trawl {

/// Images (unsigned bytes, two to four dimensions, the first one the rows) and their labels
/// (unsigned bytes, one dimension), plain or gzip, told by content. An image becomes one row,
/// its pixels in the order of the file.
/// Throws DataError if a file is no such file, is shorter or longer than its header says, or
/// if the two disagree.
/// Format: http://yann.lecun.com/exdb/mnist/, "The IDX file format".
Table read_idx(const std::string& images_path, const std::string& labels_path);

}  // namespace trawl
