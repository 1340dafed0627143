#include "trawl/data/hdf5.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>

#include <fmt/format.h>
#include <unistd.h>

#include "trawl/base/error.hpp"
#include "trawl/data/file_kind.hpp"
#include "trawl/data/input_file.hpp"
#include "trawl/h5/array.hpp"

namespace trawl {
namespace {

using h5::ArrayDescription;
using Kind = ArrayDescription::Kind;

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

/// What the library says becomes what a user can do.
template <class Action>
auto with_data_errors(const std::string& path, const Action& action) {
  const InputFile readable(path);  // throws if it is missing, unreadable, a folder or empty
  if (!h5::File::is_hdf5(path)) {
    refuse_foreign(path);
    throw DataError(fmt::format(
        "{}: no HDF5 file; for a table of text use source: csv, for IDX files source: idx", path));
  }
  try {
    return action(h5::File::open_to_read(path).root());
  } catch (const h5::Hdf5Error& e) {
    throw DataError(fmt::format("{}: {}; fetch or write it again", path, e.what()));
  }
}

std::string list_datasets(const h5::Group& root) {
  constexpr std::size_t kShown = 12;
  std::vector<std::string> paths = h5::dataset_paths(root);
  if (paths.empty()) return "it has none";
  const std::size_t n = paths.size();
  paths.resize(std::min(n, kShown));
  return fmt::format("it has {}{}", fmt::join(paths, ", "), n > kShown ? ", ..." : "");
}

h5::Dataset open_dataset(const h5::Group& root, const std::string& path, const std::string& name) {
  try {
    return root.dataset(name);
  } catch (const h5::Hdf5Error&) {
    throw DataError(fmt::format("{}: there is no data set {}; {}", path, name, list_datasets(root)));
  }
}

/// A data set that is to be read, with its name for messages.
struct Array {
  h5::Dataset dataset;
  ArrayDescription description;
  std::string place;  // "data.h5, data set x_train"

