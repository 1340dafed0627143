#pragma once

#include <optional>

#include "trawl/app/progress_display.hpp"
#include "trawl/run/run_monitor.hpp"

namespace trawl {

/// What `trawl run` prints: how a run begins, its progress, how it ends, its best points.
class RunDisplay : public RunMonitor {
 public:
  explicit RunDisplay(ProgressStyle style) : style_(style) {}
  void on_complete_already(const RunFacts& run, const StudyProgress& progress) override;
  void on_start(const RunFacts& run, const ResultsStore& store) override;
  void on_events(const std::vector<TrialEvent>& events, const Master& master) override;
  void on_tick(const Master& master) override;
  void on_trained(const Master& master) override;
  void on_stopped(const RunFacts& run, const Master& master) override;
  void on_complete(const RunFacts& run, const StudyProgress& progress) override;

 private:
  ProgressStyle style_;
  std::optional<ProgressDisplay> progress_;  // from the start on
};

}  // namespace trawl
