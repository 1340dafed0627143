// Of Master: searches in which nothing works.
#include <utility>
#include <vector>

#include "trawl/cluster/master.hpp"

namespace trawl {
namespace {

constexpr std::int64_t kFailuresInARow = 20;

/// "trials 0, 1, 2: exit code 3; trial 3: signal 11"
std::string last_words(const std::map<TrialNumber, std::string>& errors) {
  std::vector<std::pair<std::string, std::vector<TrialNumber>>> groups;
  for (const auto& [trial, error] : errors) {
    auto group = groups.begin();
    while (group != groups.end() && group->first != error) ++group;
    if (group == groups.end()) group = groups.insert(group, {error, {}});
    group->second.push_back(trial);
  }
  std::string text;
  for (const auto& [error, trials] : groups) {
    text += fmt::format("{}trial{} {}: {}", text.empty() ? "" : "; ", trials.size() == 1 ? "" : "s",
                        fmt::join(trials, ", "), error);
  }
  return text;
}

/// "3 to 9"
std::string epochs_text(std::int64_t from_epoch, std::int64_t until_epoch) {
  if (until_epoch == kToTheEnd) return fmt::format("from {} on", from_epoch);
  return fmt::format("{} to {}", from_epoch, until_epoch - 1);
}

}  // namespace

void Master::fail_attempt(const Held& held, FailureCause cause, const std::string& reason, double now,
                          Decision& decision) {
  const bool is_loss = cause == FailureCause::cluster && plan_->decides();
  const StudyProgress::Attempts attempts = progress_.attempts(held.trial);
  const std::int64_t failed = attempts.failed + (plan_->decides() ? 0 : attempts.lost);
  if (!is_loss && failed + 1 >= max_attempts_) {
    TrialOutcome outcome;
    outcome.state = TrialState::failed;
    outcome.error = reason;
    return finish(held, std::move(outcome), now, decision);
  }
  wait_again(held.trial);
  record(AttemptFailed{held.trial, held.attempt, now, reason, cause}, decision);
  if (is_loss) note_loss(held.trial, reason, now, decision);
}

void Master::note_loss(TrialNumber trial, const std::string& reason, double now, Decision& decision) {
  OpenLeg& open = open_.at(trial);
  if (++open.losses < max_attempts_ || stopping_) return;
  on_stop();
  record(
      MessageLogged{now, MessageLogged::Level::error, -1,
                    fmt::format("trial {}, epochs {}: lost {} times in this run, so the search stops, as no "
                                "decision may depend on what happens to the workers; the same command "
                                "carries on. The last time {}",
                                trial, epochs_text(open.from_epoch, open.until_epoch), open.losses, reason)},
      decision);
}

// A study in which something has worked is not given up, whichever of its trials are tried again. Where the
// first n trials failed in earlier runs, one of those gave up, and what it had handed out ahead has failed as
// well: n others follow. Else it does not matter where a run was interrupted.
void Master::watch_first_trials(std::int64_t n) {
  if (n == 0 || progress_.n_ended_legs() > progress_.n_failed()) return;
  const bool anew = begins_with_failures(n);
  for (TrialNumber trial = 0; trial < progress_.n_trials(); ++trial) {
    const bool failed = progress_.is_failed(trial);
    if (!progress_.is_in_shard(trial) || (failed && anew)) continue;
    first_trials_[trial] = failed ? "in an earlier run" : "";
    n_first_failed_ += failed ? 1 : 0;
    if (static_cast<std::int64_t>(first_trials_.size()) == n) return;
  }
  first_trials_.clear();  // they are too few
}

// Of this shard's trials, the first n by number.
bool Master::begins_with_failures(std::int64_t n) const {
  for (TrialNumber trial = 0; n > 0 && trial < progress_.n_trials(); ++trial) {
    if (!progress_.is_in_shard(trial)) continue;
    if (!progress_.is_failed(trial)) return false;
    --n;
  }
  return n == 0;
}

void Master::note_failure(TrialNumber trial, const std::string& error, double now, Decision& decision) {
  warn_of_failures(trial, now, decision);
  const auto first = first_trials_.find(trial);
  if (first == first_trials_.end()) return;
  first->second = error;
  const bool all = ++n_first_failed_ == static_cast<std::int64_t>(first_trials_.size());
  if (all && !is_complete()) give_up(now, decision);
}

void Master::give_up(double now, Decision& decision) {
  gave_up_ = true;
  on_stop();
  record(MessageLogged{now, MessageLogged::Level::error, -1,
                       fmt::format(
                           "trials {} to {} have all failed, so the search stops; mend what is wrong and "
                           "give the same command again with --retry-failed, or go on with "
                           "cluster.give_up_after: 0. {}",
                           first_trials_.begin()->first, first_trials_.rbegin()->first,
                           last_words(first_trials_))},
         decision);
}

void Master::warn_of_failures(TrialNumber trial, double now, Decision& decision) {
  if (warned_of_failures_) return;
  const std::int64_t n = failures_beside(trial, -1) + 1 + failures_beside(trial, 1);
  if (n < kFailuresInARow) return;
  warned_of_failures_ = true;
  record(MessageLogged{now, MessageLogged::Level::warning, trial,
                       fmt::format("is one of {} in a row that have failed (said once)", n)},
         decision);
}

// Of this shard's trials, from `trial` in the direction of `step`.
std::int64_t Master::failures_beside(TrialNumber trial, TrialNumber step) const {
  std::int64_t n = 0;
  for (trial += step; trial >= 0 && trial < progress_.n_trials() && n < kFailuresInARow; trial += step) {
    if (!progress_.is_in_shard(trial)) continue;
    if (!progress_.is_failed(trial)) break;
    ++n;
  }
  return n;
}

}  // namespace trawl
