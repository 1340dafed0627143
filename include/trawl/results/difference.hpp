#pragma once

#include <optional>
#include <string>

#include "trawl/results/study_tables.hpp"

namespace trawl {

/// The first of number, state, parameters, objective, curves, legs (where both files hold them), best
/// weights, scaling (where both files hold it) and test figures that differs, as "trial 5: objective 0.91 and
/// 0.92"; empty if none does. NaN equals NaN. Time, rank, host, attempt, provenance and messages do not
/// count.
std::optional<std::string> first_difference(const StudyTables& a, const StudyTables& b);

/// The first of the same that differs in one trial.
std::optional<std::string> first_difference_of_trial(const StudyTables& a, const StudyTables& b,
                                                     TrialNumber trial);

}  // namespace trawl
