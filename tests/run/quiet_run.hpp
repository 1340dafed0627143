#pragma once

#include <vector>

#include "trawl/run/run_study.hpp"

namespace trawl::testing {

/// Tells nobody.
class QuietMonitor : public RunMonitor {
 public:
  void on_complete_already(const RunFacts& /*run*/, const StudyProgress& /*progress*/) override {}
  void on_start(const RunFacts& /*run*/, const ResultsStore& /*store*/) override {}
  void on_events(const std::vector<TrialEvent>& /*events*/, const Master& /*master*/) override {}
  void on_tick(const Master& /*master*/) override {}
  void on_trained(const Master& /*master*/) override {}
  void on_stopped(const RunFacts& /*run*/, const Master& /*master*/) override {}
  void on_complete(const RunFacts& /*run*/, const StudyProgress& /*progress*/) override {}
};

/// trawl's own program, in this process alone.
inline int run_quietly(const RunOptions& options) {
  QuietMonitor monitor;
  return run_study(options, perceptron_program(), monitor);
}

}  // namespace trawl::testing
