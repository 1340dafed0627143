#pragma once

#include <string>

#include "trawl/config/keys.hpp"

namespace trawl {

/// See BestOfFile: the best point of the finished search in the results file at `path`, with the types its
/// sampler gives. `keys` are the program's. Throws ConfigError that says why there is none, and what to do.
Parameters best_of_file(const std::string& path, const KeyTable& keys);

}  // namespace trawl
