#pragma once

#include <string>
#include <vector>

#include "trawl/run/program.hpp"

namespace trawl {

/// `trawl check`: says what the job file would run. Throws ConfigError or DataError where it cannot.
int print_check(const std::string& job, const std::vector<std::string>& overrides, const Program& program);

}  // namespace trawl
