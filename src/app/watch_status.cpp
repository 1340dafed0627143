// Does `trawl status --watch`.
#include "trawl/app/watch_status.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "trawl/app/output.hpp"
#include "trawl/app/terminal.hpp"
#include "trawl/app/watch_text.hpp"
#include "trawl/base/clock.hpp"
#include "trawl/base/disk_file.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/exit_code.hpp"
#include "trawl/base/text.hpp"
#include "trawl/results/read_results.hpp"
#include "trawl/run/stop_signal.hpp"

namespace trawl {
namespace {

void wait_until(double time) {
  constexpr std::chrono::milliseconds kSlice(50);  // so soon a signal is noticed
  while (steady_time() < time && !stop_requested()) std::this_thread::sleep_for(kSlice);
}

/// The versions of one published file, one after the other.
class PublishedVersions {
 public:
  explicit PublishedVersions(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] bool is_there() const { return file_.exists && file_.bytes > 0; }
  /// The file's content if it is another than at the last call.
  std::optional<StudyTables> next() {
    const FileState now = file_state(path_);
    if (now == file_ && n_failures_ == 0) return std::nullopt;
    file_ = now;
    if (!is_there()) return std::nullopt;
    try {
      std::optional<StudyTables> study = read_results(path_, Curves::skip);
      n_failures_ = 0;
      return study;
    } catch (const StudyMismatchError&) {
      throw;
    } catch (const StoreError&) {
      // Network file systems may take a file away under its reader when it is replaced.
      if (++n_failures_ == kMostFailures) throw;
      return std::nullopt;
    }
  }

 private:
  static constexpr int kMostFailures = 3;
  std::string path_;
  FileState file_;
  int n_failures_ = 0;
};

/// Where the versions are shown.
class StatusDisplay {
 public:
  explicit StatusDisplay(std::string path) : path_(std::move(path)), on_terminal_(stdout_is_a_terminal()) {}

  void show_waiting() {
    if (said_waiting_ && !on_terminal_) return;
    said_waiting_ = true;
    show_lines(
        {fmt::format("waiting for {}: there is no such file{}", path_, study_ ? " any more" : " yet")});
  }
  void show(StudyTables study) {
    said_waiting_ = false;
    if (!on_terminal_) print_changes(study);
    study_ = std::move(study);
  }
  /// What changes by itself: the time since it was published.
  void refresh() {
    if (!on_terminal_ || !study_ || said_waiting_) return;
    show_lines(watch_screen(*study_, unix_time(), terminal_height() - 1));
  }

 private:
  void show_lines(const std::vector<std::string>& lines) {
    if (n_drawn_ > 0) say_controls("\033[{}A\r\033[J", n_drawn_);
    for (const std::string& line : lines)
      say("{}\n", on_terminal_ ? fitted(line, terminal_width() - 1) : escaped_text(line));
    n_drawn_ = on_terminal_ ? lines.size() : 0;
    std::fflush(stdout);
  }

  void print_changes(const StudyTables& study) {
    const std::size_t known = study_ && study_->run_id == study.run_id ? study_->messages.size() : 0;
    for (std::size_t i = known; i < study.messages.size(); ++i) {
      say("{}\n", fitted(message_text(study.messages[i]), std::string::npos));
    }
    const ProgressFigures figures = figures_of(study);
    std::string counts = fmt::format("{}: {}, {}", study.study, run_state(study), counts_text(figures));
    if (counts != last_counts_) {
      const std::string speed = study.complete ? "" : speed_text(figures);
      say("{}{}{}\n", escaped_text(counts), speed.empty() ? "" : ", ", speed);
    }
    last_counts_ = std::move(counts);
    std::fflush(stdout);
  }

  std::string path_;
  bool on_terminal_;
  bool said_waiting_ = false;
  std::size_t n_drawn_ = 0;
  std::optional<StudyTables> study_;
  std::string last_counts_;
};

}  // namespace

int watch_status(const std::string& path, double seconds) {
  constexpr double kReadingShare = 0.2;  // of the time at most
  install_stop_signals();
  std::signal(SIGPIPE, SIG_DFL);  // nobody reads any more: nothing is left to do
  PublishedVersions versions(path);
  StatusDisplay display(path);
  while (!stop_requested()) {
    const double start = steady_time();
    std::optional<StudyTables> study = versions.next();
    const bool complete = study && study->complete;
    const std::int64_t n_failed = complete ? figures_of(*study).n_failed : 0;
    if (study) display.show(std::move(*study));
    if (!versions.is_there()) display.show_waiting();
    display.refresh();
    if (complete) {
      say("{}: the study is {}; `trawl best {}` shows its best points\n", path, complete_text(n_failed),
          path);
      return static_cast<int>(n_failed > 0 ? ExitCode::some_failed : ExitCode::complete);
    }
    if (output_failed()) break;
    wait_until(std::max(start + seconds, steady_time() + (steady_time() - start) / kReadingShare));
  }
  return static_cast<int>(ExitCode::interrupted);
}

}  // namespace trawl
