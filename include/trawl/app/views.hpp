#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trawl/results/read_results.hpp"

namespace trawl {

enum class TableFormat { table, csv, json };

/// Print what a results file holds on stdout. Each returns the exit code of its verb.
/// status: 0 when complete, 75 while unfinished.
int print_status(const std::string& path);
/// All rows of /trials.
int print_trials(const std::string& path, TableFormat format);
/// The `k` best points, with repeats by their mean, and the test figures of the best.
int print_best(const StudyTables& study, std::int64_t k);
/// diff: 0 same, 1 different, 2 unreadable.
int print_difference(const std::string& a, const std::string& b);
int print_repair(const std::string& path);

}  // namespace trawl
