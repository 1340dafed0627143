// Opens and creates files, and walks through their groups.
#include "trawl/h5/file.hpp"

#include <algorithm>

#include "native.hpp"
#include "trawl/h5/array.hpp"

namespace trawl::h5 {
namespace {

Handle access_properties() {
  Handle properties(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "make access properties");
  // What 1.8 can read: every tool in use can.
  check(H5Pset_libver_bounds(properties.id(), H5F_LIBVER_EARLIEST, H5F_LIBVER_V18),
        "set the format's bounds");
  check(H5Pset_fclose_degree(properties.id(), H5F_CLOSE_SEMI), "set how the file closes");
  return properties;
}

/// Of no bounds: files of newer formats are read, and what is written goes by open_to_write().
Handle reading_properties() {
  // The library's own number is 100, of one that is being written, with pauses from 1 ns that double each
  // time: on a damaged file it would sleep for ever.
  constexpr unsigned kAttempts = 27;  // 2^26 ns for the last, a seventh of a second in all
  Handle properties(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "make access properties");
  check(H5Pset_metadata_read_attempts(properties.id(), kAttempts), "set how often is read");
  check(H5Pset_fclose_degree(properties.id(), H5F_CLOSE_SEMI), "set how the file closes");
  return properties;
}

std::string child_path(const Object& parent, const std::string& name) {
  const std::string& path = parent.path();
  return path + (path.empty() || path.back() != '/' ? "/" : "") + name;
}

// Old-style groups and attributes keep no times, so equal content gives equal bytes.
Handle untimed_dataset_properties() {
  Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "make creation properties");
  check(H5Pset_obj_track_times(properties.id(), false), "leave times out");
  return properties;
}

bool is_variable_text(const Handle& type) {
  return H5Tget_class(type.id()) == H5T_STRING && H5Tis_variable_str(type.id()) > 0;
}

template <class T>
void set_fill(const Handle& properties, Handle::Id memory_type, T value) {
  check(H5Pset_fill_value(properties.id(), memory_type, &value), "set a fill value");
}

void set_fill(const Handle& properties, Handle::Id type, const ColumnLayout& layout) {
  if (const auto* real = std::get_if<double>(&layout.fill)) set_fill(properties, H5T_NATIVE_DOUBLE, *real);
  const auto* whole = std::get_if<std::int64_t>(&layout.fill);
  if (whole == nullptr) return;
  if (H5Tget_class(type) != H5T_ENUM)
    set_fill(properties, H5T_NATIVE_INT64, *whole);
  else if (H5Tget_size(type) == 1)
    set_fill(properties, type, static_cast<std::int8_t>(*whole));
  else
    set_fill(properties, type, static_cast<std::int16_t>(*whole));
}

Handle column_properties(const Handle& type, const ColumnLayout& layout) {
  Handle properties = untimed_dataset_properties();
  const std::int64_t limit = layout.growable ? layout.chunk_rows : std::max<std::int64_t>(layout.rows, 1);
  const auto chunk = static_cast<hsize_t>(std::min(layout.chunk_rows, limit));
  check(H5Pset_chunk(properties.id(), 1, &chunk), "set the chunk length");
  if (layout.compressed) {
    check(H5Pset_shuffle(properties.id()), "set the shuffle filter");
    check(H5Pset_deflate(properties.id(), kGzipLevel), "set the gzip filter");
  }
  if (!is_variable_text(type)) check(H5Pset_fletcher32(properties.id()), "set the checksum filter");
  set_fill(properties, type.id(), layout);
  return properties;
}

Dataset create(const Group& group, const std::string& name, const Handle& type, const ColumnLayout& layout) {
  const std::string path = child_path(group, name);
  const auto rows = static_cast<hsize_t>(layout.rows);
  const hsize_t limit = layout.growable ? H5S_UNLIMITED : rows;
  const Handle space(H5Screate_simple(1, &rows, &limit), H5Sclose, "make the space of " + path);
  const Handle properties = column_properties(type, layout);
  return {Handle(H5Dcreate2(group.id(), name.c_str(), type.id(), space.id(), H5P_DEFAULT, properties.id(),
                            H5P_DEFAULT),
                 H5Dclose, "create " + path),
          path};
}

herr_t collect_name(hid_t /*group*/, const char* name, const H5L_info_t* /*info*/, void* data) {
  static_cast<std::vector<std::string>*>(data)->emplace_back(name);
  return 0;
}

void copy_attribute(hid_t from, const char* name, const Object& to) {
  const Handle source(H5Aopen(from, name, H5P_DEFAULT), H5Aclose, "open an attribute");
  const Handle type(H5Aget_type(source.id()), H5Tclose, "read an attribute's type");
  const Handle space(H5Aget_space(source.id()), H5Sclose, "read an attribute's shape");
  std::vector<char> bytes(H5Tget_size(type.id()) *
                          static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.id())));
  check(H5Aread(source.id(), type.id(), bytes.data()), "read an attribute");
  Handle copy(H5Acreate2(to.id(), name, type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
              fmt::format("copy attribute {} to {}", name, to.path()));
  check(H5Awrite(copy.id(), type.id(), bytes.data()), "copy an attribute");
  check(H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, bytes.data()), "free an attribute");
  copy.close();
}

