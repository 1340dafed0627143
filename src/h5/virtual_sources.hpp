#pragma once

#include <string>

#include "trawl/h5/dataset.hpp"

namespace trawl::h5 {

/// What of a virtual data set lies in sources that are not there, as MissingValues::source. `depth`: of
/// virtual data sets that it is a source of. Requires a virtual data set.
std::string missing_virtual_source(const Dataset& dataset, int depth);

/// The same of any data set.
std::string missing_source(const Dataset& dataset, int depth);

}  // namespace trawl::h5
