// Takes the best parameters over from a finished search.
#include "trawl/run/best_of_file.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/config/job_file.hpp"
#include "trawl/config/key_fields.hpp"
#include "trawl/results/published_records.hpp"
#include "trawl/results/read_results.hpp"
#include "trawl/search/sampler.hpp"

namespace trawl {
namespace {

StudyTables read_finished(const std::string& path) {
  StudyTables study;
  try {
    study = read_results(path, Curves::skip);
  } catch (const StoreError& e) {  // missing, damaged, or no results at all
    throw ConfigError(fmt::format("{}; run that search first, or name another file", e.what()));
  }
  if (!study.shard.is_whole()) {
    throw ConfigError(fmt::format(
        "{} holds {} of its search, and the best may be in another: merge the shards with `trawl merge`, and "
        "name that file",
        path, described(study.shard)));
  }
  if (study.complete) return study;
  const auto finished = std::count_if(study.trials.begin(), study.trials.end(), is_finished);
  throw ConfigError(fmt::format(
      "the search in {} is not finished ({} of {} trials); carry on with the command that started "
      "it, or name another file",
      path, finished, study.trials.size()));
}

// A point that was proposed stands in the file alone.
Parameters parameters_of_best(const StudyTables& study, const StudyDefinition& definition) {
  if (!definition.has_timetable())
    return make_sampler(definition.search)->point(study.best->trial / study.repeats);
  const auto row = std::find_if(study.trials.begin(), study.trials.end(),
                                [&](const TrialRow& trial) { return trial.number == study.best->trial; });
  return restored_parameters(row->parameters, parameter_columns(definition.search));
}

}  // namespace

Parameters best_of_file(const std::string& path, const KeyTable& keys) {
  const StudyTables study = read_finished(path);
  if (!study.best) {
    throw ConfigError(fmt::format(
        "no trial of the search in {} is complete, so none is the best; name another file", path));
  }
  // The file holds lists and schedules as texts; the job that made it knows what they are.
  JobFile job = read_resolved_job(study.job_resolved, path, keys);
  job.definition.search.distinct = tries_no_point_twice(study.identity);
  Parameters best = parameters_of_best(study, job.definition);
  StudyDefinition definition = job.definition;
  for (const SearchDimension& dimension : job.definition.search.space) {
    if (find_parameter(best, dimension.name) != nullptr) continue;  // inactive ones had the job's fixed value
    best.emplace_back(dimension.name, field_value(*keys.find_searchable(dimension.name), definition));
  }
  const bool searched = std::any_of(best.begin(), best.end(),
                                    [](const auto& parameter) { return parameter.first != kPointName; });
  if (!searched) throw ConfigError(fmt::format("nothing was searched in {}; name another file", path));
  return best;
}

}  // namespace trawl
