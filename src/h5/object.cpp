// Reads and writes the values that stand beside the data.
#include "trawl/h5/object.hpp"

#include <cstring>

#include "native.hpp"

namespace trawl::h5 {
namespace {

/// Of one value: whoever reads it has room for no more.
Handle open_single(hid_t object, const std::string& name, const std::string& action) {
  Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, action);
  const Handle space(H5Aget_space(attribute.id()), H5Sclose, action);
  const hssize_t n = H5Sget_simple_extent_npoints(space.id());
  if (n != 1) throw Hdf5Error(fmt::format("cannot {}: it has {} values, not one", action, n));
  return attribute;
}

Handle scalar() { return {H5Screate(H5S_SCALAR), H5Sclose, "make a scalar space"}; }

}  // namespace

void Object::write_attribute(const std::string& name, const Type& type, Handle space, const void* data) {
  const std::string action = fmt::format("write attribute {} of {}", name, path_);
  // An attribute of the same name may have another type: a new one takes its place.
  if (has_attribute(name)) check(H5Adelete(id(), name.c_str()), action);
  Handle attribute(H5Acreate2(id(), name.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                   action);
  check(H5Awrite(attribute.id(), type.id(), data), action);
  attribute.close();
}

void Object::read_attribute(const std::string& name, const Type& type, void* data) const {
  const std::string action = fmt::format("read attribute {} of {}", name, path_);
  const Handle attribute = open_single(id(), name, action);
  check(H5Aread(attribute.id(), type.id(), data), action);
}

void Object::set_attribute(const std::string& name, const std::string& value) {
  const char* text = value.c_str();
  write_attribute(name, Type::text(), scalar(), static_cast<const void*>(&text));
}
void Object::set_attribute(const std::string& name, double value) {
  write_attribute(name, Type::of(Element::float64), scalar(), &value);
}
void Object::set_attribute(const std::string& name, std::int64_t value) {
  write_attribute(name, Type::of(Element::int64), scalar(), &value);
}
void Object::set_attribute(const std::string& name, bool value) {
  const std::int8_t byte = value ? 1 : 0;
  write_attribute(name, Type::boolean(), scalar(), &byte);
}
void Object::set_attribute(const std::string& name, const std::vector<std::string>& values) {
  std::vector<const char*> texts;
  texts.reserve(values.size());
  for (const std::string& value : values) texts.push_back(value.c_str());
  const hsize_t n = values.size();
  Handle space(H5Screate_simple(1, &n, nullptr), H5Sclose, "make a space");
  write_attribute(name, Type::text(), std::move(space), static_cast<const void*>(texts.data()));
}

bool Object::has_attribute(const std::string& name) const {
  const htri_t found = H5Aexists(id(), name.c_str());
  check(found, fmt::format("look for attribute {} of {}", name, path_));
  return found > 0;
}

std::string Object::text_attribute(const std::string& name) const {
  const std::string action = fmt::format("read attribute {} of {}", name, path_);
  const Handle attribute = open_single(id(), name, action);
  const Handle type(H5Aget_type(attribute.id()), H5Tclose, action);
  if (H5Tget_class(type.id()) != H5T_STRING)
    throw Hdf5Error(fmt::format("cannot {}: it is not a text", action));
  if (H5Tis_variable_str(type.id()) <= 0) {
    std::string value(H5Tget_size(type.id()), '\0');
    check(H5Aread(attribute.id(), type.id(), value.data()), action);
    return value.substr(0, value.find('\0'));
  }
  char* text = nullptr;
  check(H5Aread(attribute.id(), type.id(), static_cast<void*>(&text)), action);
  std::string value = text == nullptr ? "" : text;
  H5free_memory(text);
  return value;
}
double Object::real_attribute(const std::string& name) const {
  double value = 0.0;
  read_attribute(name, Type::of(Element::float64), &value);
  return value;
}
std::int64_t Object::whole_attribute(const std::string& name) const {
  std::int64_t value = 0;
  read_attribute(name, Type::of(Element::int64), &value);
  return value;
}
bool Object::flag_attribute(const std::string& name) const {
  std::int8_t value = 0;
  read_attribute(name, Type::boolean(), &value);
  return value != 0;
}

}  // namespace trawl::h5
