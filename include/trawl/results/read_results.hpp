#pragma once

#include <string>

#include "trawl/results/study_tables.hpp"

namespace trawl {

/// `skip` leaves StudyTables::epochs and the best weights unread: for views that need no curves.
enum class Curves { read, skip };

/// Reads a results file, also while a search publishes it. Throws StoreError if it is missing,
/// damaged, or of a newer version of the format; StudyMismatchError if it is not a results file.
StudyTables read_results(const std::string& path, Curves curves = Curves::read);

/// The same of a file that this process has just written and read back: without the trial in a process of its
/// own that keeps a crash of libhdf5 away from us.
StudyTables read_trusted_results(const std::string& path, Curves curves = Curves::read);

}  // namespace trawl
