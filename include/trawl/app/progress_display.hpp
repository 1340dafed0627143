#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "trawl/app/progress_text.hpp"
#include "trawl/cluster/master_loop.hpp"
#include "trawl/study/definition.hpp"
#include "trawl/study/ranking.hpp"

namespace trawl {

enum class ProgressStyle { automatic, bar, lines, none };

/// Shows a search on stdout: on a terminal a bar that is drawn again every second, else a line
/// every 10 s and at every new best. Warnings go to stderr as they come.
class ProgressDisplay : public StudyMonitor {
 public:
  ProgressDisplay(const StudyDefinition& study, ProgressStyle style);
  void on_events(const std::vector<TrialEvent>& events, const Master& master) override;
  void on_tick(const Master& master) override;
  /// Draws the bar a last time and ends its line.
  void finish(const Master& master);

  /// Trials that came to their end here, or were paused and did not go on.
  [[nodiscard]] std::int64_t trained_here() const {
    return finished_here_ + static_cast<std::int64_t>(paused_here_.size());
  }
  /// "54 trials in 0.7 s, 2 of them to their end, the workers were training 98 % of the time"
  [[nodiscard]] std::string summary() const;

 private:
  /// Share of the workers' time in which they trained, by what they last said; NaN without any.
  [[nodiscard]] double utilisation() const;
  [[nodiscard]] double seconds() const;
  [[nodiscard]] ProgressFigures figures(const Master& master) const;
  [[nodiscard]] std::string trial_text(const BestPoint& best) const;
  void show(const MessageLogged& message);
  void warn(TrialNumber trial, const std::string& what, const std::string& reason);
  void print_line(const std::string& text);
  void draw(const Master& master);
  void end_line();

  const StudyDefinition& study_;
  ProgressStyle style_;
  double started_at_;
  double next_line_;
  std::int64_t finished_here_ = 0;
  std::int64_t n_legs_here_ = 0;
  std::set<TrialNumber> paused_here_;
  std::int64_t best_trial_ = -1;
  bool bar_drawn_ = false;
  std::map<std::int64_t, WorkerSeen> workers_;
};

}  // namespace trawl
