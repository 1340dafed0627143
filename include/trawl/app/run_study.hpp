#pragma once

#include <string>
#include <vector>

#include "trawl/app/progress_display.hpp"

namespace trawl {

/// What `trawl run` was asked for.
struct RunOptions {
  std::string job;
  std::vector<std::string> overrides;
  std::string output;       ///< "": the study's name and .h5, in the current folder
  double time_limit = 0.0;  ///< seconds that this process may live; 0: no limit
  ProgressStyle progress = ProgressStyle::automatic;
  std::string command;  ///< the command line, for the provenance
};

/// `trawl run`: searches, on all ranks of the launcher or in this process alone; starts,
/// resumes, extends, or says that there is nothing to do. Returns the exit code.
int run_study(const RunOptions& options);

}  // namespace trawl
