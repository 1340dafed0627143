#pragma once

#include <optional>
#include <string>
#include <vector>

namespace trawl {

/// The paths of an IDX data set. test_images and test_labels may both be empty.
struct IdxFiles {
  std::string train_images;
  std::string train_labels;
  std::string test_images;
  std::string test_labels;
};

/// Files whose names begin alike: "emnist-letters-"; "" for MNIST's own names. Some may be missing.
struct IdxSet {
  std::string prefix;
  IdxFiles files;
};

/// What lies in `directory`, by the words of its names: train, or t10k or test; images or labels; ubyte
/// (train-images-idx3-ubyte, train-images.idx3-ubyte, emnist-letters-test-labels-idx1-ubyte.gz; plain before
/// .gz).
std::vector<IdxSet> find_idx_sets(const std::string& directory);
/// The set that a file of this name belongs to; none if its name does not say.
std::optional<std::string> idx_prefix(const std::string& file_name);
/// "emnist-digits-*, emnist-letters-*"
std::string list_idx_sets(const std::vector<IdxSet>& sets);

/// The set in `directory`: that of MNIST's own names, train-images-idx3-ubyte and so on, or else the only
/// one. Throws DataError if there are several, or if the training files or one of a pair is missing.
IdxFiles find_idx_files(const std::string& directory);

}  // namespace trawl
