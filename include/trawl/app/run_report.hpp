#pragma once

#include <cstdint>

namespace trawl {

/// What a run tells trawl-mpirun, as lines of the file that the environment variable
/// TRAWL_RUN_REPORT names; nothing where it is not set. Launchers lose exit codes.

/// The master, this process, is at work on a study of which so many trials have finished: "master 4711",
/// "began 12".
void report_began(std::int64_t n_finished);
/// The run ends before its study is complete because it was told to, by a signal or its time limit: "asked".
void report_asked_to_stop();
/// All is as safe as it gets; the run ends with this exit code: "exit 0". The last one counts.
/// Only where this process speaks for all.
void report_exit(int exit_code);

}  // namespace trawl
