#pragma once

#include <string>
#include <vector>

#include "trawl/study/progress.hpp"
#include "trawl/study/trial_store.hpp"

namespace trawl {

/// Removes the checkpoints of trials that are finished, and what processes that died have left half written;
/// and the folder, where that was all. No other run may use it. What cannot be removed stays.
void remove_old_checkpoints(const std::string& folder, const StudyProgress& progress);

/// Removes the checkpoints of all trials in the same way: the study is complete.
void remove_all_checkpoints(const std::string& folder);

/// Hands events on to a store, and removes the checkpoint of each trial whose end is safe there.
class CheckpointRemover : public TrialStore {
 public:
  /// The store must outlive it.
  CheckpointRemover(TrialStore& store, std::string folder);
  void append(const std::vector<TrialEvent>& events) override;

 private:
  TrialStore& store_;
  std::string folder_;
};

}  // namespace trawl
