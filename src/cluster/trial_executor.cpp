#include "trawl/cluster/trial_executor.hpp"

#include <chrono>
#include <exception>
#include <thread>
#include <utility>

namespace trawl {
namespace {

class ForwardingObserver : public TrialObserver {
 public:
  ForwardingObserver(const Assignment& assignment, const std::function<void(TrialNews)>& forward,
                     const std::function<bool()>& stop_requested)
      : assignment_(assignment), forward_(forward), stop_requested_(stop_requested) {}

  void on_epoch(const EpochRecord& record) override {
    forward_(EpochsReported{assignment_.trial.number, assignment_.attempt, {record}});
  }
  bool stop_requested() override { return stop_requested_(); }

 private:
  const Assignment& assignment_;
  const std::function<void(TrialNews)>& forward_;
  const std::function<bool()>& stop_requested_;
};

}  // namespace

void evaluate_assignment(Objective& objective, const Assignment& assignment,
                         const std::function<void(TrialNews)>& forward,
                         const std::function<bool()>& stop_requested) {
  const TrialNumber number = assignment.trial.number;
  try {
    ForwardingObserver observer(assignment, forward, stop_requested);
    std::optional<TrialOutcome> outcome = objective.evaluate(assignment.trial, observer);
    if (!outcome) return;
    if (!assignment.weights_rule.keeps(outcome->objective)) outcome->weights.clear();
    forward(TrialDone{number, assignment.attempt, std::move(*outcome)});
  } catch (const std::bad_alloc&) {
    forward(TrialFailed{number, assignment.attempt, "out of memory"});
  } catch (const std::exception& e) {
    forward(TrialFailed{number, assignment.attempt, e.what()});
  }
}

InlineExecutor::InlineExecutor(Objective& objective, std::function<bool()> stop_requested)
    : objective_(objective), stop_requested_(std::move(stop_requested)) {}

void InlineExecutor::start(const Assignment& assignment) {
  evaluate_assignment(
      objective_, assignment, [this](TrialNews news) { news_.push_back(std::move(news)); }, stop_requested_);
}

std::vector<TrialNews> InlineExecutor::poll() { return std::exchange(news_, {}); }

void InlineExecutor::wait(double seconds) {
  if (news_.empty()) std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

}  // namespace trawl
