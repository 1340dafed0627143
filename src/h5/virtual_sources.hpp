#pragma once

#include "trawl/h5/storage.hpp"

namespace trawl::h5 {

/// What of a virtual data set lies in sources that are not there. `depth`: of virtual data sets that it is a
/// source of. Requires a virtual data set.
MissingValues missing_of_virtual(const Dataset& dataset, int depth);

/// The same of any data set.
MissingValues missing_values_at(const Dataset& dataset, int depth);

}  // namespace trawl::h5
