#include "trawl/cluster/master.hpp"

#include <algorithm>
#include <utility>

#include "trawl/base/error.hpp"

namespace trawl {
Master::Master(const StudyDefinition& study, const Sampler& sampler, StudyProgress progress)
    : search_(study.search),
      direction_(study.objective.direction),
      max_attempts_(study.cluster.max_attempts),
      lease_seconds_(study.cluster.heartbeat_timeout),
      sampler_(sampler),
      progress_(std::move(progress)) {
  TRAWL_CHECK(progress_.n_trials() == study.n_trials(), "{} trials, the study has {}", progress_.n_trials(),
              study.n_trials());
  watch_first_trials(study.cluster.give_up_after);
}

Decision Master::on_message(int rank, const FromWorker& message, double now) {
  Decision decision;
  const auto* hello = std::get_if<Hello>(&message);
  const auto* report = std::get_if<Report>(&message);
  if (is_lost(rank)) {
    if (report != nullptr) take_late_report(rank, *report, now, decision);
    return decision;
  }
  if (hello != nullptr) greet(rank, *hello);
  worker(rank).silent_seconds = 0.0;
  if (const auto* goodbye = std::get_if<Goodbye>(&message)) {
    say_goodbye(rank, *goodbye);
    return decision;
  }
  if (const auto* leaving = std::get_if<Leaving>(&message)) {
    take_leaving(rank, *leaving, now, decision);
    return decision;
  }
  decision.reply = RunTrials{};
  if (report != nullptr) take_report(rank, *report, now, decision);
  if (stopping_ || progress_.all_finished()) decision.reply = Stop{n_lost_ > 0};
  return decision;
}

void Master::greet(int rank, const Hello& hello) {
  WorkerState& state = workers_[rank];
  TRAWL_CHECK(state.presence == Presence::expected, "rank {} said Hello twice", rank);
  state.presence = Presence::present;
  state.row.rank = rank;
  state.row.host = hello.host;
  ++n_workers_;
}

void Master::say_goodbye(int rank, const Goodbye& goodbye) {
  WorkerState& state = worker(rank);
  note_times(state, goodbye.busy_seconds, goodbye.idle_seconds);
  state.changed = true;
  state.presence = Presence::left;
  --n_workers_;
}

void Master::note_times(WorkerState& state, double busy_seconds, double idle_seconds) {
  state.changed = state.changed || busy_seconds != state.row.busy_seconds;
  state.row.busy_seconds = busy_seconds;
  state.row.idle_seconds = idle_seconds;
}

void Master::take_report(int rank, const Report& report, double now, Decision& decision) {
  note_times(worker(rank), report.busy_seconds, report.idle_seconds);
  for (const TrialNews& news : report.news) {
    std::visit([&](const auto& item) { take(rank, item, now, decision); }, news);
  }
  if (report.stop_requested) on_stop();
  if (!stopping_) assign(rank, report.wanted, now, decision);
}

void Master::take(int rank, const EpochsReported& epochs, double /*now*/, Decision& decision) {
  if (is_running_on(rank, epochs.trial, epochs.attempt)) record(epochs, decision);
}

void Master::take(int rank, const TrialDone& done, double now, Decision& decision) {
  if (!release(rank, done.trial, done.attempt)) return;
  TrialOutcome outcome = done.outcome;
  // Another trial may have become better while this one was trained.
  if (!weights_rule(done.trial).keeps(outcome.objective)) outcome.weights.clear();
  ++worker(rank).row.trials;
  finish(done.trial, done.attempt, std::move(outcome), now, decision);
}

void Master::take(int rank, const TrialFailed& failed, double now, Decision& decision) {
  if (release(rank, failed.trial, failed.attempt)) {
    fail_attempt(failed.trial, failed.attempt, failed.reason, now, decision);
  }
}

void Master::fail_attempt(TrialNumber trial, std::int64_t attempt, const std::string& reason, double now,
                          Decision& decision) {
  if (progress_.attempts(trial).failed + 1 >= max_attempts_) {
    TrialOutcome outcome;
    outcome.state = TrialState::failed;
    outcome.error = reason;
    return finish(trial, attempt, std::move(outcome), now, decision);
  }
  running_.erase(trial);
  retries_.push_back(trial);
  record(AttemptFailed{trial, attempt, now, reason}, decision);
}

void Master::take(int /*rank*/, const MessageLogged& message, double now, Decision& decision) {
  record(MessageLogged{now, message.level, message.trial, message.text}, decision);
}

bool Master::is_running_on(int rank, TrialNumber trial, std::int64_t attempt) const {
  const std::vector<Held>& held = workers_.at(rank).held;
  if (std::find(held.begin(), held.end(), Held{trial, attempt}) == held.end()) return false;
  if (is_lost(rank)) return !progress_.is_finished(trial);
  const auto it = running_.find(trial);
  return it != running_.end() && it->second == rank;
}

bool Master::release(int rank, TrialNumber trial, std::int64_t attempt) {
  const bool counts = is_running_on(rank, trial, attempt);
  std::vector<Held>& held = worker(rank).held;
  held.erase(std::remove(held.begin(), held.end(), Held{trial, attempt}), held.end());
  return counts;
}

void Master::finish(TrialNumber trial, std::int64_t attempt, TrialOutcome outcome, double now,
                    Decision& decision) {
  running_.erase(trial);
  const TrialState state = outcome.state;
  const std::string error = outcome.error;
  record(TrialFinished{trial, attempt, now, std::move(outcome)}, decision);
  if (state == TrialState::failed) return note_failure(trial, error, now, decision);
  if (first_trials_.count(trial) > 0) first_trials_.clear();
}

void Master::assign(int rank, std::int64_t wanted, double now, Decision& decision) {
  // A worker that trains short trials asks for several. In the tail it gets one: the last
  // trials are shared among all workers.
  const std::int64_t waiting = progress_.n_unfinished() - n_running();
  const std::int64_t fair = std::max<std::int64_t>(1, waiting / (2 * std::max<std::int64_t>(1, n_workers_)));
  auto& assignments = std::get<RunTrials>(*decision.reply).assignments;
  for (std::int64_t i = 0; i < std::min(wanted, fair); ++i) {
    // A trial that is tried again goes alone: if it ends its worker, it is known which one did.
    const bool is_retry = !retries_.empty();
    if (is_retry && !worker(rank).held.empty()) return;
    const std::optional<TrialNumber> number = next_trial();
    if (!number) return;
    Assignment assignment = make_assignment(*number);
    running_[*number] = rank;
    worker(rank).held.push_back({*number, assignment.attempt});
    record(TrialStarted{assignment.trial, assignment.attempt, rank, worker(rank).row.host, now}, decision);
    assignments.push_back(std::move(assignment));
    if (is_retry) return;
  }
}

std::optional<TrialNumber> Master::next_trial() {
  while (!retries_.empty()) {
    const TrialNumber number = retries_.front();
    retries_.pop_front();
    if (!progress_.is_finished(number)) return number;  // a late result may have come
  }
  while (cursor_ < progress_.n_trials() && (progress_.is_finished(cursor_) || !progress_.is_own(cursor_))) {
    ++cursor_;
  }
  if (cursor_ == progress_.n_trials()) return std::nullopt;
  return cursor_++;
}

Assignment Master::make_assignment(TrialNumber number) const {
  Assignment assignment;
  assignment.trial.number = number;
  assignment.trial.point = number / search_.repeats;
  assignment.trial.repeat = number % search_.repeats;
  assignment.trial.parameters = sampler_.point(assignment.trial.point);
  assignment.attempt = progress_.attempts(number).started + 1;
  assignment.weights_rule = weights_rule(number);
  return assignment;
}

WeightsRule Master::weights_rule(TrialNumber number) const {
  const auto& best = progress_.ranking().best();
  return {number % search_.repeats == 0, search_.repeats > 1, direction_, best ? best->objective : kNan};
}

void Master::record(TrialEvent event, Decision& decision) {
  progress_.apply(event);
  decision.events.push_back(std::move(event));
}

Master::WorkerState& Master::worker(int rank) {
  const auto it = workers_.find(rank);
  TRAWL_CHECK(it != workers_.end(), "rank {} has not said Hello", rank);
  return it->second;
}

std::vector<TrialEvent> Master::worker_rows() {
  std::vector<TrialEvent> events;
  for (auto& [rank, state] : workers_) {
    if (std::exchange(state.changed, false)) events.emplace_back(state.row);
  }
  return events;
}

}  // namespace trawl
