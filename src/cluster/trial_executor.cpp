// Has one trial trained for a worker, here within its own process.
#include "trawl/cluster/trial_executor.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <limits>
#include <thread>
#include <utility>

#include "trawl/base/clock.hpp"
#include "trawl/base/error.hpp"
#include "trawl/cluster/leg_end.hpp"

namespace trawl {
namespace {

// So long after a checkpoint, in units of what it took, there is no other.
constexpr double kLeastPause = 20.0;

// A file in use, while it lives.
class NotedAccess {
 public:
  NotedAccess(const std::function<void(const FileAccess&)>& note, const std::string& path) : note_(note) {
    if (note_) note_({path});
  }
  NotedAccess(const NotedAccess&) = delete;
  NotedAccess& operator=(const NotedAccess&) = delete;
  ~NotedAccess() {
    if (note_) note_({""});
  }

 private:
  const std::function<void(const FileAccess&)>& note_;
};

class ForwardingObserver : public TrialObserver {
 public:
  ForwardingObserver(const Assignment& assignment, const CheckpointSettings& checkpoints,
                     const std::function<void(TrialNews)>& forward,
                     const std::function<bool()>& stop_requested,
                     const std::function<void(const FileAccess&)>& note_files)
      : assignment_(assignment),
        checkpoints_(checkpoints),
        file_(checkpoints, assignment.trial.number),
        forward_(forward),
        stop_requested_(stop_requested),
        note_files_(note_files),
        leg_(assignment.until_epoch, assignment.pause_rule) {
    plan_checkpoint(0.0);
  }

  void on_epoch(const EpochRecord& record) override {
    if (record.epoch != n_epochs_) {
      throw DataError(fmt::format("the objective reports epoch {} where {} is due: they count from 0",
                                  record.epoch, n_epochs_));
    }
    ++n_epochs_;
    if (!leg_.take(record)) return;
    forward_(EpochsReported{assignment_.trial.number, assignment_.attempt, {record}});
  }
  void on_message(MessageLogged::Level level, const std::string& text) override {
    forward_(MessageLogged{unix_time(), level, assignment_.trial.number, text});
  }
  bool stop_requested() override { return leg_.is_over() || stop_requested_(); }
  [[nodiscard]] std::int64_t n_epochs() const { return n_epochs_; }
  [[nodiscard]] const LegEnd& leg() const { return leg_; }

  [[nodiscard]] std::int64_t paused_at() const override { return assignment_.from_epoch; }

  std::optional<std::string> load_checkpoint() override {
    if (checkpoints_.folder.empty()) return std::nullopt;
    try {
      const NotedAccess access(note_files_, file_.path());
      return file_.load();
    } catch (const Error& e) {
      on_message(MessageLogged::Level::warning, fmt::format("starts from the beginning: {}", e.what()));
      return std::nullopt;
    }
  }
  bool checkpoint_due() override { return coarse_steady_time() >= next_checkpoint_; }
  void save_checkpoint(const std::string& state) override {
    if (checkpoints_.folder.empty()) return;
    const double start = steady_time();
    try {
      const NotedAccess access(note_files_, file_.path());
      // What is lost of a pause is trained again, with the same bits: it need not wait for the disk.
      file_.save(state, leg_.is_over() ? Sync::no : Sync::yes);
    } catch (const StoreError& e) {
      if (!std::exchange(warned_, true)) {
        on_message(MessageLogged::Level::warning, fmt::format("goes on without a checkpoint: {}", e.what()));
      }
    }
    plan_checkpoint(kLeastPause * (steady_time() - start));
  }

 private:
  void plan_checkpoint(double least_pause) {
    const bool never = checkpoints_.folder.empty() || checkpoints_.every == 0.0;
    next_checkpoint_ = never ? std::numeric_limits<double>::infinity()
                             : steady_time() + std::max(checkpoints_.every, least_pause);
  }

  const Assignment& assignment_;
  const CheckpointSettings& checkpoints_;
  CheckpointFile file_;
  const std::function<void(TrialNews)>& forward_;
  const std::function<bool()>& stop_requested_;
  const std::function<void(const FileAccess&)>& note_files_;
  LegEnd leg_;
  std::int64_t n_epochs_ = 0;
  double next_checkpoint_ = 0.0;
  bool warned_ = false;
};

// What an evaluation throws, in words; "" if nothing.
template <class Evaluate>
std::string failure_of(const Evaluate& evaluate) {
  try {
    evaluate();
    return "";
  } catch (const std::bad_alloc&) {
    return "out of memory";
  } catch (const std::exception& e) {
    const std::string what = e.what();
    return what.empty() ? "an exception without a text" : what;
  }
}

LegFailed failed(const Assignment& assignment, const std::string& reason) {
  return {assignment.trial.number, assignment.attempt, reason, assignment.until_epoch};
}

}  // namespace

void evaluate_assignment(Objective& objective, const Assignment& assignment,
                         const CheckpointSettings& checkpoints, const std::function<void(TrialNews)>& forward,
                         const std::function<bool()>& stop_requested,
                         const std::function<void(const FileAccess&)>& note_files) {
  ForwardingObserver observer(assignment, checkpoints, forward, stop_requested, note_files);
  std::optional<TrialOutcome> outcome;
  const std::string failure = failure_of([&] { outcome = objective.evaluate(assignment.trial, observer); });
  const bool has_ended = outcome && outcome->state == TrialState::complete;
  // Of what it did behind its leg's end nothing counts.
  if (observer.leg().is_over() && !(has_ended && observer.n_epochs() == assignment.until_epoch)) {
    outcome = observer.leg().outcome();
  } else if (!failure.empty()) {
    return forward(failed(assignment, failure));
  } else if (!outcome) {
    if (stop_requested()) return;
    return forward(failed(assignment, "it ended without an outcome, and nobody had asked it to stop"));
  } else if (!is_end(outcome->state)) {
    return forward(
        failed(assignment, fmt::format("its outcome says that it is {}", to_text(outcome->state))));
  } else {
    outcome->n_epochs = observer.n_epochs();
  }
  if (!assignment.weights_rule.keeps(outcome->objective)) outcome->weights.clear();
  forward(LegDone{assignment.trial.number, assignment.attempt, std::move(*outcome), assignment.until_epoch});
}

InlineExecutor::InlineExecutor(Objective& objective, std::function<bool()> stop_requested,
                               CheckpointSettings checkpoints)
    : objective_(objective),
      stop_requested_(std::move(stop_requested)),
      checkpoints_(std::move(checkpoints)) {}

void InlineExecutor::start(const Assignment& assignment) {
  stopped_ = false;
  const std::function<bool()> stop_requested = [this] {
    if (beat_) beat_();
    return stopped_ || stop_requested_();
  };
  evaluate_assignment(
      objective_, assignment, checkpoints_, [this](TrialNews news) { news_.push_back(std::move(news)); },
      stop_requested);
}

std::vector<TrialNews> InlineExecutor::poll() { return std::exchange(news_, {}); }

void InlineExecutor::wait(double seconds) {
  if (news_.empty()) std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

}  // namespace trawl
