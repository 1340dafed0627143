// Of Master: workers that die, hang or come too late.
#include <algorithm>
#include <cmath>
#include <utility>

#include "trawl/base/error.hpp"
#include "trawl/base/patience.hpp"
#include "trawl/cluster/master.hpp"

namespace trawl {

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
    if (const auto* item = std::get_if<TrialDone>(&news)) done.push_back(item->trial);
  }
  const auto has_result = [&](TrialNumber trial) {
    return std::find(done.begin(), done.end(), trial) != done.end();
  };
  for (const TrialNews& news : report.news) {
    const auto* epochs = std::get_if<EpochsReported>(&news);
    if (epochs != nullptr && has_result(epochs->trial)) take(rank, *epochs, now, decision);
    if (const auto* item = std::get_if<TrialDone>(&news)) take(rank, *item, now, decision);
  }
}

}  // namespace trawl
