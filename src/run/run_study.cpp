// Does `trawl run`, from the call to the exit code.
#include "trawl/run/run_study.hpp"

#include "trawl/base/log.hpp"
#include "trawl/base/private_folder.hpp"
#include "trawl/config/job_file.hpp"
#include "trawl/run/best_of_file.hpp"
#include "trawl/run/run_report.hpp"
#include "trawl/run/study_run.hpp"

namespace trawl {
namespace {

int check_start(const RunOptions& options, const Program& program) {
  const auto best = [&](const std::string& path) { return best_of_file(path, program.keys); };
  read_job(options.job, options.overrides, best, program.keys);
  PrivateFolder().check_room(kRoomForMpi);
  return static_cast<int>(ExitCode::complete);
}

}  // namespace

int run_study(const RunOptions& options, const Program& program, RunMonitor& monitor) {
  if (options.check_only) return check_start(options, program);
  report_rank();
  StudyRun run(options, program, monitor);
  try {
    return run.run();
  } catch (const AgreedFailure& failure) {
    if (failure.is_mine()) log_error("{}", failure.what());
    run.leave();
    return static_cast<int>(failure.code());
  } catch (const std::exception& e) {
    log_error("{}", e.what());
    run.abort(exit_code_of(e));
    return static_cast<int>(exit_code_of(e));
  }
}

}  // namespace trawl
