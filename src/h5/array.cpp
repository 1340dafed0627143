// Describes and reads the data of any program's files.
#include "trawl/h5/array.hpp"

#include <algorithm>

#include "native.hpp"

namespace trawl::h5 {
namespace {

using Kind = ArrayDescription::Kind;

std::vector<std::int64_t> shape_of(const Dataset& dataset) {
  const std::string action = "read the shape of " + dataset.path();
  const Handle space(H5Dget_space(dataset.id()), H5Sclose, action);
  const int n_dimensions = H5Sget_simple_extent_ndims(space.id());
  check(n_dimensions, action);
  std::vector<hsize_t> sizes(static_cast<std::size_t>(n_dimensions));
  check(H5Sget_simple_extent_dims(space.id(), sizes.data(), nullptr), action);
  return {sizes.begin(), sizes.end()};
}

bool is_null(const Dataset& dataset) {
  const Handle space(H5Dget_space(dataset.id()), H5Sclose, "read the shape of " + dataset.path());
  return H5Sget_simple_extent_type(space.id()) == H5S_NULL;
}

bool is_boolean(const Handle& type) {
  if (H5Tget_class(type.id()) != H5T_ENUM || H5Tget_nmembers(type.id()) != 2) return false;
  char* name = H5Tget_member_name(type.id(), 0);
  const bool is_false = name != nullptr && std::string(name) == "FALSE";
  H5free_memory(name);
  return is_false;
}

const char* other_type(H5T_class_t kind) {
  switch (kind) {
    case H5T_STRING: return "text";
    case H5T_COMPOUND: return "compound";
    case H5T_ARRAY: return "array";
    case H5T_BITFIELD: return "bitfield";
    case H5T_VLEN: return "vlen";
    case H5T_REFERENCE: return "reference";
    case H5T_OPAQUE: return "opaque";
    default: return "unknown";
  }
}

void describe_type(const Handle& type, ArrayDescription& array) {
  const H5T_class_t kind = H5Tget_class(type.id());
  const std::size_t bytes = array.bytes = H5Tget_size(type.id());
  array.is_unsigned = kind == H5T_INTEGER && H5Tget_sign(type.id()) == H5T_SGN_NONE;
  if (kind == H5T_FLOAT) {
    array.kind = Kind::real;
    array.type = fmt::format("float{}", 8 * bytes);
  } else if (kind == H5T_INTEGER) {
    array.kind = array.is_unsigned && bytes == 1 ? Kind::byte : Kind::integer;
    array.type = fmt::format("{}int{}", array.is_unsigned ? "u" : "", 8 * bytes);
  } else if (kind == H5T_ENUM) {
    array.kind = Kind::integer;
    array.type = is_boolean(type) ? "bool" : "enum";
  } else {
    array.type = other_type(kind);
  }
}

Handle storage_of(const Dataset& dataset) {
  return {H5Dget_create_plist(dataset.id()), H5Pclose, "read how " + dataset.path() + " is stored"};
}

// All rows of what lies in other files, whose chunks may be of any shape.
std::int64_t block_rows(const Dataset& dataset, const std::vector<std::int64_t>& shape) {
  if (shape.empty()) return 1;
  const Handle properties = storage_of(dataset);
  switch (H5Pget_layout(properties.id())) {
    case H5D_COMPACT:
    case H5D_CONTIGUOUS: return 1;
    case H5D_CHUNKED: break;
    default: return shape.front();
  }
  std::vector<hsize_t> chunk(shape.size());
  check(H5Pget_chunk(properties.id(), static_cast<int>(chunk.size()), chunk.data()),
        "read the chunks of " + dataset.path());
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(chunk.front()), 1, shape.front());
}

// h5py's lzf, say, is a part of h5py.
std::string missing_filter(const Dataset& dataset) {
  const Handle properties = storage_of(dataset);
  const int n = H5Pget_nfilters(properties.id());
  for (int i = 0; i < n; ++i) {
    char name[64] = {};
    std::size_t n_values = 0;
    unsigned flags = 0;
    const H5Z_filter_t filter = H5Pget_filter2(properties.id(), static_cast<unsigned>(i), &flags, &n_values,
                                               nullptr, sizeof name, name, nullptr);
    check(filter, "read the filters of " + dataset.path());
    if (H5Zfilter_avail(filter) <= 0) return *name != '\0' ? name : fmt::format("filter {}", filter);
  }
  return "";
}

/// Both spaces have the same shape: with others the library goes value by value.
void read_some(const Dataset& dataset, hid_t type, std::int64_t first, std::size_t n, void* values) {
  const std::string action = fmt::format("read {} from row {} on", dataset.path(), first);
  const std::vector<std::int64_t> shape = shape_of(dataset);
  TRAWL_CHECK(!shape.empty(), "{} has no rows", dataset.path());
  std::vector<hsize_t> start(shape.size());
  std::vector<hsize_t> count(shape.begin(), shape.end());
  start[0] = static_cast<hsize_t>(first);
  count[0] = n / static_cast<std::size_t>(dataset.rows() / shape[0]);
  const Handle file(H5Dget_space(dataset.id()), H5Sclose, action);
  check(H5Sselect_hyperslab(file.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr), action);
  const Handle memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose,
                      action);
  TRAWL_CHECK(H5Sget_simple_extent_npoints(memory.id()) == static_cast<hssize_t>(n), "{} values", n);
  check(H5Dread(dataset.id(), type, memory.id(), file.id(), H5P_DEFAULT, values), action);
}

void read_values(const Dataset& dataset, hid_t type, std::int64_t first, std::size_t n, void* values) {
  if (first != 0 || n != static_cast<std::size_t>(dataset.rows())) {
    read_some(dataset, type, first, n, values);
    return;
  }
  check(H5Dread(dataset.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "read " + dataset.path());
}

}  // namespace

ArrayDescription describe(const Dataset& dataset) {
  ArrayDescription array;
  array.shape = shape_of(dataset);
  array.is_null = is_null(dataset);
  describe_type(Handle(H5Dget_type(dataset.id()), H5Tclose, "read the type of " + dataset.path()), array);
  array.missing_filter = missing_filter(dataset);
  array.block_rows = block_rows(dataset, array.shape);
  return array;
}

void read_array(const Dataset& dataset, std::span<std::uint8_t> values, std::int64_t first) {
  read_values(dataset, H5T_NATIVE_UINT8, first, values.size(), values.data());
}
void read_array(const Dataset& dataset, std::span<std::int32_t> values, std::int64_t first) {
  read_values(dataset, H5T_NATIVE_INT32, first, values.size(), values.data());
}
void read_array(const Dataset& dataset, std::span<std::int64_t> values, std::int64_t first) {
  read_values(dataset, H5T_NATIVE_INT64, first, values.size(), values.data());
}
void read_array(const Dataset& dataset, std::span<float> values, std::int64_t first) {
  read_values(dataset, H5T_NATIVE_FLOAT, first, values.size(), values.data());
}
void read_array(const Dataset& dataset, std::span<double> values, std::int64_t first) {
  read_values(dataset, H5T_NATIVE_DOUBLE, first, values.size(), values.data());
}

}  // namespace trawl::h5
