#include "trawl/app/progress_display.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <variant>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "trawl/app/output.hpp"
#include "trawl/app/point_text.hpp"
#include "trawl/base/clock.hpp"
#include "trawl/base/log.hpp"
#include "trawl/comm/mpi_session.hpp"

namespace trawl {
namespace {

constexpr double kLineSeconds = 10.0;

// mpirun gives its ranks a terminal of its own making and copies what comes out of it to
// wherever its own output goes: that is what counts.
bool stdout_is_a_terminal() {
  if (isatty(STDOUT_FILENO) == 0) return false;
  if (!MpiSession::is_launched()) return true;
  std::error_code error;
  const auto target = std::filesystem::read_symlink(fmt::format("/proc/{}/fd/1", getppid()), error);
  const std::string text = target.string();
  return !error && (text.rfind("/dev/pts/", 0) == 0 || text.rfind("/dev/tty", 0) == 0);
}

std::size_t terminal_width() {
  winsize size = {};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40;
  return known ? size.ws_col : 80;
}

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
      if (finished->outcome.state == TrialState::failed)
        warn(finished->trial, "failed", finished->outcome.error);
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
  if (style_ == ProgressStyle::lines) print_line(line(master));
}

void ProgressDisplay::on_tick(const Master& master) {
  if (style_ == ProgressStyle::bar) return draw(master);
  if (style_ != ProgressStyle::lines || steady_time() < next_line_) return;
  print_line(line(master));
}

void ProgressDisplay::warn(TrialNumber trial, const std::string& what, const std::string& reason) {
  end_line();
  log_warning("trial {} {}: {}", trial, what, reason);
}

void ProgressDisplay::show(const MessageLogged& message) {
  end_line();
  const bool is_info = message.level == MessageLogged::Level::info;
  log_line(is_info ? LogLevel::info : LogLevel::warning,
           message.trial < 0 ? message.text : fmt::format("trial {} {}", message.trial, message.text));
}

void ProgressDisplay::print_line(const std::string& text) {
  next_line_ = steady_time() + kLineSeconds;
  say("{}\n", text);
  std::fflush(stdout);
}

std::string ProgressDisplay::line(const Master& master) const {
  const StudyProgress& progress = master.progress();
  std::string text = fmt::format("{}/{} trials", progress.n_finished(), progress.n_own());
  if (progress.n_failed() > 0) text += fmt::format(" ({} failed)", progress.n_failed());
  if (const auto& best = progress.ranking().best()) {
    text += fmt::format(", best {} {:.5g} ({})", study_.objective.metric_name(), best->objective,
                        trial_text(*best));
  }
  text += fmt::format(", {} running", master.n_running());
  if (finished_here_ > 0) {
    text += fmt::format(", {:.3g} trials/s, {} left", static_cast<double>(finished_here_) / seconds(),
                        time_left(progress));
  }
  return text;
}

std::string ProgressDisplay::trial_text(const BestPoint& best) const {
  const std::vector<Parameters>& listed = study_.search.trials;
  const auto point = static_cast<std::size_t>(best.point);
  const std::string label = point < listed.size() ? point_label(listed[point]) : "";
  return label.empty() ? fmt::format("trial {}", best.trial) : fmt::format("{}, trial {}", label, best.trial);
}

std::string ProgressDisplay::time_left(const StudyProgress& progress) const {
  const auto left = static_cast<double>(progress.n_unfinished());
  return format_duration(left * seconds() / static_cast<double>(finished_here_));
}

void ProgressDisplay::draw(const Master& master) {
  constexpr std::size_t kBarWidth = 20;
  const StudyProgress& progress = master.progress();
  const auto n_trials = static_cast<std::size_t>(std::max<std::int64_t>(1, progress.n_own()));
  const std::size_t full = kBarWidth * static_cast<std::size_t>(progress.n_finished()) / n_trials;
  std::string text =
      fmt::format("[{}{}] {}", std::string(full, '#'), std::string(kBarWidth - full, '.'), line(master));
  text.resize(std::min(text.size(), terminal_width() - 1));
  say("\r\033[K{}", text);
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

double ProgressDisplay::seconds() const { return steady_time() - started_at_; }

}  // namespace trawl
