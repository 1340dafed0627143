#pragma once

#include <string>
#include <vector>

#include "trawl/run/program.hpp"
#include "trawl/run/run_monitor.hpp"
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
  std::string command;        ///< the command line, for the provenance
  bool check_only = false;    ///< only what can be known without MPI and data: is the job file in order?
};

/// `trawl run`: searches, on all ranks of the launcher or in this process alone; starts,
/// resumes, extends, or finds that there is nothing to do. Errors are logged, all else is the monitor's to
/// tell, on rank 0. Returns the exit code.
int run_study(const RunOptions& options, const Program& program, RunMonitor& monitor);

}  // namespace trawl
