// Holds one training: its number, parameters, learning curve and outcome.
#include "trawl/study/trial.hpp"

#include "trawl/base/random.hpp"

namespace trawl {

const char* to_text(TrialState state) {
  constexpr const char* kWords[] = {"waiting", "running", "complete", "pruned", "failed", "paused"};
  return kWords[static_cast<int>(state)];
}

std::uint64_t trial_seed(std::uint64_t study_seed, std::int64_t point, std::int64_t repeat) {
  return StreamKey(study_seed)
      .with(static_cast<std::uint64_t>(point))
      .with(static_cast<std::uint64_t>(repeat))
      .value();
}

}  // namespace trawl
