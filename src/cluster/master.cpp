// Decides which worker trains which trial.
#include "trawl/cluster/master.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "trawl/base/error.hpp"
#include "trawl/base/patience.hpp"

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

Master::Master(const StudyDefinition& study, const Sampler& sampler, StudyProgress progress, LegCost cost)
    : Master(study, nullptr, std::move(progress)) {
  plan_ = make_plan(study, sampler, progress_, std::move(cost));
  look_ahead();
}

Master::Master(const StudyDefinition& study, std::unique_ptr<Plan> plan, StudyProgress progress)
    : repeats_(study.search.repeats),
      objective_(study.objective),
      metric_(study.metrics.place_of(study.objective.metric).value_or(study.metrics.size())),
      max_attempts_(study.cluster.max_attempts),
      lease_seconds_(study.cluster.heartbeat_timeout),
      progress_(std::move(progress)),
      plan_(std::move(plan)) {
  TRAWL_CHECK(progress_.n_trials() == study.n_trials(), "{} trials, the study has {}", progress_.n_trials(),
              study.n_trials());
  watch_first_trials(study.cluster.give_up_after);
  if (plan_) look_ahead();
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
  if (stopping_ || is_complete()) decision.reply = Stop{n_lost_ > 0};
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
  const std::vector<Held>& held = workers_.at(rank).held;
  const bool any = std::any_of(held.begin(), held.end(), [&](const Held& h) {
    return h.trial == epochs.trial && h.attempt == epochs.attempt && counts(rank, h);
  });
  if (any) record(epochs, decision);
}

void Master::take(int rank, const LegDone& done, double now, Decision& decision) {
  const Held held{done.trial, done.attempt, done.until_epoch};
  if (!release(rank, held)) return;
  if (done.outcome.state == TrialState::paused) {
    if (held.until_epoch != kToTheEnd) return pause(held, done.outcome, now, decision);
    return fail_attempt(held, FailureCause::trial, "it paused on the way to its end", now, decision);
  }
  TrialOutcome outcome = done.outcome;
  // Another trial may have become better while this one was trained.
  if (!weights_rule(done.trial).keeps(outcome.objective)) outcome.weights.clear();
  ++worker(rank).row.trials;
  finish(held, std::move(outcome), now, decision);
}

void Master::take(int rank, const LegFailed& failed, double now, Decision& decision) {
  const Held held{failed.trial, failed.attempt, failed.until_epoch};
  if (release(rank, held)) fail_attempt(held, failed.cause, failed.reason, now, decision);
}

void Master::take(int /*rank*/, const MessageLogged& message, double now, Decision& decision) {
  record(MessageLogged{now, message.level, message.trial, message.text}, decision);
}

bool Master::counts(int rank, const Held& held) const {
  const auto it = open_.find(held.trial);
  if (it == open_.end() || it->second.until_epoch != held.until_epoch) return false;
  return it->second.rank == rank || is_lost(rank);
}

bool Master::release(int rank, const Held& held) {
  std::vector<Held>& all = worker(rank).held;
  const auto it = std::find(all.begin(), all.end(), held);
  if (it == all.end()) return false;
  all.erase(it);
  return counts(rank, held);
}

void Master::set_rank(OpenLeg& open, int rank) {
  n_running_ += (rank != kNobody ? 1 : 0) - (open.rank != kNobody ? 1 : 0);
  open.rank = rank;
}

void Master::wait_again(TrialNumber trial) {
  set_rank(open_.at(trial), kNobody);
  retries_.push_back(trial);
}

void Master::pause(const Held& held, const TrialOutcome& outcome, double now, Decision& decision) {
  record(TrialPaused{held.trial, held.attempt, held.until_epoch, outcome.objective, outcome.seconds, now},
         decision);
  if (first_trials_.count(held.trial) > 0) first_trials_.clear();
  close(held.trial, {held.trial, TrialState::paused, held.until_epoch, outcome.objective});
}

void Master::finish(const Held& held, TrialOutcome outcome, double now, Decision& decision) {
  const TrialState state = outcome.state;
  const double value = state == TrialState::complete ? outcome.objective : kNan;
  const std::string error = outcome.error;
  record(TrialFinished{held.trial, held.attempt, now, std::move(outcome)}, decision);
  const TrialState told = state == TrialState::complete ? state : TrialState::failed;
  close(held.trial, {held.trial, told, held.until_epoch, value});
  if (state == TrialState::failed) return note_failure(held.trial, error, now, decision);
  if (first_trials_.count(held.trial) > 0) first_trials_.clear();
}

