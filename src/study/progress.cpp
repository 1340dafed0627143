#include "trawl/study/progress.hpp"

#include <algorithm>

#include "trawl/base/error.hpp"

namespace trawl {

StudyProgress::StudyProgress(std::int64_t n_trials, std::int64_t repeats,
                             ObjectiveDefinition::Direction direction, Shard shard)
    : repeats_(repeats),
      shard_(shard),
      n_own_(shard.share_of(n_trials / repeats) * repeats),
      finished_(static_cast<std::size_t>(n_trials), false),
      failed_(static_cast<std::size_t>(n_trials), false),
      ranking_(direction, repeats) {}

void StudyProgress::apply(const TrialEvent& event) {
  if (const auto* started = std::get_if<TrialStarted>(&event)) {
    // A study that goes on from a published file knows of a trial's earlier starts by this number alone.
    std::int64_t& n = unfinished_[started->trial.number].started;
    n = std::max(n + 1, started->attempt);
  } else if (const auto* failed = std::get_if<AttemptFailed>(&event)) {
    ++unfinished_[failed->trial].failed;
  } else if (const auto* finished = std::get_if<TrialFinished>(&event)) {
    TRAWL_CHECK(!is_finished(finished->trial), "trial {} finished twice", finished->trial);
    TRAWL_CHECK(is_own(finished->trial), "trial {} is of another shard than {}", finished->trial,
                to_text(shard_));
    finished_[static_cast<std::size_t>(finished->trial)] = true;
    unfinished_.erase(finished->trial);
    const TrialState state = finished->outcome.state;
    failed_[static_cast<std::size_t>(finished->trial)] = state == TrialState::failed;
    ++(state == TrialState::complete ? n_complete_ : state == TrialState::pruned ? n_pruned_ : n_failed_);
    ranking_.add(finished->trial, state == TrialState::complete ? finished->outcome.objective : kNan);
  } else if (const auto* retried = std::get_if<TrialRetried>(&event)) {
    TRAWL_CHECK(is_finished(retried->trial), "trial {} is retried before it has finished", retried->trial);
    --(is_failed(retried->trial) ? n_failed_ : n_complete_);
    finished_[static_cast<std::size_t>(retried->trial)] = false;
    failed_[static_cast<std::size_t>(retried->trial)] = false;
    ranking_.retry(retried->trial);
  }
}

std::vector<TrialNumber> StudyProgress::to_retry() const {
  std::vector<TrialNumber> trials;
  for (TrialNumber first = 0; first < n_trials(); first += repeats_) {
    const auto begin = failed_.begin() + first;
    if (std::find(begin, begin + repeats_, true) == begin + repeats_) continue;
    for (TrialNumber trial = first; trial < first + repeats_; ++trial) {
      if (is_failed(trial) || (trial == first && is_finished(trial))) trials.push_back(trial);
    }
  }
  return trials;
}

bool StudyProgress::is_finished(TrialNumber trial) const {
  TRAWL_CHECK(trial >= 0 && trial < n_trials(), "trial {} of {}", trial, n_trials());
  return finished_[static_cast<std::size_t>(trial)];
}

bool StudyProgress::is_failed(TrialNumber trial) const {
  TRAWL_CHECK(trial >= 0 && trial < n_trials(), "trial {} of {}", trial, n_trials());
  return failed_[static_cast<std::size_t>(trial)];
}

StudyProgress::Attempts StudyProgress::attempts(TrialNumber trial) const {
  const auto it = unfinished_.find(trial);
  return it == unfinished_.end() ? Attempts{} : it->second;
}

}  // namespace trawl
