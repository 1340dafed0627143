#pragma once

#include <string>

namespace trawl {

/// "0.1.0"
std::string program_version();
/// "0.1.0 release, GNU 12.2.0, -march=native"
std::string build_description();
/// "Open MPI 4.1.4, HDF5 1.10.8, Eigen 3.4.0, Boost 1.74.0"
std::string library_versions();
/// The commit of the sources, "-dirty" behind it where they were changed; "" outside git.
std::string git_commit();

}  // namespace trawl
