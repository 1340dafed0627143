#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "trawl/h5/dataset.hpp"

namespace trawl::h5 {

/// An array of any number of dimensions, row-major.
struct FloatArray {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

class Group : public Object {
 public:
  Group() = default;
  Group(Handle handle, std::string path) : Object(std::move(handle), std::move(path)) {}

  [[nodiscard]] bool has(const std::string& name) const;
  /// The members, sorted by name.
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] bool is_group(const std::string& name) const;
  [[nodiscard]] Group group(const std::string& name) const;
  Group create_group(const std::string& name);
  void remove(const std::string& name);

  [[nodiscard]] Dataset dataset(const std::string& name) const;
  Dataset create_column(const std::string& name, const Type& type, const ColumnLayout& layout);
  /// A column of the same type and attributes as `like`.
  Dataset create_column_like(const std::string& name, const Dataset& like, const ColumnLayout& layout);

  /// One UTF-8 text, read by h5py as a scalar.
  Dataset create_text(const std::string& name, const std::string& text);
  [[nodiscard]] std::string text(const std::string& name) const;

  /// Overwrites an array of that name and shape, replaces one of another shape.
  void write_array(const std::string& name, const std::vector<std::int64_t>& shape,
                   std::span<const float> values);
  [[nodiscard]] FloatArray array(const std::string& name) const;

  /// Copies a member with all below it.
  void copy_from(const Group& source, const std::string& name);
};

/// A file; its root is a Group. Everything opened in it is closed before the file is.
class File {
 public:
  /// Replaces a file of that name.
  static File create(const std::string& path);
  static File open_to_read(const std::string& path);
  /// Only for a file that no other process has open.
  static File open_to_write(const std::string& path);
  /// False too where there is no file.
  static bool is_hdf5(const std::string& path);
  /// True only where the file can be read and is none of HDF5.
  static bool is_other(const std::string& path);

  [[nodiscard]] Group& root() { return root_; }
  [[nodiscard]] const Group& root() const { return root_; }
  /// Throws Hdf5Error; also if something in the file is still open.
  void close();

 private:
  File(Handle handle, const std::string& path);
  Handle handle_;
  Group root_;
};

}  // namespace trawl::h5
