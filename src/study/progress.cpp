// Counts what is finished, has failed or is to be tried again.
#include "trawl/study/progress.hpp"

#include <algorithm>

#include "trawl/base/error.hpp"

namespace trawl {

StudyProgress::StudyProgress(std::int64_t n_trials, std::int64_t repeats,
                             ObjectiveDefinition::Direction direction, Shard shard, Keep keep)
    : repeats_(repeats),
      shard_(shard),
      keep_(keep),
      n_in_shard_(shard.share_of(n_trials / repeats) * repeats),
      finished_(static_cast<std::size_t>(n_trials), false),
      failed_(static_cast<std::size_t>(n_trials), false),
      ranking_(direction, repeats) {}

void StudyProgress::apply(const TrialEvent& event) {
  if (const auto* started = std::get_if<TrialStarted>(&event)) {
    on(*started);
  } else if (const auto* failed = std::get_if<AttemptFailed>(&event)) {
    Attempts& attempts = unfinished_[failed->trial];
    ++(failed->cause == FailureCause::cluster ? attempts.lost : attempts.failed);
  } else if (const auto* paused = std::get_if<TrialPaused>(&event)) {
    on(*paused);
  } else if (const auto* finished = std::get_if<TrialFinished>(&event)) {
    on(*finished);
  } else if (const auto* retried = std::get_if<TrialRetried>(&event)) {
    on(*retried);
  }
}

void StudyProgress::on(const TrialStarted& started) {
  Attempts& attempts = unfinished_[started.trial.number];
  // A study that goes on from a published file knows of a trial's earlier starts by this number alone.
  attempts.started = std::max(attempts.started + (attempts.paused ? 0 : 1), started.attempt);
  set_paused(attempts, false);
  if (keep_ == Keep::proposals) parameters_.try_emplace(started.trial.point, started.trial.parameters);
}

const Parameters* StudyProgress::parameters_of(std::int64_t point) const {
  const auto it = parameters_.find(point);
  return it == parameters_.end() ? nullptr : &it->second;
}

void StudyProgress::on(const TrialPaused& paused) {
  TRAWL_CHECK(!is_finished(paused.trial), "trial {} is paused after it has finished", paused.trial);
  std::vector<Pause>& pauses = legs_[paused.trial].pauses;
  TRAWL_CHECK(pauses.empty() || pauses.back().epoch < paused.epoch, "trial {} is paused twice at epoch {}",
              paused.trial, paused.epoch);
  pauses.push_back({paused.epoch, paused.value});
  ++n_pauses_;
  Attempts& attempts = unfinished_[paused.trial];
  attempts.failed = attempts.lost = 0;
  set_paused(attempts, true);
}

void StudyProgress::set_paused(Attempts& attempts, bool paused) {
  n_paused_ += (paused ? 1 : 0) - (attempts.paused ? 1 : 0);
  attempts.paused = paused;
}

void StudyProgress::on(const TrialFinished& finished) {
  const TrialNumber trial = finished.trial;
  TRAWL_CHECK(!is_finished(trial), "trial {} finished twice", trial);
  TRAWL_CHECK(is_in_shard(trial), "trial {} is of another shard than {}", trial, to_text(shard_));
  finished_[static_cast<std::size_t>(trial)] = true;
  const auto attempts = unfinished_.find(trial);
  if (attempts != unfinished_.end()) {
    set_paused(attempts->second, false);
    unfinished_.erase(attempts);
  }
  const TrialState state = finished.outcome.state;
  failed_[static_cast<std::size_t>(trial)] = state == TrialState::failed;
  ++(state == TrialState::complete ? n_complete_ : state == TrialState::pruned ? n_pruned_ : n_failed_);
  const double value = state == TrialState::complete ? finished.outcome.objective : kNan;
  ranking_.add(trial, value);
  if (keep_ == Keep::ends && legs_.count(trial) == 0) return;
  std::optional<End>& end = legs_[trial].end;
  if (!end) end = {state == TrialState::complete ? state : TrialState::failed, value};
}

void StudyProgress::on(const TrialRetried& retried) {
  TRAWL_CHECK(is_finished(retried.trial), "trial {} is retried before it has finished", retried.trial);
  --(is_failed(retried.trial) ? n_failed_ : n_complete_);
  finished_[static_cast<std::size_t>(retried.trial)] = false;
  failed_[static_cast<std::size_t>(retried.trial)] = false;
  ranking_.retry(retried.trial);
}

std::optional<LegResult> StudyProgress::result_of(const Leg& leg) const {
  const TrialNumber trial = leg.trial.number;
  const auto legs = legs_.find(trial);
  if (legs == legs_.end()) return std::nullopt;
  const auto& [pauses, end] = legs->second;
  const auto pause =
      std::find_if(pauses.begin(), pauses.end(), [&](const Pause& p) { return p.epoch == leg.until_epoch; });
  if (pause != pauses.end()) return LegResult{trial, TrialState::paused, leg.until_epoch, pause->value};
  if (end) return LegResult{trial, end->state, leg.until_epoch, end->value};
  return std::nullopt;
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
