// Reads features and labels from an HDF5 file.
#include "trawl/data/hdf5.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "hdf5_array.hpp"
#include "trawl/data/index_columns.hpp"
#include "trawl/data/number_blocks.hpp"

namespace trawl {
namespace {

using Kind = h5::ArrayDescription::Kind;
using Shape = std::vector<std::int64_t>;

std::int64_t product(const Shape& shape) {
  std::int64_t n = 1;
  for (const std::int64_t extent : shape) n *= extent;
  return n;
}

void check_finite(const Hdf5Array& array, const NumberBlocks& numbers, std::int64_t columns) {
  const std::int64_t at = numbers.first_not_finite();
  if (at < 0) return;
  array.fail(
      fmt::format("row {}, feature {} (0-based): {} is no finite number; correct it or leave the row out",
                  at / columns, at % columns, numbers[at]));
}

/// Values of an array whose axes stand in reverse order, the rows last, as x.T of NumPy lays them out.
template <class T>
std::vector<T> transposed(const std::vector<T>& values, const Shape& shape) {
  const std::int64_t rows = shape.back();
  const auto columns = static_cast<std::int64_t>(values.size()) / rows;
  std::vector<T> turned(values.size());
  Shape index(shape.size() - 1);  // of a column in the file, the first axis running fastest
  for (std::int64_t column = 0; column < columns; ++column) {
    std::int64_t at = 0;
    for (std::size_t axis = 0; axis < index.size(); ++axis) at = at * shape[axis] + index[axis];
    for (std::int64_t row = 0; row < rows; ++row) {
      turned[static_cast<std::size_t>(row * columns + column)] =
          values[static_cast<std::size_t>(at * rows + row)];
    }
    for (std::size_t axis = 0; axis < index.size() && ++index[axis] == shape[axis]; ++axis) index[axis] = 0;
  }
  return turned;
}

template <class T>
std::vector<T> read_rows(const Hdf5Array& array, bool is_transposed) {
  std::vector<T> values = read_values<T>(array);
  if (is_transposed) return transposed(values, array.shape());
  return values;
}

/// Blocks that stay in the nearest caches from the reading to the last look at them.
template <class T>
void read_blocks(const Hdf5Array& array, NumberBlocks& numbers) {
  constexpr std::size_t kBlockBytes = std::size_t{1} << 19;
  const auto n = static_cast<std::int64_t>(checked_count(array, sizeof(T)));
  const std::int64_t rows = array.shape().front();
  const std::int64_t columns = n / rows;
  const std::int64_t together = array.description.block_rows;
  const std::int64_t few = static_cast<std::int64_t>(kBlockBytes / sizeof(T)) / columns / together;
  const std::int64_t block_rows = std::min(rows, std::max<std::int64_t>(few, 1) * together);
  std::vector<T> block(static_cast<std::size_t>(block_rows * columns));
  for (std::int64_t first = 0; first < rows; first += block_rows) {
    block.resize(static_cast<std::size_t>(std::min(block_rows, rows - first) * columns));
    allow_reading(block.size() * sizeof(T));
    h5::read_array(array.dataset, std::span<T>(block), first);
    numbers.add(std::span<const T>(block));
  }
}

template <class T>
Features read_numbers(const Hdf5Array& array, std::int64_t columns, bool is_transposed) {
  NumberBlocks numbers(checked_count(array, sizeof(T)));
  if (is_transposed) {
    numbers.add(std::span<const T>(read_rows<T>(array, is_transposed)));
  } else {
    read_blocks<T>(array, numbers);
  }
  check_finite(array, numbers, columns);
  return numbers.take();
}

/// Of the types of this machine the one that holds all of the file's, and is converted to at least cost.
Features read_any_numbers(const Hdf5Array& array, std::int64_t columns, bool is_transposed) {
  const h5::ArrayDescription& stored = array.description;
  const bool is_whole = stored.kind == Kind::integer;
  if (stored.bytes <= (is_whole ? 2 : 4)) return read_numbers<float>(array, columns, is_transposed);
  if (!is_whole || stored.bytes + (stored.is_unsigned ? 1 : 0) > 8) {
    return read_numbers<double>(array, columns, is_transposed);
  }
  if (stored.bytes == 4 && !stored.is_unsigned) {
    return read_numbers<std::int32_t>(array, columns, is_transposed);
  }
  return read_numbers<std::int64_t>(array, columns, is_transposed);
}

void read_features(const Hdf5Array& array, bool is_transposed, Table& table) {
  table.rows = is_transposed ? array.shape().back() : array.shape().front();
  table.columns = product(array.shape()) / table.rows;
  if (array.description.kind == Kind::byte) {
    table.features = read_rows<std::uint8_t>(array, is_transposed);
  } else {
    table.features = read_any_numbers(array, table.columns, is_transposed);
  }
}

/// Along which axis each line holds one 1 and else 0; -1: along none.
int one_hot_axis(const Hdf5Array& array) {
  const std::vector<double> values = read_values<double>(array);
  const auto columns = static_cast<std::size_t>(array.shape().back());
  std::vector<double> sums[] = {std::vector<double>(columns), std::vector<double>(values.size() / columns)};
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] != 0.0 && values[i] != 1.0) return -1;
    sums[0][i % columns] += values[i];
    sums[1][i / columns] += values[i];
  }
  for (const int axis : {1, 0}) {
    const std::vector<double>& lines = sums[axis];
    if (std::all_of(lines.begin(), lines.end(), [](double sum) { return sum == 1.0; })) return axis;
  }
  return -1;
}

