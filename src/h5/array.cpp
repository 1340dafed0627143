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
  if (kind == H5T_FLOAT) {
    array.kind = Kind::real;
    array.type = fmt::format("float{}", 8 * bytes);
  } else if (kind == H5T_INTEGER) {
    const bool is_unsigned = H5Tget_sign(type.id()) == H5T_SGN_NONE;
    array.kind = is_unsigned && bytes == 1 ? Kind::byte : Kind::integer;
    array.type = fmt::format("{}int{}", is_unsigned ? "u" : "", 8 * bytes);
  } else if (kind == H5T_ENUM) {
    array.kind = Kind::integer;
    array.type = is_boolean(type) ? "bool" : "enum";
  } else {
    array.type = other_type(kind);
  }
}

// h5py's lzf, say, is a part of h5py.
std::string missing_filter(const Dataset& dataset) {
  const Handle properties(H5Dget_create_plist(dataset.id()), H5Pclose,
                          "read how " + dataset.path() + " is stored");
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

void read_all(const Dataset& dataset, hid_t type, std::size_t n, void* values) {
  const auto rows = static_cast<std::size_t>(dataset.rows());
  TRAWL_CHECK(rows == n, "{}: {} values, room for {}", dataset.path(), rows, n);
  check(H5Dread(dataset.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "read " + dataset.path());
}

}  // namespace

ArrayDescription describe(const Dataset& dataset) {
  ArrayDescription array;
  array.shape = shape_of(dataset);
  array.is_null = is_null(dataset);
  describe_type(Handle(H5Dget_type(dataset.id()), H5Tclose, "read the type of " + dataset.path()), array);
  array.missing_filter = missing_filter(dataset);
  return array;
}

void read_array(const Dataset& dataset, std::span<std::uint8_t> values) {
  read_all(dataset, H5T_NATIVE_UINT8, values.size(), values.data());
}
void read_array(const Dataset& dataset, std::span<std::int64_t> values) {
  read_all(dataset, H5T_NATIVE_INT64, values.size(), values.data());
}
void read_array(const Dataset& dataset, std::span<float> values) {
  read_all(dataset, H5T_NATIVE_FLOAT, values.size(), values.data());
}
void read_array(const Dataset& dataset, std::span<double> values) {
  read_all(dataset, H5T_NATIVE_DOUBLE, values.size(), values.data());
}

}  // namespace trawl::h5
