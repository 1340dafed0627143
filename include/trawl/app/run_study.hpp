#pragma once

#include <string>
#include <vector>

#include "trawl/app/program.hpp"
#include "trawl/app/progress_display.hpp"
#include "trawl/study/shard.hpp"

namespace trawl {

/// What `trawl run` was asked for.
struct RunOptions {
  std::string job;
  std::vector<std::string> overrides;
  std::string output;  ///< "": the study's name and .h5, in the current folder; of a shard, STUDY-shard-I.h5
  Shard shard;
  double time_limit = 0.0;    ///< seconds that this process may live; 0: no limit
  bool retry_failed = false;  ///< those that have failed so far wait again
  ProgressStyle progress = ProgressStyle::automatic;
  std::string command;      ///< the command line, for the provenance
  bool check_only = false;  ///< only what can be known without MPI and data: is the job file in order?
};

/// `trawl run`: searches, on all ranks of the launcher or in this process alone; starts,
/// resumes, extends, or says that there is nothing to do. Returns the exit code.
int run_study(const RunOptions& options, const Program& program = perceptron_program());

}  // namespace trawl
