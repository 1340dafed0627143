#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "running_trials.hpp"
#include "tests/data/temporary_folder.hpp"
#include "tests/train/metric_places.hpp"
#include "trawl/base/error.hpp"
#include "trawl/cluster/checkpoint_file.hpp"
#include "trawl/cluster/trial_launcher.hpp"

// Trials that pause at a known epoch and go on.

namespace trawl {
namespace {

using namespace testing;

constexpr std::int64_t kEpochs = 8;

EpochRecord record_of(std::int64_t epoch) {
  EpochRecord record;
  record.epoch = epoch;
  record.values = MetricValues(kNPerceptronMetrics);
  record.values[kValAccuracy] = (epoch % 3 == 1 ? 0.9 : 0.5) + 0.01 * static_cast<double>(epoch);
  record.values[kValLoss] = 1.0 - record.values[kValAccuracy];
  record.seconds = 2.0;
  return record;
}

double accuracy_at(std::int64_t epoch) { return record_of(epoch).values[kValAccuracy]; }

// Eight epochs; the outcome's seconds say how many of them this call has trained.
class Epochs : public Objective {
 public:
  enum Kind { keeps_checkpoints, keeps_nothing, asks_late, never_asks, throws_behind_3, fails_behind_3 };
  explicit Epochs(Kind kind) : kind_(kind) {}

  std::optional<TrialOutcome> evaluate(const Trial& /*trial*/, TrialObserver& observer) override {
    const bool keeps = kind_ == keeps_checkpoints;
    const std::int64_t start = keeps ? std::stoll(observer.load_checkpoint().value_or("0")) : 0;
    for (std::int64_t epoch = 0; epoch < start; ++epoch) observer.on_epoch(record_of(epoch));
    TrialOutcome outcome = done(0, accuracy_at(kEpochs - 1)).outcome;
    for (std::int64_t epoch = start; epoch < kEpochs; ++epoch) {
      const bool asks = kind_ != never_asks && (kind_ != asks_late || epoch % 3 == 2);
      if (asks && observer.stop_requested()) {
        if (keeps) observer.save_checkpoint(std::to_string(epoch));
        return std::nullopt;
      }
      if (epoch == 3 && kind_ == throws_behind_3) throw DataError("thrown");
      if (epoch == 3 && kind_ == fails_behind_3) {
        outcome.state = TrialState::failed;
        return outcome;
      }
      observer.on_epoch(record_of(epoch));
      outcome.seconds = static_cast<double>(epoch + 1 - start);
    }
    return outcome;
  }

 private:
  Kind kind_;
};

Assignment leg(std::int64_t from, std::int64_t until,
               ObjectiveDefinition::At at = ObjectiveDefinition::At::last) {
  Assignment assignment;
  assignment.from_epoch = from;
  assignment.until_epoch = until;
  assignment.pause_rule.metric = kValAccuracy;
  assignment.pause_rule.at = at;
  return assignment;
}

class Pause : public TemporaryFolderTest {
 protected:
  // In this process; what the trial says at its end. The epochs it told are in `told`.
  TrialNews train(
      Epochs::Kind kind, const Assignment& assignment,
      const std::function<bool()>& stop = [] { return false; }) {
    Epochs objective(kind);
    InlineExecutor executor(objective, stop, settings_);
    executor.start(assignment);
    return last(executor.poll());
  }
  TrialNews last(const std::vector<TrialNews>& news) {
    told.clear();
    for (const TrialNews& item : news) {
      const auto* epochs = std::get_if<EpochsReported>(&item);
      for (const EpochRecord& record : epochs == nullptr ? std::vector<EpochRecord>{} : epochs->records)
        told.push_back(record.epoch);
    }
    return news.empty() ? TrialNews(MessageLogged{}) : news.back();
  }
  [[nodiscard]] std::optional<std::string> saved() const { return CheckpointFile(settings_, 0).load(); }

