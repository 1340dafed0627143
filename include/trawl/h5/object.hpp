#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trawl/h5/type.hpp"

namespace trawl::h5 {

/// What can carry attributes: a data set or a group.
class Object {
 public:
  void set_attribute(const std::string& name, const std::string& value);
  void set_attribute(const std::string& name, const char* value) { set_attribute(name, std::string(value)); }
  void set_attribute(const std::string& name, double value);
  void set_attribute(const std::string& name, std::int64_t value);
  void set_attribute(const std::string& name, bool value);
  void set_attribute(const std::string& name, const std::vector<std::string>& values);
  [[nodiscard]] bool has_attribute(const std::string& name) const;
  [[nodiscard]] std::string text_attribute(const std::string& name) const;
  [[nodiscard]] double real_attribute(const std::string& name) const;
  [[nodiscard]] std::int64_t whole_attribute(const std::string& name) const;
  [[nodiscard]] bool flag_attribute(const std::string& name) const;

  /// "FILE:/group/name", for messages.
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] Handle::Id id() const { return handle_.id(); }
  /// Throws Hdf5Error. To be called after writing.
  void close() { handle_.close(); }

 protected:
  Object() = default;
  Object(Handle handle, std::string path) : handle_(std::move(handle)), path_(std::move(path)) {}

 private:
  void write_attribute(const std::string& name, const Type& type, Handle space, const void* data);
  void read_attribute(const std::string& name, const Type& type, void* data) const;
  Handle handle_;
  std::string path_;
};

}  // namespace trawl::h5
