// Says what this program was built from.
#include "trawl/run/build_info.hpp"

#include <string_view>

#include <fmt/format.h>

#include "git_commit.hpp"
#include "trawl/comm/mpi_session.hpp"

namespace trawl {

std::string program_version() { return TRAWL_VERSION; }

std::string build_description() {
  const std::string_view march = TRAWL_MARCH;
  return fmt::format("{} {}, {}{}{}", TRAWL_VERSION, TRAWL_BUILD_TYPE, TRAWL_COMPILER,
                     march.empty() ? "" : ", -march=", march);
}

std::string library_versions() {
  return fmt::format("{}, HDF5 {}, Eigen {}, Boost {}", MpiSession::version(), TRAWL_HDF5_VERSION,
                     TRAWL_EIGEN_VERSION, TRAWL_BOOST_VERSION);
}

std::string git_commit() { return TRAWL_GIT_COMMIT; }

}  // namespace trawl
