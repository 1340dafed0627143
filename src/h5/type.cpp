// Says how values are stored in a file.
#include "trawl/h5/type.hpp"

#include "native.hpp"

namespace trawl::h5 {
namespace {

hid_t file_id(Element element) {
  switch (element) {
    case Element::int8: return H5T_STD_I8LE;
    case Element::int16: return H5T_STD_I16LE;
    case Element::int32: return H5T_STD_I32LE;
    case Element::int64: return H5T_STD_I64LE;
    case Element::uint64: return H5T_STD_U64LE;
    case Element::float32: return H5T_IEEE_F32LE;
    case Element::float64: return H5T_IEEE_F64LE;
  }
  return -1;
}

template <class T>
Handle enumeration(const std::vector<std::string>& names) {
  Handle type(H5Tenum_create(file_id(element_of<T>())), H5Tclose, "make an enumeration");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const T value = static_cast<T>(i);
    check(H5Tenum_insert(type.id(), names[i].c_str(), &value),
          fmt::format("add \"{}\" to an enumeration", names[i]));
  }
  return type;
}

Handle text_of(std::size_t bytes) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "make a text type");
  check(H5Tset_size(type.id(), bytes), "set the length of a text type");
  check(H5Tset_cset(type.id(), H5T_CSET_UTF8), "make a text type UTF-8");
  check(H5Tset_strpad(type.id(), bytes == H5T_VARIABLE ? H5T_STR_NULLTERM : H5T_STR_NULLPAD),
        "set the padding of a text type");
  return type;
}

}  // namespace

Type Type::of(Element element) { return Type(Handle(H5Tcopy(file_id(element)), H5Tclose, "copy a type")); }

Type Type::enumeration8(const std::vector<std::string>& names) {
  TRAWL_CHECK(names.size() <= 127, "{} names", names.size());
  return Type(enumeration<std::int8_t>(names));
}

Type Type::enumeration16(const std::vector<std::string>& names) {
  TRAWL_CHECK(names.size() <= 32767, "{} names", names.size());
  return Type(enumeration<std::int16_t>(names));
}

Type Type::text() { return Type(text_of(H5T_VARIABLE)); }
Type Type::fixed_text(std::size_t bytes) { return Type(text_of(bytes)); }

}  // namespace trawl::h5
