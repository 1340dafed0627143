#include <gtest/gtest.h>

#include "trawl/cluster/trial_executor.hpp"

namespace trawl {
namespace {

// Epochs from `first` on; its outcome does not say how many.
class ForgetfulObjective : public Objective {
 public:
  explicit ForgetfulObjective(std::int64_t first, bool has_outcome, TrialState state = TrialState::complete)
      : first_(first), has_outcome_(has_outcome), state_(state) {}
  std::optional<TrialOutcome> evaluate(const Trial& /*trial*/, TrialObserver& observer) override {
    for (std::int64_t epoch = first_; epoch < first_ + 3; ++epoch) {
      EpochRecord record;
      record.epoch = epoch;
      observer.on_epoch(record);
    }
    if (!has_outcome_) return std::nullopt;
    TrialOutcome outcome;
    outcome.objective = 0.5;
    outcome.state = state_;
    return outcome;
  }

 private:
  std::int64_t first_;
  bool has_outcome_;
  TrialState state_;
};

TrialNews last_news(Objective& objective) {
  InlineExecutor executor(objective, [] { return false; });
  executor.start({});
  return executor.poll().back();
}

TEST(Evaluation, CountsTheEpochs) {
  ForgetfulObjective objective(0, true);
  EXPECT_EQ(std::get<LegDone>(last_news(objective)).outcome.n_epochs, 3);
}

TEST(Evaluation, EpochsThatDoNotCountFrom0AreAFailure) {
  ForgetfulObjective objective(1, true);
  EXPECT_EQ(std::get<LegFailed>(last_news(objective)).reason,
            "the objective reports epoch 1 where 0 is due: they count from 0");
}

TEST(Evaluation, AnOutcomeThatIsNoEndIsAFailure) {
  for (const TrialState state : {TrialState::waiting, TrialState::running, TrialState::paused}) {
    ForgetfulObjective objective(0, true, state);
    EXPECT_EQ(std::get<LegFailed>(last_news(objective)).reason,
              std::string("its outcome says that it is ") + to_text(state));
  }
}

TEST(Evaluation, AnEndWithoutOutcomeThatNobodyAskedForIsAFailure) {
  ForgetfulObjective objective(0, false);
  EXPECT_EQ(std::get<LegFailed>(last_news(objective)).reason,
            "it ended without an outcome, and nobody had asked it to stop");
}

}  // namespace
}  // namespace trawl
