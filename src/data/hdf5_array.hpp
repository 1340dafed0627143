#pragma once

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/data/input_file.hpp"
#include "trawl/h5/array.hpp"

namespace trawl {

/// A data set that is to be read, with its name for messages. It holds numbers, all of which are there.
struct Hdf5Array {
  h5::Dataset dataset;
  h5::ArrayDescription description;
  std::string place;    ///< "data.h5, data set x_train"
  std::string warning;  ///< "": none
  std::string next;     ///< of one in numbered parts: "; its next part, part-3.h5, is not there"

  [[nodiscard]] const std::vector<std::int64_t>& shape() const { return description.shape; }
  [[nodiscard]] std::string shape_text() const { return fmt::format("[{}]", fmt::join(shape(), ", ")); }
  [[noreturn]] void fail(const std::string& what) const {
    throw DataError(fmt::format("{}: {}", place, what));
  }
};

/// Throws DataError that says what stands under the name instead, or what of the values is not there.
Hdf5Array open_hdf5_array(const h5::Group& root, const std::string& path, const std::string& name);

/// How many values. Throws DataError for a shape without values, and one that no memory holds: a file of a
/// few bytes may claim any.
std::size_t checked_count(const Hdf5Array& array, std::size_t value_bytes);

/// Before the library is asked for so many bytes: in a guarded child its time ends with the step, not the
/// file.
void allow_reading(std::size_t bytes);

template <class T>
std::vector<T> read_values(const Hdf5Array& array) {
  std::vector<T> values(checked_count(array, sizeof(T)));
  allow_reading(values.size() * sizeof(T));
  h5::read_array(array.dataset, std::span<T>(values));
  return values;
}

/// "it has x, y, ..."
std::string list_hdf5_datasets(const h5::Group& root);

/// Throws DataError for what is no HDF5 file.
void require_hdf5(const std::string& path);
/// What the library says, as what a user can do.
[[noreturn]] void fail_reading(const std::string& path, const std::string& reason);

template <class Action>
auto with_hdf5_file(const std::string& path, const Action& action) {
  require_hdf5(path);
  try {
    return action(h5::File::open_to_read(path).root());
  } catch (const h5::Hdf5Error& e) {
    fail_reading(path, e.what());
  }
}

}  // namespace trawl
