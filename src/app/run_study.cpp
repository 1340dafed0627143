#include "trawl/app/run_study.hpp"

#include "trawl/app/study_run.hpp"
#include "trawl/base/log.hpp"

namespace trawl {

int run_study(const RunOptions& options, const Program& program) {
  StudyRun run(options, program);
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