  [[nodiscard]] std::int64_t rows() const { return description.shape.front(); }
  [[nodiscard]] std::string shape_text() const {
    return fmt::format("[{}]", fmt::join(description.shape, ", "));
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw DataError(fmt::format("{}: {}", place, what));
  }
};

Array find_array(const h5::Group& root, const std::string& path, const std::string& name) {
  Array array{open_dataset(root, path, name), {}, fmt::format("{}, data set {}", path, name)};
  array.description = h5::describe(array.dataset);
  if (array.description.kind == Kind::other) {
    array.fail(fmt::format("holds values of type {}, not numbers", array.description.type));
  }
  if (!array.description.missing_filter.empty()) {
    array.fail(
        fmt::format("is packed by '{}', which the HDF5 library does not have here; write it again by gzip",
                    array.description.missing_filter));
  }
  return array;
}

/// Before memory is asked for: a file of a few bytes may claim any shape.
std::size_t checked_count(const Array& array, std::size_t value_bytes) {
  const auto memory =
      static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  std::uint64_t n = 1;
  for (const std::int64_t extent : array.description.shape) {
    if (extent == 0) array.fail(fmt::format("its shape is {}: it holds no values", array.shape_text()));
    if (n > memory / value_bytes / static_cast<std::uint64_t>(extent)) {
      array.fail(fmt::format("its shape is {}: that does not fit into this machine's {} MB of memory",
                             array.shape_text(), memory >> 20));
    }
    n *= static_cast<std::uint64_t>(extent);
  }
  return n;
}

template <class T>
std::vector<T> read_values(const Array& array) {
  std::vector<T> values(checked_count(array, sizeof(T)));
  h5::read_array(array.dataset, std::span<T>(values));
  return values;
}

void check_finite(const Array& array, const std::vector<float>& values) {
  const auto bad = std::find_if(values.begin(), values.end(), [](float x) { return !std::isfinite(x); });
  if (bad == values.end()) return;
  const auto columns = static_cast<std::int64_t>(values.size()) / array.rows();
  const std::int64_t at = bad - values.begin();
  array.fail(
      fmt::format("row {}, feature {} (0-based): {} is no finite number (float32); correct it or leave the "
                  "row out",
                  at / columns, at % columns, *bad));
}

void read_features(const Array& array, Table& table) {
  if (array.description.shape.size() < 2) {
    array.fail(
        fmt::format("its shape is {}; features have two dimensions or more, the first one the rows; are "
                    "features and labels swapped?",
                    array.shape_text()));
  }
  if (array.description.kind == Kind::byte) {
    table.features = read_values<std::uint8_t>(array);
  } else {
    std::vector<float> values = read_values<float>(array);
    check_finite(array, values);
    table.features = std::move(values);
  }
  table.rows = array.rows();
  table.columns = 1;
  for (const std::int64_t extent : array.description.shape) table.columns *= extent;
  table.columns /= table.rows;
}

void check_label_shape(const Array& array) {
  const std::vector<std::int64_t>& shape = array.description.shape;
  if (shape.size() == 1 || (shape.size() == 2 && shape[1] == 1)) return;
  array.fail(fmt::format("its shape is {}; labels have one dimension{}", array.shape_text(),
                         shape.size() == 2 ? "; of one-hot rows store the numbers of the classes: "
                                             "labels.argmax(axis=1)"
                                           : ""));
}

template <class T>
std::vector<std::int32_t> checked_labels(const Array& array, const std::vector<T>& values) {
  std::vector<std::int32_t> labels;
  labels.reserve(values.size());
  for (const T value : values) {
    const auto label = static_cast<std::int32_t>(std::clamp<T>(value, T{-1}, static_cast<T>(kMaxClasses)));
    if (static_cast<T>(label) != value || label < 0 || label >= kMaxClasses) {  // NaN equals nothing
      array.fail(fmt::format("row {} (0-based): {} is no label; labels are whole numbers from 0 to {}",
                             labels.size(), value, kMaxClasses - 1));
    }
    labels.push_back(label);
  }
  return labels;
}

std::vector<std::int32_t> read_labels(const Array& array) {
  check_label_shape(array);
  return array.description.kind == Kind::real ? checked_labels(array, read_values<double>(array))
                                              : checked_labels(array, read_values<std::int64_t>(array));
}

}  // namespace

Hdf5Datasets find_hdf5_datasets(const std::string& path) {
  return with_data_errors(path, [&](const h5::Group& root) {
    const std::vector<std::string> there = h5::dataset_paths(root);
    const auto has = [&](const std::string& name) {
      return std::find(there.begin(), there.end(), name) != there.end();
    };
    for (const Hdf5Datasets& names : kCustomaryNames) {
      if (!has(names.train_features) || !has(names.train_labels)) continue;
      const bool has_features = has(names.test_features);
      if (has_features == has(names.test_labels)) {
        return has_features ? names : Hdf5Datasets{names.train_features, names.train_labels, "", ""};
      }
      throw DataError(fmt::format("{}: there is a data set {}, but no {}", path,
                                  has_features ? names.test_features : names.test_labels,
                                  has_features ? names.test_labels : names.test_features));
    }
    throw DataError(
        fmt::format("{}: no data sets of customary names, such as x_train and y_train; {}; name them by "
                    "train_features and train_labels",
                    path, list_datasets(root)));
  });
}

Table read_hdf5(const std::string& path, const std::string& features, const std::string& labels) {
  return with_data_errors(path, [&](const h5::Group& root) {
    const Array x = find_array(root, path, features);
    const Array y = find_array(root, path, labels);
    Table table;
    read_features(x, table);
    table.labels = read_labels(y);
    if (std::ssize(table.labels) != table.rows) {
      x.fail(fmt::format("{} rows, but {} labels in {}; the two do not belong together", table.rows,
                         table.labels.size(), labels));
    }
    table.origin = x.place;
    table.labels_origin = y.place;
    return table;
  });
}

}  // namespace trawl
