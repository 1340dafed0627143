#pragma once

#include <functional>
#include <string>

#include "trawl/archive/bytes.hpp"

namespace trawl {

/// The bytes that `work` makes of the HDF5 file `path`, in a process of its own, since libhdf5 crashes on
/// some damaged files and loops on others. Throws DataError where it does; what `work` throws is thrown here
/// again.
std::string guarded_bytes(const std::string& path, const std::function<std::string()>& work);

/// The same for any value with a member `serialize`.
template <class T>
T guarded_data(const std::string& path, const std::function<T()>& work) {
  return decode<T>(guarded_bytes(path, [&work] { return encode(work()); }));
}

}  // namespace trawl
