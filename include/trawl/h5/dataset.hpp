#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "trawl/h5/object.hpp"

namespace trawl::h5 {

/// How a one-dimensional data set is made. It has a Fletcher-32 checksum, except on text of any
/// length, which lies outside its chunks.
struct ColumnLayout {
  std::int64_t rows = 0;
  bool growable = true;
  std::int64_t chunk_rows = 1024;
  bool compressed = false;  ///< gzip 1 after shuffle
  /// What rows read that were never written; they take no room.
  std::variant<std::monostate, std::int64_t, double> fill;
};

/// A one-dimensional data set. Values of an enumeration are read and written as the
/// integer type it is stored in.
class Dataset : public Object {
 public:
  Dataset() = default;
  Dataset(Handle handle, std::string path) : Object(std::move(handle), std::move(path)) {}

  [[nodiscard]] std::int64_t rows() const;
  /// The same of what is read as a whole; throws Hdf5Error if the file holds too little for so many.
  [[nodiscard]] std::int64_t stored_rows() const;
  void resize(std::int64_t rows);

  template <class T>
  void write(std::int64_t first, std::span<const T> values) {
    write_elements(first, values.size(), element_of<T>(), values.data());
  }
  /// Writes the chunk that begins with row `first`, as filtered_chunk() made it. Requires a compressed
  /// column.
  void write_chunk(std::int64_t first, std::string_view filtered);
  template <class T>
  void append(std::span<const T> values) {
    const std::int64_t first = rows();
    resize(first + static_cast<std::int64_t>(values.size()));
    write(first, values);
  }
  template <class T>
  [[nodiscard]] std::vector<T> read(std::int64_t first, std::int64_t count) const {
    std::vector<T> values(static_cast<std::size_t>(count));
    read_elements(first, values.size(), element_of<T>(), values.data());
    return values;
  }
  template <class T>
  [[nodiscard]] std::vector<T> read() const {
    return read<T>(0, rows());
  }

  /// Text that is longer than a fixed type is cut between two characters.
  void write_text(std::int64_t first, std::span<const std::string> values);
  [[nodiscard]] std::vector<std::string> read_text() const;

  [[nodiscard]] bool is_text() const;
  [[nodiscard]] bool is_enumeration() const;
  /// What numbers and values of enumerations are read into without a change. Throws Hdf5Error for a
  /// type that none of our columns has.
  [[nodiscard]] Element element() const;
  /// The names of an enumeration, by value.
  [[nodiscard]] std::vector<std::string> enumeration_names() const;

 private:
  void write_elements(std::int64_t first, std::size_t count, Element element, const void* values);
  void read_elements(std::int64_t first, std::size_t count, Element element, void* values) const;
};

}  // namespace trawl::h5