  std::vector<std::int64_t> told;
  CheckpointSettings settings_{path("checkpoints"), "study", "build", 0.0};
};

void expect_paused(const TrialNews& news, std::int64_t epoch, double value) {
  const auto* done = std::get_if<LegDone>(&news);
  ASSERT_NE(done, nullptr);
  EXPECT_EQ(done->outcome.state, TrialState::paused);
  EXPECT_EQ(done->until_epoch, epoch);
  EXPECT_EQ(done->outcome.n_epochs, epoch);
  EXPECT_EQ(done->outcome.objective, value);
  EXPECT_EQ(done->outcome.seconds, 2.0 * static_cast<double>(epoch));
  EXPECT_TRUE(done->outcome.weights.empty());
}

TEST_F(Pause, ComesAtItsEpochAndTheNextLegGoesOnFromThere) {
  expect_paused(train(Epochs::keeps_checkpoints, leg(0, 3)), 3, accuracy_at(2));
  EXPECT_EQ(told, (std::vector<std::int64_t>{0, 1, 2}));
  EXPECT_EQ(saved(), "3");
  expect_paused(train(Epochs::keeps_checkpoints, leg(3, 6)), 6, accuracy_at(5));
  EXPECT_EQ(told, (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5}));
  const auto end = std::get<LegDone>(train(Epochs::keeps_checkpoints, leg(6, kToTheEnd)));
  EXPECT_EQ(end.outcome.state, TrialState::complete);
  EXPECT_EQ(end.outcome.n_epochs, kEpochs);
  EXPECT_EQ(end.outcome.seconds, 2.0) << "two epochs were left to train";
}

TEST_F(Pause, OfWhateverObjectiveIsTheSame) {
  for (const auto kind : {Epochs::keeps_nothing, Epochs::asks_late, Epochs::never_asks,
                          Epochs::throws_behind_3, Epochs::fails_behind_3}) {
    SCOPED_TRACE(kind);
    expect_paused(train(kind, leg(0, 3)), 3, accuracy_at(2));
    EXPECT_EQ(told, (std::vector<std::int64_t>{0, 1, 2})) << "what comes behind the leg does not count";
  }
  const TrialNews end = train(Epochs::keeps_nothing, leg(3, kToTheEnd));
  EXPECT_EQ(std::get<LegDone>(end).outcome.objective, accuracy_at(kEpochs - 1));
  EXPECT_EQ(std::get<LegFailed>(train(Epochs::throws_behind_3, leg(3, 5))).until_epoch, 5);
  EXPECT_EQ(std::get<LegDone>(train(Epochs::fails_behind_3, leg(3, 5))).outcome.state, TrialState::failed);
}

TEST_F(Pause, AtBestIsTheBestValueSoFar) {
  using At = ObjectiveDefinition::At;
  expect_paused(train(Epochs::keeps_nothing, leg(0, 4, At::best)), 4, accuracy_at(1));
  expect_paused(train(Epochs::keeps_nothing, leg(0, 5, At::best)), 5, accuracy_at(4));
  Assignment least = leg(0, 4, At::best);
  least.pause_rule.metric = kValLoss;
  least.pause_rule.direction = Direction::minimize;
  expect_paused(train(Epochs::keeps_nothing, least), 4, record_of(1).values[kValLoss]);
}

TEST_F(Pause, AStopInTheVeryEpochIsThePauseAndOneBeforeIsNone) {
  for (const std::size_t n : {2U, 3U}) {
    std::filesystem::remove_all(settings_.folder);
    Epochs objective(Epochs::keeps_checkpoints);
    std::size_t n_told = 0;
    std::vector<TrialNews> news;
    evaluate_assignment(
        objective, leg(0, 3), settings_,
        [&](TrialNews item) {
          n_told += std::holds_alternative<EpochsReported>(item) ? 1 : 0;
          news.push_back(std::move(item));
        },
        [&] { return n_told >= n; });
    EXPECT_EQ(saved(), std::to_string(n));
    if (n == 3)
      expect_paused(last(news), 3, accuracy_at(2));
    else
      EXPECT_FALSE(ends_attempt(news.back()));
  }
}

TEST_F(Pause, FromALostOrALaterCheckpointIsTheSame) {
  train(Epochs::keeps_checkpoints, leg(0, 3));
  std::filesystem::remove_all(settings_.folder);
  expect_paused(train(Epochs::keeps_checkpoints, leg(3, 6)), 6, accuracy_at(5));
  EXPECT_EQ(saved(), "6");
  // The journal lost the end of the first leg with the machine, and the checkpoint is ahead.
  expect_paused(train(Epochs::keeps_checkpoints, leg(0, 3)), 3, accuracy_at(2));
  EXPECT_EQ(told, (std::vector<std::int64_t>{0, 1, 2}));
  EXPECT_EQ(saved(), "6");
}

TEST_F(Pause, ATrialThatEndsWithItsLegOrBeforeIsOver) {
  const auto at_once = std::get<LegDone>(train(Epochs::never_asks, leg(0, kEpochs)));
  EXPECT_EQ(at_once.outcome.state, TrialState::complete);
  EXPECT_EQ(at_once.until_epoch, kEpochs);
  const auto before = std::get<LegDone>(train(Epochs::keeps_checkpoints, leg(0, kEpochs + 1)));
  EXPECT_EQ(before.outcome.state, TrialState::complete);
}

TEST_F(Pause, WithoutRoomForACheckpointItIsTrainedAgain) {
  write("checkpoints", "a file where the folder should be");
  expect_paused(train(Epochs::keeps_checkpoints, leg(0, 3)), 3, accuracy_at(2));
  const auto end = std::get<LegDone>(train(Epochs::keeps_checkpoints, leg(3, kToTheEnd)));
  EXPECT_EQ(end.outcome.seconds, static_cast<double>(kEpochs));
}

TEST_F(Pause, InAProcessOfItsOwn) {
  for (const auto kind : {Epochs::keeps_checkpoints, Epochs::keeps_nothing, Epochs::never_asks}) {
    SCOPED_TRACE(kind);
    std::filesystem::remove_all(settings_.folder);
    TrialLauncher launcher([=](const std::string&) { return std::make_unique<Epochs>(kind); });
    launcher.set_up("", settings_);
    ProcessExecutor executor(launcher, 0);
    executor.start(leg(0, 3));
    expect_paused(last(run_to_end(executor)), 3, accuracy_at(2));
    EXPECT_EQ(told, (std::vector<std::int64_t>{0, 1, 2}));
    executor.start(leg(3, kToTheEnd));
    const auto end = std::get<LegDone>(last(run_to_end(executor)));
    EXPECT_EQ(end.outcome.n_epochs, kEpochs);
    EXPECT_EQ(end.outcome.seconds, kind == Epochs::keeps_checkpoints ? 5.0 : 8.0);
  }
}

}  // namespace
}  // namespace trawl