void Master::close(TrialNumber trial, const LegResult& result) {
  const auto open = open_.find(trial);
  set_rank(open->second, kNobody);
  const bool is_planned = open->second.is_planned;
  open_.erase(open);
  if (is_planned) plan_->take(result);
  look_ahead();
}

void Master::assign(int rank, std::int64_t wanted, double now, Decision& decision) {
  // A worker that trains short trials asks for several. In the tail it gets one: the last
  // trials are shared among all workers.
  const std::int64_t waiting = plan_->n_ready() + (ahead_ ? 1 : 0) + std::ssize(open_) - n_running();
  const std::int64_t fair = std::max<std::int64_t>(1, waiting / (2 * std::max<std::int64_t>(1, n_workers_)));
  auto& assignments = std::get<RunTrials>(*decision.reply).assignments;
  WorkerState& state = worker(rank);
  for (std::int64_t i = 0; i < std::min(wanted, fair); ++i) {
    // A leg that is tried again goes alone: if it ends its worker, it is known which one did.
    const bool is_retry = !retries_.empty();
    if (is_retry && !state.held.empty()) return;
    std::optional<Leg> leg = next_leg(rank);
    if (!leg) return;
    if (std::optional<LegPlanned> planned = plan_->origin_of(*leg)) record(std::move(*planned), decision);
    Assignment assignment = make_assignment(std::move(*leg));
    state.held.push_back({assignment.trial.number, assignment.attempt, assignment.until_epoch});
    record(
        TrialStarted{assignment.trial, assignment.attempt, rank, state.row.host, now, assignment.until_epoch},
        decision);
    assignments.push_back(std::move(assignment));
    if (is_retry) return;
  }
}

std::optional<Leg> Master::next_leg(int rank) {
  std::optional<Leg> leg = next_retry(rank);
  if (leg) return leg;
  leg = ahead_ ? std::exchange(ahead_, std::nullopt) : next_of_plan();
  if (!leg) return leg;
  const auto [open, is_new] =
      open_.try_emplace(leg->trial.number, OpenLeg{leg->from_epoch, leg->until_epoch});
  TRAWL_CHECK(is_new, "two legs of trial {} at once", leg->trial.number);
  set_rank(open->second, rank);
  return leg;
}

std::optional<Leg> Master::next_retry(int rank) {
  while (!retries_.empty()) {
    const TrialNumber trial = retries_.front();
    retries_.pop_front();
    const auto it = open_.find(trial);
    // A late result may have come, and more since.
    if (it == open_.end() || it->second.rank != kNobody) continue;
    OpenLeg& open = it->second;
    set_rank(open, rank);
    const std::int64_t point = trial / repeats_;
    return Leg{{trial, point, trial % repeats_, plan_->point(point)}, open.from_epoch, open.until_epoch};
  }
  return std::nullopt;
}

// What it names and is known is told at once.
std::optional<Leg> Master::next_of_plan() {
  for (;;) {
    std::optional<Leg> leg = plan_->next();
    if (!leg || !plan_->decides()) return leg;
    const std::optional<LegResult> known = progress_.result_of(*leg);
    if (!known) return leg;
    const bool waits = known->state != TrialState::paused && !progress_.is_finished(known->trial);
    if (waits) try_beside_plan(known->trial);
    plan_->take(*known);
  }
}

void Master::look_ahead() {
  if (!ahead_ && plan_->decides()) ahead_ = next_of_plan();
}

void Master::try_beside_plan(TrialNumber trial) {
  open_.try_emplace(trial, OpenLeg{0, kToTheEnd, kNobody, false});
  retries_.push_back(trial);
}

Assignment Master::make_assignment(Leg leg) const {
  const StudyProgress::Attempts attempts = progress_.attempts(leg.trial.number);
  Assignment assignment;
  assignment.weights_rule = weights_rule(leg.trial.number);
  assignment.trial = std::move(leg.trial);
  assignment.attempt = attempts.started + (attempts.paused ? 0 : 1);
  assignment.from_epoch = leg.from_epoch;
  assignment.until_epoch = leg.until_epoch;
  assignment.pause_rule = {metric_, objective_.direction, objective_.at};
  return assignment;
}