herr_t collect_attribute(hid_t /*object*/, const char* name, const H5A_info_t* /*info*/, void* data) {
  static_cast<std::vector<std::string>*>(data)->emplace_back(name);
  return 0;
}

Dataset create_array(const Group& group, const std::string& name, const std::vector<std::int64_t>& shape) {
  const std::string path = child_path(group, name);
  const std::vector<hsize_t> sizes(shape.begin(), shape.end());
  const Handle space(H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr), H5Sclose,
                     "make the space of " + path);
  const Handle properties = untimed_dataset_properties();
  const bool empty = std::find(sizes.begin(), sizes.end(), 0U) != sizes.end();
  if (!empty) {  // checksums need chunks: one, the whole array
    check(H5Pset_chunk(properties.id(), static_cast<int>(sizes.size()), sizes.data()),
          "set the chunk length");
    check(H5Pset_fletcher32(properties.id()), "set the checksum filter");
  }
  return {Handle(H5Dcreate2(group.id(), name.c_str(), Type::of(Element::float32).id(), space.id(),
                            H5P_DEFAULT, properties.id(), H5P_DEFAULT),
                 H5Dclose, "create " + path),
          path};
}

}  // namespace

bool Group::has(const std::string& name) const {
  const htri_t found = H5Lexists(id(), name.c_str(), H5P_DEFAULT);
  check(found, "look for " + child_path(*this, name));
  return found > 0;
}

std::vector<std::string> Group::names() const {
  std::vector<std::string> names;
  check(H5Literate(id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_name, &names), "list " + path());
  return names;
}

bool Group::is_group(const std::string& name) const {
  const std::string action = "open " + child_path(*this, name);
  const Handle object(H5Oopen(id(), name.c_str(), H5P_DEFAULT), H5Oclose, action);
  return H5Iget_type(object.id()) == H5I_GROUP;
}

Group Group::group(const std::string& name) const {
  std::string path = child_path(*this, name);
  Handle handle(H5Gopen2(id(), name.c_str(), H5P_DEFAULT), H5Gclose, "open " + path);
  return {std::move(handle), std::move(path)};
}

