// Says what `trawl status --watch` shows.
#include "trawl/app/watch_text.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "trawl/app/point_text.hpp"
#include "trawl/base/clock.hpp"
#include "trawl/results/columns.hpp"

namespace trawl {
namespace {

constexpr std::size_t kMostMessages = 8;

// When the last start began; NaN before the first.
double start_of(const StudyTables& study) {
  return study.sessions.empty() ? kNan : study.sessions.back().started_at;
}

double seconds_of(const StudyTables& study) {
  if (study.sessions.empty()) return 0.0;
  const SessionRow& session = study.sessions.back();
  const double end = std::isnan(session.ended_at) ? study.published_at : session.ended_at;
  return std::max(0.0, end - session.started_at);
}

std::string best_text(const StudyTables& study) {
  if (!study.best) return "";
  const std::string label = point_label(study.best->parameters);
  return fmt::format("{} {:.5g} ({}trial {})", study.objective.metric, study.best->objective,
                     label.empty() ? "" : label + ", ", study.best->trial);
}

std::string best_line(const StudyTables& study) {
  if (!study.best) return "best       none yet";
  return fmt::format("best       {} {:.6g}, trial {}: {}", study.objective.metric, study.best->objective,
                     study.best->trial, point_text(study.best->parameters));
}

// Of the last start; the master's own rank has a row only where it trains too.
std::string workers_line(const StudyTables& study) {
  const auto session = static_cast<std::int64_t>(study.sessions.size()) - 1;
  std::int64_t n = 0;
  std::int64_t n_lost = 0;
  double busy = 0.0;
  double all = 0.0;
  std::set<std::string> hosts;
  for (const WorkerRow& row : study.workers) {
    if (row.session != session) continue;
    ++n;
    n_lost += std::isnan(row.seen.lost_at) ? 0 : 1;
    busy += row.seen.busy_seconds;
    all += row.seen.busy_seconds + row.seen.idle_seconds;
    hosts.insert(row.seen.host);
  }
  std::string text = fmt::format("workers    {} on {} host{}", n, hosts.size(), hosts.size() == 1 ? "" : "s");
  if (n_lost > 0) text += fmt::format(", {} lost", n_lost);
  return all > 0 ? text + fmt::format(", {:.0f} % of their time in trials", 100.0 * busy / all) : text;
}

std::string epochs_line(const StudyTables& study) {
  std::int64_t n_epochs = 0;
  for (const TrialRow& trial : study.trials) n_epochs += trial.n_epochs;
  return fmt::format("epochs     {}", n_epochs);
}

std::string published_line(const StudyTables& study, double now) {
  return fmt::format("published  {}, {} ago", format_time(study.published_at),
                     format_duration(std::max(0.0, now - study.published_at)));
}

}  // namespace

ProgressFigures figures_of(const StudyTables& study) {
  ProgressFigures figures;
  const double start = start_of(study);
  for (const TrialRow& trial : trials_in_shard(study)) {
    ++figures.n_trials;
    figures.n_failed += trial.state == TrialState::failed ? 1 : 0;
    figures.n_running += trial.state == TrialState::running ? 1 : 0;
    figures.n_paused += trial.state == TrialState::paused ? 1 : 0;
    if (!is_finished(trial)) continue;
    ++figures.n_finished;
    figures.n_finished_here += trial.finished_at >= start ? 1 : 0;
  }
  for (const LegRow& leg : study.legs) figures.n_legs_here += leg.ended_at >= start ? 1 : 0;
  figures.seconds = seconds_of(study);
  figures.best = best_text(study);
  return figures;
}

std::string run_state(const StudyTables& study) {
  if (study.complete) return complete_text(figures_of(study).n_failed);
  if (study.sessions.empty()) return "not started";
  const SessionRow& session = study.sessions.back();
  return std::isnan(session.ended_at) ? "running" : fmt::format("stopped (exit code {})", session.exit_code);
}

std::string message_text(const MessageLogged& message) {
  const std::string about = message.trial < 0 ? "" : fmt::format("trial {} ", message.trial);
  return fmt::format("{} {}: {}{}", format_time(message.time),
                     kLevelNames.at(static_cast<std::size_t>(message.level)), about, message.text);
}

std::vector<std::string> watch_screen(const StudyTables& study, double now, std::size_t height) {
  const ProgressFigures figures = figures_of(study);
  const std::string speed = study.complete ? "" : speed_text(figures);
  ProgressFigures counts = figures;
  counts.best.clear();  // it has a line of its own
  std::vector<std::string> lines = {
      fmt::format("{}: {}, {} {}", study.study, run_state(study), to_text(study.objective.direction),
                  study.objective.metric),
      fmt::format("{} {}{}{}", progress_bar(figures), counts_text(counts), speed.empty() ? "" : ", ", speed),
      best_line(study),
      epochs_line(study),
      workers_line(study),
      published_line(study, now)};
  const std::size_t room = height > lines.size() ? height - lines.size() : 0;
  const std::size_t n = std::min({room, kMostMessages, study.messages.size()});
  for (std::size_t i = study.messages.size() - n; i < study.messages.size(); ++i) {
    lines.push_back(message_text(study.messages[i]));
  }
  return lines;
}

}  // namespace trawl