WeightsRule Master::weights_rule(TrialNumber number) const {
  const auto& best = progress_.ranking().best();
  return {number % repeats_ == 0, repeats_ > 1, objective_.direction, best ? best->objective : kNan};
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

// Workers that die, hang or come too late.

void Master::expect_workers(std::int64_t n_workers) {
  for (int rank = 1; rank <= n_workers; ++rank) workers_[rank].row.rank = rank;
}

bool Master::is_lost(int rank) const {
  const auto it = workers_.find(rank);
  return it != workers_.end() && it->second.presence == Presence::lost;
}

void Master::lose(int rank, double now, const std::string& reason, Blame blame, Decision& decision) {
  WorkerState& state = worker(rank);
  if (state.presence == Presence::present) --n_workers_;
  state.presence = Presence::lost;
  state.row.lost_at = now;
  ++n_lost_;
  const std::string who =
      fmt::format("rank {}{}{}", rank, state.row.host.empty() ? "" : " on ", state.row.host);
  record(MessageLogged{now, MessageLogged::Level::warning, -1,
                       fmt::format("the worker of {} is lost: {}", who, reason)},
         decision);
  record(state.row, decision);
  state.changed = false;
  // Of several that go for the first time it is not known which was being trained: they wait again, with
  // nothing against them, and go alone. So do all where the whole run is ending.
  const bool is_known = !state.held.empty() && (state.held.size() == 1 || state.held.front().attempt > 1);
  bool is_blamed = blame == Blame::trial && !stopping_ && is_known;
  for (const Held& held : state.held) {
    const bool was_first = std::exchange(is_blamed, false);
    const auto open = open_.find(held.trial);
    if (open == open_.end() || open->second.rank != rank) continue;
    if (open->second.until_epoch != held.until_epoch) continue;
    if (was_first) {
      fail_attempt(held, FailureCause::cluster, fmt::format("its worker ({}) is lost: {}", who, reason), now,
                   decision);
    } else {
      wait_again(held.trial);
    }
  }
}

std::vector<TrialEvent> Master::on_lost(int rank, double now, const std::string& reason) {
  Decision decision;
  const Presence presence = worker(rank).presence;
  if (presence == Presence::expected || presence == Presence::present)
    lose(rank, now, reason, Blame::trial, decision);
  return std::move(decision.events);
}

std::vector<TrialEvent> Master::on_tick(double now) {
  const double seconds = std::isnan(ticked_at_) ? 0.0 : std::clamp(now - ticked_at_, 0.0, kLongestTick);
  ticked_at_ = now;
  if (stopping_) return {};  // they may be silent until they have stopped
  Decision decision;
  for (auto& [rank, state] : workers_) {
    if (state.presence == Presence::left || state.presence == Presence::lost) continue;
    state.silent_seconds += seconds;
    if (state.silent_seconds <= lease_seconds_) continue;
    lose(rank, now, fmt::format("it was silent for {:.0f} s", lease_seconds_), Blame::trial, decision);
  }
  return std::move(decision.events);
}

// What happened to its host is no trial's fault, so it costs no attempt.
void Master::take_leaving(int rank, const Leaving& leaving, double now, Decision& decision) {
  for (const TrialNews& news : leaving.news) {
    std::visit([&](const auto& item) { take(rank, item, now, decision); }, news);
  }
  lose(rank, now, leaving.reason, Blame::nobody, decision);
}

// Of a lost worker whole results count, and nothing else: its trials' attempts have failed.
void Master::take_late_report(int rank, const Report& report, double now, Decision& decision) {
  note_times(worker(rank), report.busy_seconds, report.idle_seconds);
  std::vector<TrialNumber> done;
  for (const TrialNews& news : report.news) {
    if (const auto* item = std::get_if<LegDone>(&news)) done.push_back(item->trial);
  }
  const auto has_result = [&](TrialNumber trial) {
    return std::find(done.begin(), done.end(), trial) != done.end();
  };
  for (const TrialNews& news : report.news) {
    const auto* epochs = std::get_if<EpochsReported>(&news);
    if (epochs != nullptr && has_result(epochs->trial)) take(rank, *epochs, now, decision);
    if (const auto* item = std::get_if<LegDone>(&news)) take(rank, *item, now, decision);
  }
}

// Searches in which nothing works.

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
