// Says which trials are trained further than others.
#include "trawl/study/pruner.hpp"

namespace trawl {

std::int64_t default_min_resource(std::int64_t max_resource) {
  constexpr std::int64_t kShare = 9;
  return (max_resource - 1) / kShare + 1;
}

}  // namespace trawl
