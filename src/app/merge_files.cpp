// Does `trawl merge`.
#include "trawl/app/merge_files.hpp"

#include <algorithm>

#include "trawl/app/output.hpp"
#include "trawl/app/views.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/exit_code.hpp"
#include "trawl/base/text.hpp"
#include "trawl/config/job_file.hpp"
#include "trawl/results/write_results.hpp"

namespace trawl {
namespace {

std::vector<MergeInput> read_all(const std::vector<std::string>& paths) {
  std::vector<MergeInput> inputs;
  try {
    for (const std::string& path : paths) inputs.push_back({path, read_results(path)});
  } catch (const StoreError& e) {  // missing, damaged, or no results at all
    throw ConfigError(e.what());
  }
  return inputs;
}

StudyDescription description_of(const StudyTables& tables, const std::string& origin, const KeyTable& keys) {
  StudyDescription description;
  description.definition = read_resolved_job(tables.job_resolved, origin, keys).definition;
  description.job_text = tables.job_text;
  description.job_resolved = tables.job_resolved;
  description.identity = tables.identity;
  description.data = tables.data;
  description.scaling = tables.scaling;
  return description;
}

}  // namespace

int merge_files(const std::vector<std::string>& inputs, const std::string& output, Missing missing,
                const Program& program) {
  constexpr std::int64_t kShownPoints = 5;
  const StudyTables study = merge(read_all(inputs), missing);
  write_results(output, description_of(study, inputs.front(), program.keys), study);
  const auto n_finished = std::count_if(study.trials.begin(), study.trials.end(), is_finished);
  say("{}: {} of {} trials from {} file{}\n", study.study, n_finished, study.trials.size(), inputs.size(),
      inputs.size() == 1 ? "" : "s");
  print_best(study, kShownPoints);
  say("results: {}\n", output);
  if (study.complete) {
    const bool failed = std::any_of(study.trials.begin(), study.trials.end(),
                                    [](const auto& trial) { return trial.state == TrialState::failed; });
    return static_cast<int>(failed ? ExitCode::some_failed : ExitCode::complete);
  }
  say("not complete: `trawl run JOB -o {}` carries on from there\n", shell_path(output));
  return static_cast<int>(ExitCode::interrupted);
}

}  // namespace trawl
