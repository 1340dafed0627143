// Pulls trials, has them trained, and reports.
#include "trawl/cluster/worker.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <unistd.h>

#include "trawl/base/clock.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/host.hpp"
#include "trawl/base/patience.hpp"

namespace trawl {
namespace {

// A worker that finds nothing to do asks again soon, then less often: another's trial may
// fail and be waiting again.
constexpr double kShortestPause = 0.005;
constexpr double kLongestPause = 0.25;
constexpr double kGraceStepSeconds = 0.05;
// Trials shorter than this are fetched several at a time, about so much work at once; half of it is left when
// the next are asked for, so that nobody waits for the answer.
constexpr double kShortTrialSeconds = 0.05;
// The reports of half as many trials of 50 epochs stay under the megabyte that is safe to send.
constexpr std::int64_t kMostAtOnce = 256;
// What happens within so short a time is one report, if there is work enough left.
constexpr double kGatherSeconds = 0.05;

}  // namespace

Worker::Worker(Link& link, int master_rank, TrialExecutor& executor, std::string host,
               std::function<bool()> stop_requested)
    : link_(link),
      master_rank_(master_rank),
      executor_(executor),
      host_(std::move(host)),
      stop_requested_(std::move(stop_requested)),
      idle_pause_(kShortestPause),
      mean_trial_seconds_(kShortTrialSeconds),
      accounted_until_(steady_time()) {
  executor_.beat_while_training([this] { beat(); });
}

void Worker::watch_master(std::function<bool()> is_gone, double patience, double lease,
                          double stop_patience) {
  master_is_gone_ = std::move(is_gone);
  patience_ = patience;
  stop_patience_ = stop_patience;
  lease_ = lease;
}

void Worker::run() {
  while (!finished_) {
    if (!step()) wait();
  }
}

bool Worker::step() {
  account();
  bool did = receive();
  if (told_to_stop_ || stop_requested_()) stop_training();
  did = take_news() || did;
  if (leave_if_stuck()) return true;
  did = start_next() || did;
  did = speak() || did;
  if (did) backoff_.reset();
  return did;
}

void Worker::account() {
  const double now = steady_time();
  (has_work() ? busy_seconds_ : idle_seconds_) += now - accounted_until_;
  accounted_until_ = now;
}

bool Worker::receive() {
  if (!awaiting_reply_) return false;
  const std::optional<Received> received = link_.receive();
  if (!received) {
    check_master();
    return false;
  }
  awaiting_reply_ = false;
  const ToWorker message = to_worker(received->bytes);
  if (const auto* stop = std::get_if<Stop>(&message)) {
    somebody_died_ = stop->somebody_died;
    told_to_stop_ = true;
    return true;
  }
  const auto& assignments = std::get<RunTrials>(message).assignments;
  idle_pause_ =
      assignments.empty() && asked_idly_ ? std::min(2 * idle_pause_, kLongestPause) : kShortestPause;
  queue_.insert(queue_.end(), assignments.begin(), assignments.end());
  return true;
}

void Worker::check_master() {
  // All ranks may have been suspended for a while: time in which nobody looked does not count.
  const double now = steady_time();
  unanswered_seconds_ += std::min(now - looked_at_, kBeatSeconds);
  looked_at_ = now;
  if (unanswered_seconds_ < kBeatSeconds) return;  // so long it may well be busy
  if (master_is_gone_ && master_is_gone_()) throw CommError("the master has ended");
  const double patience = stop_requested_() ? std::min(patience_, stop_patience_) : patience_;
  if (unanswered_seconds_ > patience) {
    throw CommError(fmt::format("the master has not answered for {:.0f} s", patience));
  }
}

bool Worker::take_news() {
  std::vector<TrialNews> news = executor_.poll();
  for (TrialNews& item : news) {
    auto* epochs = std::get_if<EpochsReported>(&item);
    if (ends_attempt(item)) note_end_of_trial();
    auto* before = news_.empty() ? nullptr : std::get_if<EpochsReported>(&news_.back());
    if (epochs != nullptr && before != nullptr && before->trial == epochs->trial &&
        before->attempt == epochs->attempt) {
      before->records.insert(before->records.end(), epochs->records.begin(), epochs->records.end());
    } else {
      news_.push_back(std::move(item));
    }
  }
  if (!executor_.running()) training_ = false;
  return !news.empty();
}

void Worker::note_end_of_trial() {
  training_ = false;
  constexpr double kWeight = 0.2;
  mean_trial_seconds_ += kWeight * (steady_time() - trial_started_at_ - mean_trial_seconds_);
}

void Worker::stop_training() {
  queue_.clear();
  if (!stopped_at_) {
    stopped_at_ = steady_time();
    executor_.stop();
  } else if (executor_.running() && steady_time() > *stopped_at_ + kGraceSeconds) {
    executor_.cancel();
  }
}

// The trials that it holds go to other workers. It has been told what it asked before, so that nobody answers
// a rank that has gone.
bool Worker::leave_if_stuck() {
  const std::string why = executor_.stuck();
  if (why.empty() || awaiting_reply_ || finished_) return false;
  send(Leaving{why, std::exchange(news_, {})});
  somebody_died_ = true;
  finished_ = true;
  return true;
}

bool Worker::start_next() {
  if (executor_.running() || queue_.empty() || !executor_.stuck().empty()) return false;
  const Assignment assignment = std::move(queue_.front());
  queue_.pop_front();
  trial_started_at_ = steady_time();
  training_ = true;
  executor_.start(assignment);
  return true;
}

bool Worker::speak() {
  if (finished_ || awaiting_reply_ || (told_to_stop_ && executor_.running())) return false;
  if (told_to_stop_ && news_.empty()) {
    send(Goodbye{busy_seconds_, idle_seconds_});
    finished_ = true;
    return true;
  }
  const bool stop = stop_requested_() && !stop_reported_;
  const bool due = steady_time() - spoke_at_ >= pause();
  if (greeted_ && !stop && !due) return false;
  const bool greeted_before = std::exchange(greeted_, true);
  if (!greeted_before) {
    send(Hello{host_, getpid(), process_space()});
  } else {
    stop_reported_ = stop_reported_ || stop;
    asked_idly_ = news_.empty() && !has_work();
    send(Report{std::exchange(news_, {}), wanted(), stop_reported_, busy_seconds_, idle_seconds_});
  }
  if (!greeted_before) spoke_at_ = steady_time();
  note_spoken();
  return true;
}

void Worker::note_spoken() {
  awaiting_reply_ = true;
  const double now = steady_time();
  longest_silence_ = std::max(longest_silence_, now - spoke_at_);
  spoke_at_ = now;
  looked_at_ = spoke_at_;
  unanswered_seconds_ = 0.0;
}

// The rank itself trains, and this is called between two updates: what fails here fails once more in step().
void Worker::beat() {
  constexpr double kLookSeconds = 0.1;
  static_assert(kLookSeconds < kBeatSeconds);
  const double now = coarse_steady_time();
  if (now < next_beat_) return;
  next_beat_ = now + kLookSeconds;
  try {
    receive();
    if (told_to_stop_) return executor_.stop();
    if (awaiting_reply_ || steady_time() - spoke_at_ < kBeatSeconds) return;
    account();
    send(Report{{}, 0, false, busy_seconds_, idle_seconds_});
    note_spoken();
  } catch (const CommError&) {
    executor_.stop();
  }
}

std::int64_t Worker::at_once() const {
  const double trials = std::ceil(kShortTrialSeconds / std::max(mean_trial_seconds_, 1e-6));
  return std::min(static_cast<std::int64_t>(trials), kMostAtOnce);
}

std::int64_t Worker::wanted() const {
  if (mean_trial_seconds_ >= kShortTrialSeconds) return has_work() ? 0 : 1;
  return std::max<std::int64_t>(0, at_once() - n_queued());
}

double Worker::pause() const {
  if (!has_work()) return news_.empty() && asked_idly_ ? idle_pause_ : 0.0;
  if (news_.empty()) return kBeatSeconds;
  return 2 * wanted() > at_once() ? 0.0 : kGatherSeconds;
}

void Worker::send(const FromWorker& message) { link_.send(master_rank_, to_bytes(message)); }

void Worker::wait() {
  if (awaiting_reply_) return backoff_.wait();
  if (told_to_stop_) return executor_.wait(kGraceStepSeconds);
  executor_.wait(std::max(0.0, pause() - (steady_time() - spoke_at_)));
}

}  // namespace trawl
