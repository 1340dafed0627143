#pragma once

#include <string>

#include "trawl/data/table.hpp"

namespace trawl {

/// The paths of an IDX data set. test_images and test_labels may both be empty.
struct IdxFiles {
  std::string train_images;
  std::string train_labels;
  std::string test_images;
  std::string test_labels;
};

/// The four customary names in `directory`, each plain or with .gz (plain first):
/// train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte,
/// t10k-labels-idx1-ubyte. Throws DataError if the training files or one of a pair is missing.
IdxFiles find_idx_files(const std::string& directory);

/// Images (unsigned bytes, two to four dimensions, the first one the rows) and their labels
/// (unsigned bytes, one dimension), plain or gzip, told by content. An image becomes one row,
/// its pixels in the order of the file.
/// Throws DataError if a file is no such file, is shorter or longer than its header says, or
/// if the two disagree.
/// Format: http://yann.lecun.com/exdb/mnist/, "The IDX file format".
Table read_idx(const std::string& images_path, const std::string& labels_path);

}  // namespace trawl
