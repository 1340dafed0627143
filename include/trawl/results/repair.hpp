#pragma once

#include <cstdint>
#include <string>

namespace trawl {

struct RepairReport {
  bool rebuilt = false;  ///< false: the file was sound, nothing was done to it
  std::int64_t n_trials = 0;
  std::int64_t n_finished = 0;
  std::int64_t n_epochs = 0;  ///< rows of /epochs
  std::string set_aside;      ///< where a damaged or foreign file was moved; "" if there was none
};

/// Rebuilds FILE.h5 from its journal without running anything; the journal stays, and `run`
/// carries on from it. A file that is whole without its journal is left alone. Throws StoreError if a run
/// writes the file, or if it is damaged and has no journal.
RepairReport repair(const std::string& path);

}  // namespace trawl
