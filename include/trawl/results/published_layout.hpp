#pragma once

#include "trawl/h5/file.hpp"
#include "trawl/journal/journaled_study.hpp"

namespace trawl {

/// Makes all groups and columns of a new results file, with what is known before any trial starts, and a row
/// for each trial. Throws Hdf5Error.
void lay_out(h5::Group& root, const JournaledStudy& study);

}  // namespace trawl
