// Prints what a results file holds.
#include "trawl/app/views.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "trawl/app/output.hpp"
#include "trawl/app/point_text.hpp"
#include "trawl/app/progress_text.hpp"
#include "trawl/app/text_table.hpp"
#include "trawl/base/clock.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/exit_code.hpp"
#include "trawl/base/log.hpp"
#include "trawl/base/text.hpp"
#include "trawl/results/difference.hpp"
#include "trawl/results/repair.hpp"
#include "trawl/study/ranking.hpp"

namespace trawl {
namespace {

constexpr int kOk = static_cast<int>(ExitCode::complete);
constexpr std::size_t kStates = static_cast<std::size_t>(last_of(TrialState{})) + 1;

std::string number(double value) { return std::isnan(value) ? "" : fmt::format("{:.6g}", value); }

std::string short_text(const ParameterValue& value) {
  const double* real = std::get_if<double>(&value);
  return real != nullptr ? fmt::format("{:.6g}", *real) : to_text(value);
}

void add_parameters(const TrialRow& trial, const std::vector<std::string>& names, bool shorten,
                    std::vector<std::string>& row) {
  for (const std::string& name : names) {
    const ParameterValue* value = find_parameter(trial.parameters, name);
    row.push_back(value == nullptr ? "" : shorten ? short_text(*value) : to_text(*value));
  }
}

std::array<std::int64_t, kStates> count_states(const std::vector<TrialRow>& trials) {
  std::array<std::int64_t, kStates> counts{};
  for (const TrialRow& trial : trials) ++counts.at(static_cast<std::size_t>(trial.state));
  return counts;
}

// What is said behind the number of its trials.
std::string shard_text(const StudyTables& study) {
  if (study.shard.is_whole()) return "";
  return fmt::format(" of {} ({})", study.trials.size(), described(study.shard));
}

// A point with its rank: all its repeats are complete.
struct RankedPoint {
  std::int64_t point = 0;
  double objective = 0.0;  // mean over the repeats
  double lowest = 0.0;
  double highest = 0.0;
};

std::vector<RankedPoint> rank_points(const StudyTables& study) {
  std::map<std::int64_t, std::vector<double>> objectives;
  for (const TrialRow& trial : study.trials) {
    if (trial.state == TrialState::complete) objectives[trial.point].push_back(trial.objective);
  }
  std::vector<RankedPoint> points;
  for (const auto& [point, values] : objectives) {
    if (static_cast<std::int64_t>(values.size()) < study.repeats) continue;
    points.push_back({point, mean_of_repeats(values), *std::min_element(values.begin(), values.end()),
                      *std::max_element(values.begin(), values.end())});
  }
  std::stable_sort(points.begin(), points.end(), [&](const RankedPoint& a, const RankedPoint& b) {
    return is_better(study.objective.direction, a.objective, b.objective);
  });
  return points;
}

}  // namespace

int print_status(const std::string& path) {
  const StudyTables study = read_results(path, Curves::skip);
  const std::vector<TrialRow> trials = trials_in_shard(study);
  const auto counts = count_states(trials);
  const std::int64_t n_failed = counts[static_cast<std::size_t>(TrialState::failed)];
  say("{}: {}, {} trials{}, {} {}\n", escaped_text(study.study),
      study.complete ? complete_text(n_failed) : "unfinished", trials.size(), shard_text(study),
      to_text(study.objective.direction), escaped_text(study.objective.metric));
  for (std::size_t state = 0; state < counts.size(); ++state) {
    if (counts[state] > 0) say("  {:<9} {}\n", to_text(static_cast<TrialState>(state)), counts[state]);
  }
  const std::vector<RankedPoint> points = rank_points(study);
  if (!points.empty()) {
    const auto& trial = study.trials[static_cast<std::size_t>(points[0].point * study.repeats)];
    say("  best      {} {:.6g}, trial {}: {}\n", escaped_text(study.objective.metric), points[0].objective,
        trial.number, escaped_text(point_text(trial.parameters)));
  }
  say("  published {}\n", format_time(study.published_at));
  return static_cast<int>(!study.complete ? ExitCode::interrupted
                          : n_failed > 0  ? ExitCode::some_failed
                                          : ExitCode::complete);
}

int print_trials(const std::string& path, TableFormat format) {
  const StudyTables study = read_results(path, Curves::skip);
  const std::vector<std::string>& names = study.parameter_names;
  const bool shorten = format == TableFormat::table;
  TextTable table = {{"number", "point", "repeat", "state", "attempt", "objective", "n_epochs", "seconds"}};
  table[0].insert(table[0].end(), names.begin(), names.end());
  table[0].emplace_back("error");
  for (const TrialRow& trial : trials_in_shard(study)) {
    const std::string objective = std::isnan(trial.objective) ? "" : to_text(ParameterValue(trial.objective));
    std::vector<std::string> row = {
        fmt::format("{}", trial.number),   fmt::format("{}", trial.point),
        fmt::format("{}", trial.repeat),   to_text(trial.state),
        fmt::format("{}", trial.attempt),  shorten ? number(trial.objective) : objective,
        fmt::format("{}", trial.n_epochs), number(trial.seconds)};
    add_parameters(trial, names, shorten, row);
    row.push_back(trial.error);
    table.push_back(std::move(row));
  }
  say("{}", format == TableFormat::csv    ? as_csv(table)
            : format == TableFormat::json ? as_json(table)
                                          : as_aligned(table));
  return kOk;
}

int print_best(const StudyTables& study, std::int64_t k) {
  const std::vector<RankedPoint> points = rank_points(study);
  if (points.empty()) {
    say("{}: no trial is complete{}\n", escaped_text(study.study), study.complete ? "" : " yet");
    return kOk;
  }
  const std::vector<std::string>& names = study.parameter_names;
  TextTable table = {{"trial", study.objective.metric}};
  if (study.repeats > 1) table[0].insert(table[0].end(), {"lowest", "highest"});
  table[0].insert(table[0].end(), names.begin(), names.end());
  for (std::size_t i = 0; i < std::min(points.size(), static_cast<std::size_t>(k)); ++i) {
    const TrialRow& trial = study.trials[static_cast<std::size_t>(points[i].point * study.repeats)];
    std::vector<std::string> row = {fmt::format("{}", trial.number), number(points[i].objective)};
    if (study.repeats > 1) row.insert(row.end(), {number(points[i].lowest), number(points[i].highest)});
    add_parameters(trial, names, true, row);
    table.push_back(std::move(row));
  }
  say("best of {} trials{} ({} {}{}):\n{}", trials_in_shard(study).size(), shard_text(study),
      to_text(study.objective.direction), escaped_text(study.objective.metric),
      study.repeats > 1 ? fmt::format(", mean of {} repeats", study.repeats) : "", as_aligned(table));
  if (study.test) {
    say("trial {} on the test rows: accuracy {:.4f}, cross-entropy {:.4f}\n", study.best->trial,
        study.test->accuracy, study.test->cross_entropy);
  }
  return kOk;
}

int print_difference(const std::string& a, const std::string& b) {
  try {
    const auto difference = first_difference(read_results(a), read_results(b));
    if (difference) say("{}\n", escaped_text(*difference));
    return static_cast<int>(difference ? ExitCode::our_fault : ExitCode::complete);
  } catch (const StoreError& e) {
    log_error("{}", e.what());
    return static_cast<int>(ExitCode::bad_input);
  }
}

int print_repair(const std::string& path) {
  const RepairReport report = repair(path);
  if (!report.rebuilt) {
    say("{}: sound and complete, nothing to do\n", path);
    return kOk;
  }
  if (!report.set_aside.empty()) say("the file that was there is now {}\n", report.set_aside);
  say("{}: rebuilt from its journal: {} trials, {} of them finished, {} epochs\n", path, report.n_trials,
      report.n_finished, report.n_epochs);
  return kOk;
}

}  // namespace trawl