[[noreturn]] void fail_label_shape(const Hdf5Array& array) {
  const int axis = array.shape().size() == 2 ? one_hot_axis(array) : -1;
  if (axis >= 0) {
    array.fail(
        fmt::format("its shape is {}: one-hot rows; store the numbers of the classes: labels.argmax(axis={})",
                    array.shape_text(), axis));
  }
  array.fail(
      fmt::format("its shape is {}; labels are one whole number a row, in one dimension; are features and "
                  "labels swapped?",
                  array.shape_text()));
}

/// All axes but one are of length 1.
void check_label_shape(const Hdf5Array& array) {
  const auto longer = [](std::int64_t extent) { return extent != 1; };
  if (std::count_if(array.shape().begin(), array.shape().end(), longer) > 1) fail_label_shape(array);
}

template <class T>
std::vector<std::int32_t> checked_labels(const Hdf5Array& array, const std::vector<T>& values) {
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

std::vector<std::int32_t> read_labels(const Hdf5Array& array) {
  return array.description.kind == Kind::real ? checked_labels(array, read_values<double>(array))
                                              : checked_labels(array, read_values<std::int64_t>(array));
}

/// MATLAB, which keeps columns together, writes an array of [rows, features] as [features, rows], and labels
/// of [rows, 1] as [1, rows]. Throws DataError if the two do not belong together, or what the rows are is
/// anybody's guess.
bool lies_transposed(const Hdf5Array& x, const Hdf5Array& y, const std::string& labels) {
  constexpr const char* kAdvice =
      "store it with a row for each label, x.T, and the labels in one dimension, y.ravel()";
  const std::int64_t n = product(y.shape());
  const bool labels_lie = y.shape().size() > 1 && y.shape().back() == n && n > 1;
  const bool is_matlab = x.dataset.has_attribute("MATLAB_class");
  const bool by_first = x.shape().front() == n;
  const bool by_last = x.shape().back() == n;
  if (by_first && by_last && labels_lie && !is_matlab) {
    x.fail(fmt::format(
        "its shape is {} and that of {} {}: the samples may be its rows, or its columns as MATLAB "
        "writes them; {}",
        x.shape_text(), labels, y.shape_text(), kAdvice));
  }
  if (by_first) return by_last && labels_lie;
  if (by_last && (labels_lie || is_matlab)) return true;
  if (by_last) {
    x.fail(fmt::format("its shape is {}, with {} labels in {}: transposed, as MATLAB writes it? {}",
                       x.shape_text(), n, labels, kAdvice));
  }
  x.fail(fmt::format("{} rows, but {} labels in {}; the two do not belong together{}", x.shape().front(), n,
                     labels, x.shape().front() < n ? x.next : y.next));
}

void check_feature_shape(const Hdf5Array& array) {
  if (array.shape().size() > 1) return;
  array.fail(
      fmt::format("its shape is {}; features have two dimensions or more, the first one the rows; are "
                  "features and labels swapped?",
                  array.shape_text()));
}

void warn_of_counting(const Hdf5Array& x, bool is_transposed, Table& table) {
  if (x.shape().size() != 2) return;
  const std::vector<std::int64_t> features = counting_features(table);
  if (features.empty()) return;
  const bool is_one = features.size() == 1;
  table.warnings.push_back(fmt::format(
      "{}: feature{} {} (0-based) count{} the rows, and {} trained on; write it without {}: "
      "np.delete(x, [{}], axis={})",
      x.place, is_one ? "" : "s", fmt::join(features, ", "), is_one ? "s" : "", is_one ? "is" : "are",
      is_one ? "that one" : "them", fmt::join(features, ", "), is_transposed ? 0 : 1));
}

}  // namespace

Table read_hdf5(const std::string& path, const std::string& features, const std::string& labels) {
  return with_hdf5_file(path, [&](const h5::Group& root) {
    const Hdf5Array x = open_hdf5_array(root, path, features);
    const Hdf5Array y = open_hdf5_array(root, path, labels);
    check_feature_shape(x);
    check_label_shape(y);
    Table table;
    const bool is_transposed = lies_transposed(x, y, labels);
    read_features(x, is_transposed, table);
    table.labels = read_labels(y);
    table.origin = x.place;
    table.labels_origin = y.place;
    for (const std::string& warning : {x.warning, y.warning}) {
      if (!warning.empty()) table.warnings.push_back(warning);
    }
    warn_of_counting(x, is_transposed, table);
    return table;
  });
}

}  // namespace trawl
