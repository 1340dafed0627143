// Says how values of each type lie in this machine's memory.
#pragma once

#include <hdf5.h>

#include "trawl/h5/type.hpp"

namespace trawl::h5 {

/// Of compressed columns: more takes several times as long and saves little of shuffled curves.
inline constexpr unsigned kGzipLevel = 1;

/// The library's type of an element in this machine's memory. Not to be closed.
inline hid_t native_id(Element element) {
  switch (element) {
    case Element::int8: return H5T_NATIVE_INT8;
    case Element::int16: return H5T_NATIVE_INT16;
    case Element::int32: return H5T_NATIVE_INT32;
    case Element::int64: return H5T_NATIVE_INT64;
    case Element::uint64: return H5T_NATIVE_UINT64;
    case Element::float32: return H5T_NATIVE_FLOAT;
    case Element::float64: return H5T_NATIVE_DOUBLE;
  }
  return -1;
}

}  // namespace trawl::h5
