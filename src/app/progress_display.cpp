// Shows a search while it runs.
#include "trawl/app/progress_display.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <variant>

#include <fmt/format.h>

#include "trawl/app/output.hpp"
#include "trawl/app/point_text.hpp"
#include "trawl/app/progress_text.hpp"
#include "trawl/app/terminal.hpp"
#include "trawl/base/clock.hpp"
#include "trawl/base/log.hpp"

namespace trawl {
namespace {

constexpr double kLineSeconds = 10.0;

}  // namespace

ProgressDisplay::ProgressDisplay(const StudyDefinition& study, ProgressStyle style)
    : study_(study), style_(style), started_at_(steady_time()), next_line_(started_at_ + kLineSeconds) {
  if (style_ == ProgressStyle::automatic) {
    style_ = stdout_is_a_terminal() ? ProgressStyle::bar : ProgressStyle::lines;
  }
}

void ProgressDisplay::on_events(const std::vector<TrialEvent>& events, const Master& master) {
  for (const TrialEvent& event : events) {
    if (const auto* finished = std::get_if<TrialFinished>(&event)) {
      ++finished_here_;
      ++n_legs_here_;
      paused_here_.erase(finished->trial);
      if (finished->outcome.state == TrialState::failed)
        warn(finished->trial, "failed", finished->outcome.error);
    }
    if (const auto* paused = std::get_if<TrialPaused>(&event)) {
      ++n_legs_here_;
      paused_here_.insert(paused->trial);
    }
    if (const auto* failed = std::get_if<AttemptFailed>(&event)) {
      warn(failed->trial, fmt::format("attempt {} failed, it will be tried again", failed->attempt),
           failed->reason);
    }
    if (const auto* message = std::get_if<MessageLogged>(&event)) show(*message);
    if (const auto* seen = std::get_if<WorkerSeen>(&event)) workers_[seen->rank] = *seen;
  }
  const auto& best = master.progress().ranking().best();
  if (!best || best->trial == best_trial_) return;
  best_trial_ = best->trial;
  if (style_ == ProgressStyle::lines) print_line(progress_text(figures(master)));
}

void ProgressDisplay::on_tick(const Master& master) {
  if (style_ == ProgressStyle::bar) return draw(master);
  if (style_ != ProgressStyle::lines || steady_time() < next_line_) return;
  print_line(progress_text(figures(master)));
}

void ProgressDisplay::warn(TrialNumber trial, const std::string& what, const std::string& reason) {
  end_line();
  log_warning("trial {} {}: {}", trial, what, reason);
}

void ProgressDisplay::show(const MessageLogged& message) {
  end_line();
  const LogLevel level = message.level == MessageLogged::Level::info    ? LogLevel::info
                         : message.level == MessageLogged::Level::error ? LogLevel::error
                                                                        : LogLevel::warning;
  log_line(level, message.trial < 0 ? message.text : fmt::format("trial {} {}", message.trial, message.text));
}

void ProgressDisplay::print_line(const std::string& text) {
  next_line_ = steady_time() + kLineSeconds;
  say("{}\n", text);
  std::fflush(stdout);
}

ProgressFigures ProgressDisplay::figures(const Master& master) const {
  const StudyProgress& progress = master.progress();
  ProgressFigures figures{progress.n_finished(),
                          progress.n_in_shard(),
                          progress.n_failed(),
                          master.n_running(),
                          finished_here_,
                          seconds(),
                          {},
                          progress.n_paused(),
                          n_legs_here_};
  if (const auto& best = progress.ranking().best()) {
    figures.best = fmt::format("{} {:.5g} ({})", study_.objective.metric, best->objective, trial_text(*best));
  }
  return figures;
}

std::string ProgressDisplay::trial_text(const BestPoint& best) const {
  const std::vector<Parameters>& listed = study_.search.trials;
  const auto point = static_cast<std::size_t>(best.point);
  const std::string label = point < listed.size() ? point_label(listed[point]) : "";
  return label.empty() ? fmt::format("trial {}", best.trial) : fmt::format("{}, trial {}", label, best.trial);
}

void ProgressDisplay::draw(const Master& master) {
  say_controls("\r\033[K");
  say("{}", progress_line(figures(master), terminal_width() - 1));
  std::fflush(stdout);
  bar_drawn_ = true;
}

void ProgressDisplay::finish(const Master& master) {
  if (style_ == ProgressStyle::bar) draw(master);
  end_line();
}

void ProgressDisplay::end_line() {
  if (bar_drawn_) say("\n");
  std::fflush(stdout);
  bar_drawn_ = false;
}

double ProgressDisplay::utilisation() const {
  double busy = 0.0;
  double all = 0.0;
  for (const auto& [rank, row] : workers_) {
    busy += row.busy_seconds;
    all += row.busy_seconds + row.idle_seconds;
  }
  return all > 0 ? busy / all : kNan;
}

std::string ProgressDisplay::summary() const {
  const std::int64_t n = trained_here();
  std::string text = fmt::format("{} trial{} in {}", n, n == 1 ? "" : "s", format_duration(seconds()));
  if (n > finished_here_) text += fmt::format(", {} of them to their end", finished_here_);
  const double share = utilisation();
  if (!std::isnan(share))
    text += fmt::format(", the workers were training {:.0f} % of the time", 100 * share);
  return text;
}

double ProgressDisplay::seconds() const { return steady_time() - started_at_; }

}  // namespace trawl
