#pragma once

#include <optional>
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

/// The first of number, state, parameters, objective, curves, legs (where both files hold them), best
/// weights, scaling (where both files hold it) and test figures that differs, as "trial 5: objective 0.91 and
/// 0.92"; empty if none does. NaN equals NaN. Time, rank, host, attempt, provenance and messages do not
/// count.
std::optional<std::string> first_difference(const StudyTables& a, const StudyTables& b);

/// The first of the same that differs in one trial.
std::optional<std::string> first_difference_of_trial(const StudyTables& a, const StudyTables& b,
                                                     TrialNumber trial);

}  // namespace trawl