Group Group::create_group(const std::string& name) {
  std::string path = child_path(*this, name);
  Handle handle(H5Gcreate2(id(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose,
                "create " + path);
  return {std::move(handle), std::move(path)};
}

void Group::remove(const std::string& name) {
  check(H5Ldelete(id(), name.c_str(), H5P_DEFAULT), "remove " + child_path(*this, name));
}

Dataset Group::dataset(const std::string& name) const {
  std::string path = child_path(*this, name);
  Handle handle(H5Dopen2(id(), name.c_str(), H5P_DEFAULT), H5Dclose, "open " + path);
  return {std::move(handle), std::move(path)};
}

Dataset Group::create_column(const std::string& name, const Type& type, const ColumnLayout& layout) {
  const Handle copy(H5Tcopy(type.id()), H5Tclose, "copy a type");
  return create(*this, name, copy, layout);
}

Dataset Group::create_column_like(const std::string& name, const Dataset& like, const ColumnLayout& layout) {
  const Handle type(H5Dget_type(like.id()), H5Tclose, "read the type of " + like.path());
  Dataset column = create(*this, name, type, layout);
  std::vector<std::string> attributes;
  check(H5Aiterate2(like.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_attribute, &attributes),
        "list the attributes of " + like.path());
  for (const std::string& attribute : attributes) copy_attribute(like.id(), attribute.c_str(), column);
  return column;
}

Dataset Group::create_text(const std::string& name, const std::string& text) {
  std::string path = child_path(*this, name);
  const Type type = Type::text();
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, "make a scalar space");
  const Handle properties = untimed_dataset_properties();
  Handle handle(
      H5Dcreate2(id(), name.c_str(), type.id(), space.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT),
      H5Dclose, "create " + path);
  const char* bytes = text.c_str();
  check(H5Dwrite(handle.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, static_cast<const void*>(&bytes)),
        "write " + path);
  return {std::move(handle), std::move(path)};
}

std::string Group::text(const std::string& name) const {
  const std::vector<std::string> values = dataset(name).read_text();
  if (values.size() != 1) throw Hdf5Error(fmt::format("{} is not one text", child_path(*this, name)));
  return values.front();
}

void Group::write_array(const std::string& name, const std::vector<std::int64_t>& shape,
                        std::span<const float> values) {
  Dataset array;
  if (has(name)) array = dataset(name);
  if (array.id() >= 0 && describe(array).shape != shape) {
    array.close();
    remove(name);
  }
  if (array.id() < 0) array = create_array(*this, name, shape);
  check(H5Dwrite(array.id(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
        "write " + array.path());
  array.close();
}

FloatArray Group::array(const std::string& name) const {
  const Dataset stored = dataset(name);
  FloatArray array{describe(stored).shape, std::vector<float>(static_cast<std::size_t>(stored.rows()))};
  read_array(stored, std::span<float>(array.values));
  return array;
}

void Group::copy_from(const Group& source, const std::string& name) {
  check(H5Ocopy(source.id(), name.c_str(), id(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT),
        "copy " + child_path(source, name));
}

File::File(Handle handle, const std::string& path)
    : handle_(std::move(handle)),
      root_(Handle(H5Gopen2(handle_.id(), "/", H5P_DEFAULT), H5Gclose, "open the root of " + path),
            path + ":/") {}

File File::create(const std::string& path) {
  prepare_library();
  const Handle access = access_properties();
  return {
      Handle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.id()), H5Fclose, "create " + path),
      path};
}
File File::open_to_read(const std::string& path) {
  prepare_library();
  const Handle access = reading_properties();
  Handle::Id file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id());
  // One that is being written for readers (SWMR), or was when its writer died, opens only as such.
  if (file < 0) file = H5Fopen(path.c_str(), H5F_ACC_RDONLY | H5F_ACC_SWMR_READ, access.id());
  if (file < 0) file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id());  // for its reason
  return {Handle(file, H5Fclose, "open " + path), path};
}
File File::open_to_write(const std::string& path) {
  prepare_library();
  const Handle access = access_properties();
  return {Handle(H5Fopen(path.c_str(), H5F_ACC_RDWR, access.id()), H5Fclose, "open " + path), path};
}

bool File::is_hdf5(const std::string& path) {
  prepare_library();
  return H5Fis_hdf5(path.c_str()) > 0;
}

bool File::is_other(const std::string& path) {
  prepare_library();
  return H5Fis_hdf5(path.c_str()) == 0;
}

void File::close() {
  root_.close();
  handle_.close();
}

}  // namespace trawl::h5
