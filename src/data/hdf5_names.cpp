// Finds the data sets of an HDF5 file with customary names.
#include "trawl/data/hdf5_names.hpp"

#include <array>

#include "hdf5_array.hpp"
#include "trawl/h5/link.hpp"

namespace trawl {
namespace {

using TargetKind = h5::Target::Kind;

const std::array<Hdf5Datasets, 14> kCustomaryNames = {{
    {"x_train", "y_train", "x_test", "y_test"},
    {"X_train", "y_train", "X_test", "y_test"},
    {"train/x", "train/y", "test/x", "test/y"},
    {"train/features", "train/labels", "test/features", "test/labels"},
    {"train/images", "train/labels", "test/images", "test/labels"},
    {"train/data", "train/labels", "test/data", "test/labels"},
    {"train_x", "train_y", "test_x", "test_y"},
    {"train_set_x", "train_set_y", "test_set_x", "test_set_y"},
    {"x", "y", "", ""},
    {"X", "y", "", ""},
    {"features", "labels", "", ""},
    {"images", "labels", "", ""},
    {"data", "labels", "", ""},
    {"data", "label", "", ""},
}};

struct Pair {
  const std::string& features;
  const std::string& labels;
};

/// Are both data sets there, or links to them? Throws DataError if a link leads nowhere, or, where both
/// `must` be or none, one is missing.
bool has_pair(const h5::Group& root, const std::string& path, const Pair& pair, bool must) {
  if (pair.features.empty()) return false;
  const h5::Target features = h5::follow(root, pair.features);
  const h5::Target labels = h5::follow(root, pair.labels);
  const bool some = features.kind != TargetKind::nothing && labels.kind != TargetKind::nothing;
  for (const h5::Target& target : {features, labels}) {
    if (target.kind == TargetKind::dangling && (some || must)) {
      throw DataError(fmt::format("{}: {}, which is not there", path, target.link));
    }
  }
  const bool has_features = features.kind == TargetKind::dataset;
  const bool has_labels = labels.kind == TargetKind::dataset;
  if (must && has_features != has_labels) {
    throw DataError(fmt::format("{}: there is a data set {}, but no {}", path,
                                has_features ? pair.features : pair.labels,
                                has_features ? pair.labels : pair.features));
  }
  return has_features && has_labels;
}

}  // namespace

Hdf5Datasets find_hdf5_datasets(const std::string& path) {
  return with_hdf5_file(path, [&](const h5::Group& root) {
    for (const Hdf5Datasets& names : kCustomaryNames) {
      if (!has_pair(root, path, {names.train_features, names.train_labels}, false)) continue;
      const bool has_test = has_pair(root, path, {names.test_features, names.test_labels}, true);
      return has_test ? names : Hdf5Datasets{names.train_features, names.train_labels, "", ""};
    }
    throw DataError(
        fmt::format("{}: no data sets of customary names, such as x_train and y_train; {}; name them by "
                    "train_features and train_labels",
                    path, list_hdf5_datasets(root)));
  });
}

}  // namespace trawl
