// Receives, makes safe and replies, around the master's decisions.
#include "trawl/cluster/master_loop.hpp"

#include <utility>

#include "trawl/base/clock.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/patience.hpp"

namespace trawl {
namespace {

// One write to the journal serves so many messages at most, and about so many events.
constexpr int kBatch = 256;
constexpr std::size_t kBatchEvents = 10'000;
constexpr double kWorkerRowsSeconds = 10.0;

}  // namespace

MasterLoop::MasterLoop(Link& link, Master& master, TrialStore& store, StudyMonitor& monitor,
                       std::int64_t n_workers, std::function<bool()> stop_requested)
    : link_(link),
      master_(master),
      store_(store),
      monitor_(monitor),
      n_workers_(n_workers),
      stop_requested_(std::move(stop_requested)) {}

void MasterLoop::run() {
  master_.expect_workers(n_workers_);
  while (!finished()) {
    if (!step()) wait();
  }
  store_worker_rows();
}

void MasterLoop::run_with(Worker& worker) {
  while (!finished()) {
    const bool worker_did = worker.step();
    const bool master_did = step();
    if (!worker_did && !master_did) worker.wait();
  }
  store_worker_rows();
}

bool MasterLoop::finished() const {
  if (n_goodbyes_ + master_.n_lost() == n_workers_) return true;
  return stopping_since_ > 0 && steady_time() - stopping_since_ > kGoodbyeSeconds;
}

bool MasterLoop::step() {
  if (stop_requested_()) master_.on_stop();
  std::vector<TrialEvent> events;
  int n_received = 0;
  for (; n_received < kBatch && events.size() < kBatchEvents; ++n_received) {
    const std::optional<Received> received = link_.receive();
    if (!received) break;
    take(*received, events);
  }
  store(events);
  send_replies();
  tick();
  if (n_received > 0) backoff_.reset();
  return n_received > 0;
}

void MasterLoop::take(const Received& received, std::vector<TrialEvent>& events) {
  const FromWorker message = from_worker(received.bytes);
  if (!master_.is_lost(received.rank)) note_presence(received.rank, message);
  Decision decision = master_.on_message(received.rank, message, unix_time());
  for (TrialEvent& event : decision.events) events.push_back(std::move(event));
  if (decision.reply) replies_.emplace_back(received.rank, std::move(*decision.reply));
}

void MasterLoop::note_presence(int rank, const FromWorker& message) {
  if (const auto* hello = std::get_if<Hello>(&message)) local_.note(rank, *hello);
  if (!std::holds_alternative<Goodbye>(message)) return;
  local_.expect_end(rank);
  ++n_goodbyes_;
}

void MasterLoop::look_for_lost() {
  const double now = unix_time();
  for (const auto& [rank, reason] : local_.take_ended()) store(master_.on_lost(rank, now, reason));
  store(master_.on_tick(now));
}

void MasterLoop::end_hung_workers() {
  constexpr double kPatience = 2.0;
  local_.end_all(kPatience);
}

void MasterLoop::store(const std::vector<TrialEvent>& events) {
  if (events.empty() || !store_error_.empty()) return;
  try {
    store_.append(events);
    monitor_.on_events(events, master_);
  } catch (const StoreError& e) {
    // Nothing may be promised that is not safe: everybody stops here, and the next run
    // carries on from what was stored.
    store_error_ = e.what();
    master_.on_stop();
    for (auto& [rank, reply] : replies_) reply = Stop{master_.n_lost() > 0};
  }
}

void MasterLoop::send_replies() {
  for (const auto& [rank, reply] : replies_) link_.send(rank, to_bytes(reply));
  replies_.clear();
}

void MasterLoop::tick() {
  const double now = steady_time();
  const bool stops = master_.stopping() || master_.is_complete();
  if (stops && stopping_since_ == 0.0) stopping_since_ = now;
  if (now < next_tick_) return;
  next_tick_ = now + kTickSeconds;
  look_for_lost();
  monitor_.on_tick(master_);
  if (now < next_worker_rows_) return;
  next_worker_rows_ = now + kWorkerRowsSeconds;
  store_worker_rows();
}

void MasterLoop::store_worker_rows() { store(master_.worker_rows()); }

}  // namespace trawl
