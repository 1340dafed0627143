// Lists what there is to tell a user of a run.
#pragma once

#include <string>

#include "trawl/cluster/master_loop.hpp"
#include "trawl/results/results_store.hpp"
#include "trawl/study/definition.hpp"
#include "trawl/study/shard.hpp"

namespace trawl {

/// What stays the same while a study runs. What it refers to lives as long as the run.
struct RunFacts {
  const StudyDefinition& study;
  const Shard& shard;
  const std::string& results;  ///< the path of the results file
  bool retries_failed = false;
  int n_workers = 1;
};

/// Hears, on rank 0, how far a run is, for people. Says nothing of errors: those are logged.
class RunMonitor : public StudyMonitor {
 public:
  /// All trials had finished before: there is nothing to do, and nothing else is told.
  virtual void on_complete_already(const RunFacts& run, const StudyProgress& progress) = 0;
  /// The store is open; from now on legs are handed out. Before all events.
  virtual void on_start(const RunFacts& run, const ResultsStore& store) = 0;
  /// Nothing is trained any more. What there is has still to be stored.
  virtual void on_trained(const Master& master) = 0;
  /// The end of a run whose study is not complete, when its results are stored.
  virtual void on_stopped(const RunFacts& run, const Master& master) = 0;
  /// The end of a run whose study is complete, when its file is the last version.
  virtual void on_complete(const RunFacts& run, const StudyProgress& progress) = 0;
};

}  // namespace trawl
