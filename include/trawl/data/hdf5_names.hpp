#pragma once

#include <string>

namespace trawl {

/// The data sets of an HDF5 file that hold samples: paths in it, as train/images. Both of the test rows may
/// be empty: there are none.
struct Hdf5Datasets {
  std::string train_features;
  std::string train_labels;
  std::string test_features;
  std::string test_labels;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& train_features& train_labels& test_features& test_labels;
  }
};

/// The first customary names, of those below, that the file has for the training rows, and the test rows'
/// of the same custom where it has them: x_train and y_train (as Keras calls them); X_train; train/x and
/// train/y; train/features, train/images or train/data and train/labels; train_x; train_set_x; and,
/// without test rows, x, X, features, images or data, and y or labels. Links to data sets count as these.
/// Throws DataError, listing the data sets that are there, if none are, one of a pair is missing or a link
/// leads nowhere.
Hdf5Datasets find_hdf5_datasets(const std::string& path);

}  // namespace trawl
