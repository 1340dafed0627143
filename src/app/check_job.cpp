// Does `trawl check`, which shows what a job would run.
#include "trawl/app/check_job.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "trawl/app/output.hpp"
#include "trawl/app/point_text.hpp"
#include "trawl/app/pruner_lines.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/exit_code.hpp"
#include "trawl/base/log.hpp"
#include "trawl/base/path.hpp"
#include "trawl/config/condition_reader.hpp"
#include "trawl/config/job_file.hpp"
#include "trawl/config/pruner_reader.hpp"
#include "trawl/run/best_of_file.hpp"
#include "trawl/run/node_data.hpp"
#include "trawl/run/node_objective.hpp"
#include "trawl/search/sampler_kind.hpp"
#include "trawl/study/finite_space.hpp"
#include "trawl/study/search_space.hpp"
#include "trawl/train/perceptron_parameters.hpp"

namespace trawl {
namespace {

std::string bounds_text(const char* kind, const std::string& low, const std::string& high, bool log) {
  return fmt::format("{} from {} to {}{}", kind, low, high, log ? ", logarithmic" : "");
}

std::string describe(const Distribution& distribution) {
  if (const auto* real = std::get_if<FloatDistribution>(&distribution)) {
    std::string text = bounds_text("float", to_text(ParameterValue(real->low)),
                                   to_text(ParameterValue(real->high)), real->log);
    if (real->step) text += fmt::format(", step {}", to_text(ParameterValue(*real->step)));
    if (real->points) text += fmt::format(", {} points", *real->points);
    return text;
  }
  if (const auto* whole = std::get_if<IntDistribution>(&distribution)) {
    std::string text =
        bounds_text("int", fmt::format("{}", whole->low), fmt::format("{}", whole->high), whole->log);
    if (whole->step) text += fmt::format(", step {}", *whole->step);
    if (whole->points) text += fmt::format(", {} points", *whole->points);
    return text;
  }
  std::string text;
  for (const ParameterValue& choice : std::get<CategoricalDistribution>(distribution).choices) {
    text += (text.empty() ? "one of " : ", ") + to_text(choice);
  }
  return text;
}

std::string bytes_text(double bytes) {
  if (bytes < 1e6) return fmt::format("{:.0f} KB", bytes / 1e3);
  return bytes < 1e9 ? fmt::format("{:.1f} MB", bytes / 1e6) : fmt::format("{:.1f} GB", bytes / 1e9);
}

// Measured on files of 10^2 to 10^5 trials: the columns of /trials, those of /epochs before
// they are compressed, the best network, and what an empty file takes.
double results_bytes(const StudyDefinition& study, std::int64_t n_features, std::int64_t n_classes) {
  constexpr double kBytesATrial = 200.0;
  constexpr double kBytesAnEpoch = 80.0;
  constexpr double kBytesEmpty = 100e3;
  double weights = 0.0;
  auto inputs = static_cast<double>(n_features);
  for (const std::int64_t width : trial_definition(study, {}).model.hidden) {
    weights += (inputs + 1) * static_cast<double>(width);
    inputs = static_cast<double>(width);
  }
  weights += (inputs + 1) * static_cast<double>(n_classes);
  const auto n_trials = static_cast<double>(study.n_trials());
  return kBytesEmpty + n_trials * kBytesATrial + kBytesAnEpoch * static_cast<double>(epochs_at_most(study)) +
         4 * weights;
}

void print_search(const StudyDefinition& study, const KeyTable& keys) {
  const SearchDefinition& search = study.search;
  const bool is_distinct = sampler_kind(search).is_distinct && !search.space.empty();
  const std::optional<std::int64_t> n = is_distinct ? FiniteSpace(search.space).n_points() : std::nullopt;
  say("  trials    {}: {} search, {} points{}{}\n", search.n_points * search.repeats, search.sampler,
      search.n_points, n ? fmt::format(" of the {} that the space has", *n) : "",
      search.repeats > 1 ? fmt::format(" x {} repeats", search.repeats) : "");
  for (const SearchDimension& dimension : search.space) {
    const std::string only =
        dimension.when.empty() ? "" : fmt::format("; only with {}", to_text(dimension.when));
    say("    {}: {}{}\n", dimension.name, describe(dimension.distribution), only);
  }
  const SamplerKind& kind = sampler_kind(search);
  const std::string hint = kind.hint != nullptr ? kind.hint(search) : "";
  if (!hint.empty()) say("  hint      {}\n", hint);
  for (const Parameters& trial : search.trials) say("    {}\n", point_text(trial, study, keys));
  for (const std::string& line : pruner_lines(study)) say("{}\n", line);
  if (study.has_timetable()) {
    const std::int64_t n_slots = search.max_concurrent_trials;
    say("  timetable {} slots (search.max_concurrent_trials): enough for {} workers; more than {} have "
        "nothing to do\n",
        n_slots, std::max<std::int64_t>(1, 2 * n_slots / 3), n_slots);
  }
}

}  // namespace

int print_check(const std::string& job_path, const std::vector<std::string>& overrides,
                const Program& program) {
  const auto best = [&](const std::string& path) { return best_of_file(path, program.keys); };
  const JobFile job = read_job(job_path, overrides, best, program.keys);
  if (!job.too_many_points.empty()) throw ConfigError(job.too_many_points);
  const StudyDefinition& study = job.definition;
  require_file_name(study.name);
  for (const std::string& warning : job.warnings) log_warning("{}", warning);
  say("{}: study {}\n", job_path, study.name);
  print_search(study, program.keys);
  const bool is_custom = !study.program.empty();
  const bool at_last = study.objective.at == ObjectiveDefinition::At::last;
  say("  objective {} {}{}\n", to_text(study.objective.direction), study.objective.metric,
      is_custom && at_last ? "" : fmt::format(" at the {} epoch", to_text(study.objective.at)));
  std::fflush(stdout);
  NodeData data(study);
  data.share(RankGroup::alone());
  for (const std::string& warning : data.summary().warnings) log_warning("{}", warning);
  for (const std::string& warning : data_warnings(program, study, data.summary().validation_rows))
    log_warning("{}", warning);
  const NodeObjective evaluates(program, study, data.path());  // refuses what a run would
  const DataSummary& summary = data.summary();
  if (study.has_data)
    say("  data      {}: {} rows to train, {} to validate, {} to test; {} features, {} classes\n",
        study.data.source, summary.train_rows, summary.validation_rows, summary.test_rows, summary.n_features,
        summary.n_classes);
  if (!is_custom)
    say("  results   about {}, and as much again for the journal while it runs\n",
        bytes_text(results_bytes(study, summary.n_features, summary.n_classes)));
  return static_cast<int>(ExitCode::complete);
}

}  // namespace trawl
