// Reads and writes columns.
#include "trawl/h5/dataset.hpp"

#include <algorithm>

#include "native.hpp"

namespace trawl::h5 {
namespace {

Handle space_of(const Dataset& dataset) {
  return {H5Dget_space(dataset.id()), H5Sclose, "read the shape of " + dataset.path()};
}
Handle type_of(const Dataset& dataset) {
  return {H5Dget_type(dataset.id()), H5Tclose, "read the type of " + dataset.path()};
}

Handle memory_space(std::size_t count) {
  const hsize_t n = count;
  return {H5Screate_simple(1, &n, nullptr), H5Sclose, "make a space"};
}

Handle rows_of(const Dataset& dataset, std::int64_t first, std::size_t count) {
  Handle space = space_of(dataset);
  if (H5Sget_simple_extent_ndims(space.id()) != 1) {
    throw Hdf5Error(fmt::format("{} is not a list of values", dataset.path()));
  }
  const auto start = static_cast<hsize_t>(first);
  const hsize_t n = count;
  check(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, &start, nullptr, &n, nullptr),
        fmt::format("select rows {} to {} of {}", first, first + static_cast<std::int64_t>(count),
                    dataset.path()));
  return space;
}

// The longest prefix of at most `bytes` bytes that does not end within a UTF-8 character.
std::string cut(const std::string& text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  std::size_t end = bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

// Enumerations do not convert to integers when written: memory then has the file's type.
Handle memory_type(const Dataset& dataset, Element element) {
  Handle type = type_of(dataset);
  if (H5Tget_class(type.id()) != H5T_ENUM) return {H5Tcopy(native_id(element)), H5Tclose, "copy a type"};
  TRAWL_CHECK(H5Tget_size(type.id()) == H5Tget_size(native_id(element)), "{}", dataset.path());
  return type;
}

}  // namespace

std::int64_t Dataset::rows() const {
  const Handle space = space_of(*this);
  const std::int64_t n = H5Sget_simple_extent_npoints(space.id());
  check(n, "read the length of " + path());
  return n;
}

std::int64_t Dataset::stored_rows() const {
  constexpr double kBestRatio = 1100.0;  // deflate packs 1032 bytes into one at best
  const std::int64_t n = rows();
  const Handle type = type_of(*this);
  const auto stored = static_cast<double>(H5Dget_storage_size(id()));
  if (static_cast<double>(n) * static_cast<double>(H5Tget_size(type.id())) > kBestRatio * stored) {
    throw Hdf5Error(fmt::format("{} claims {} rows, which are not there", path(), n));
  }
  return n;
}

void Dataset::resize(std::int64_t rows) {
  const auto n = static_cast<hsize_t>(rows);
  check(H5Dset_extent(id(), &n), fmt::format("set the length of {} to {}", path(), rows));
}

void Dataset::write_elements(std::int64_t first, std::size_t count, Element element, const void* values) {
  if (count == 0) return;
  const Handle type = memory_type(*this, element);
  const Handle memory = memory_space(count);
  const Handle file = rows_of(*this, first, count);
  check(H5Dwrite(id(), type.id(), memory.id(), file.id(), H5P_DEFAULT, values), "write " + path());
}

void Dataset::write_chunk(std::int64_t first, std::string_view filtered) {
  constexpr std::uint32_t kAllFilters = 0;
  const auto offset = static_cast<hsize_t>(first);
  check(H5Dwrite_chunk(id(), H5P_DEFAULT, kAllFilters, &offset, filtered.size(), filtered.data()),
        "write " + path());
}

void Dataset::read_elements(std::int64_t first, std::size_t count, Element element, void* values) const {
  if (count == 0) return;
  const Handle type = memory_type(*this, element);
  const Handle memory = memory_space(count);
  const Handle file = rows_of(*this, first, count);
  check(H5Dread(id(), type.id(), memory.id(), file.id(), H5P_DEFAULT, values), "read " + path());
}

void Dataset::write_text(std::int64_t first, std::span<const std::string> values) {
  if (values.empty()) return;
  const Handle type = type_of(*this);
  const Handle memory = memory_space(values.size());
  const Handle file = rows_of(*this, first, values.size());
  const std::string action = "write " + path();
  if (H5Tis_variable_str(type.id()) > 0) {
    std::vector<const char*> texts;
    for (const std::string& value : values) texts.push_back(value.c_str());
    check(H5Dwrite(id(), type.id(), memory.id(), file.id(), H5P_DEFAULT,
                   static_cast<const void*>(texts.data())),
          action);
    return;
  }
  const std::size_t bytes = H5Tget_size(type.id());
  std::string block(bytes * values.size(), '\0');
  for (std::size_t i = 0; i < values.size(); ++i)
    block.replace(i * bytes, std::min(bytes, cut(values[i], bytes).size()), cut(values[i], bytes));
  check(H5Dwrite(id(), type.id(), memory.id(), file.id(), H5P_DEFAULT, block.data()), action);
}

std::vector<std::string> Dataset::read_text() const {
  const auto n = static_cast<std::size_t>(rows());
  const Handle type = type_of(*this);
  const std::string action = "read " + path();
  std::vector<std::string> values(n);
  if (n == 0) return values;
  if (H5Tis_variable_str(type.id()) > 0) {
    std::vector<char*> texts(n, nullptr);
    check(H5Dread(id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, static_cast<void*>(texts.data())), action);
    for (std::size_t i = 0; i < n; ++i) {
      if (texts[i] != nullptr) values[i] = texts[i];
      H5free_memory(texts[i]);
    }
    return values;
  }
  const std::size_t bytes = H5Tget_size(type.id());
  std::string block(bytes * n, '\0');
  check(H5Dread(id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, block.data()), action);
  for (std::size_t i = 0; i < n; ++i) {
    values[i] = block.substr(i * bytes, bytes);
    values[i].resize(values[i].find_last_not_of('\0') + 1);
  }
  return values;
}

bool Dataset::is_enumeration() const { return H5Tget_class(type_of(*this).id()) == H5T_ENUM; }
bool Dataset::is_text() const { return H5Tget_class(type_of(*this).id()) == H5T_STRING; }

Element Dataset::element() const {
  const Handle type = type_of(*this);
  const H5T_class_t kind = H5Tget_class(type.id());
  const std::size_t bytes = H5Tget_size(type.id());
  if (kind == H5T_FLOAT && bytes == 8) return Element::float64;
  if (kind == H5T_FLOAT && bytes == 4) return Element::float32;
  if (kind == H5T_INTEGER && bytes == 8) {
    return H5Tget_sign(type.id()) == H5T_SGN_NONE ? Element::uint64 : Element::int64;
  }
  if (kind == H5T_ENUM && bytes == 1) return Element::int8;
  if (kind == H5T_ENUM && bytes == 2) return Element::int16;
  throw Hdf5Error(fmt::format("{} has a type of another program", path()));
}

std::vector<std::string> Dataset::enumeration_names() const {
  const Handle type = type_of(*this);
  const int n = H5Tget_nmembers(type.id());
  check(n, "read the type of " + path());
  std::vector<std::string> names;
  for (int i = 0; i < n; ++i) {
    char* name = H5Tget_member_name(type.id(), static_cast<unsigned>(i));
    names.emplace_back(name == nullptr ? "" : name);
    H5free_memory(name);
  }
  return names;
}

}  // namespace trawl::h5
