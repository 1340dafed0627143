#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixtures.hpp"
#include "running_trials.hpp"
#include "tests/data/temporary_folder.hpp"
#include "trawl/base/clock.hpp"
#include "trawl/cluster/checkpoint_file.hpp"
#include "trawl/cluster/trial_launcher.hpp"

namespace trawl {
namespace {

using namespace testing;

// Counts to 100 in steps of 10 ms, an epoch each; carries on from the number it saved. Trial 1 never
// asks; trial 2 gets a signal from outside once; trial 3 in every epoch, trial 4 in epoch 5, without a
// checkpoint.
class CountingObjective : public Objective {
 public:
  std::optional<TrialOutcome> evaluate(const Trial& trial, TrialObserver& observer) override {
    const int start = std::stoi(observer.load_checkpoint().value_or("0"));
    for (int i = 0; i < 100; ++i) {
      if (i >= start) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      EpochRecord record;
      record.epoch = i;
      observer.on_epoch(record);
      while (trial.number == 1) pause();
      if (trial.number == 2 && start == 0 && i == 20) std::raise(SIGUSR1);
      if (trial.number == 3 && i >= start) std::raise(SIGTERM);
      if (trial.number == 4 && i == 5) {
        std::raise(SIGTERM);
        return std::nullopt;
      }
      const bool stop = observer.stop_requested();
      if (i >= start && (stop || observer.checkpoint_due())) observer.save_checkpoint(std::to_string(i + 1));
      if (stop) return std::nullopt;
    }
    TrialOutcome outcome = done(trial.number, 0.5).outcome;
    outcome.seconds = start;
    return outcome;
  }
};

class StoppedTrial : public TemporaryFolderTest {
 protected:
  StoppedTrial() { launcher_.set_up("", settings_); }

  [[nodiscard]] std::optional<std::string> saved() const { return CheckpointFile(settings_, 0).load(); }
  // Starts it and waits for so many epochs.
  void train(TrialNumber number, std::size_t n_epochs) {
    executor_.start(assignment(number));
    for (std::size_t n = 0; n < n_epochs; n += executor_.poll().size()) executor_.wait(0.05);
  }
  std::vector<TrialNews> rest() { return run_to_end(executor_); }

  CheckpointSettings settings_{path("checkpoints"), "study", "build", 0.0};
  TrialLauncher launcher_{[](const std::string&) { return std::make_unique<CountingObjective>(); }};
  ProcessExecutor executor_{launcher_, 0};
};

TEST_F(StoppedTrial, KeepsACheckpointAndEndsWithoutAnEnding) {
  train(0, 5);
  EXPECT_FALSE(saved()) << "only when it is stopped";
  executor_.stop();
  const std::vector<TrialNews> news = rest();
  EXPECT_TRUE(std::none_of(news.begin(), news.end(), ends_attempt));
  ASSERT_TRUE(saved());
  EXPECT_GE(std::stoi(*saved()), 5);
}

TEST_F(StoppedTrial, GoesOnInAnotherProcess) {
  train(0, 5);
  executor_.stop();
  rest();
  const int start = std::stoi(saved().value());
  TrialLauncher elsewhere{[](const std::string&) { return std::make_unique<CountingObjective>(); }};
  elsewhere.set_up("", settings_);
  ProcessExecutor executor(elsewhere, 0);
  const std::vector<TrialNews> news = run(executor, 0);
  EXPECT_EQ(news.size(), 101U) << "all epochs are reported anew";
  EXPECT_EQ(std::get<LegDone>(news.back()).outcome.seconds, start);
}

TEST_F(StoppedTrial, BySomebodyElsesSignalItGoesOnAsTheSameAttempt) {
  const std::vector<TrialNews> news = run(executor_, 2);
  ASSERT_EQ(std::count_if(news.begin(), news.end(), ends_attempt), 1);
  EXPECT_EQ(failure(news), "");
  EXPECT_EQ(std::get<LegDone>(news.back()).outcome.seconds, 21.0) << "from its checkpoint";
}

TEST_F(StoppedTrial, BySignalsWithoutEndItGoesOnWhileItGetsSomewhere) {
  const std::vector<TrialNews> news = run(executor_, 3);
  EXPECT_EQ(failure(news), "");
  EXPECT_EQ(std::get<LegDone>(news.back()).outcome.seconds, 100.0);
}

TEST_F(StoppedTrial, BySignalsThatLetItGetNowhereTheAttemptFails) {
  EXPECT_EQ(failure(run(executor_, 4)), "it was ended by SIGTERM 3 times without an epoch");
  EXPECT_EQ(failure(run(executor_, 2)), "") << "the next trial is trained as if nothing had happened";
}

TEST_F(StoppedTrial, StoppedBeforeItBeganItEndsTheSame) {
  executor_.start(assignment(0));
  executor_.stop();
  const std::vector<TrialNews> news = rest();
  EXPECT_TRUE(std::none_of(news.begin(), news.end(), ends_attempt));
}

TEST_F(StoppedTrial, OneThatDoesNotAnswerIsEndedByCancel) {
  train(1, 1);
  executor_.stop();
  executor_.wait(0.1);
  EXPECT_TRUE(executor_.poll().empty());
  EXPECT_TRUE(executor_.running());
  executor_.cancel();
  EXPECT_FALSE(executor_.running());
}

TEST_F(StoppedTrial, KilledWhileItTrainsItLeavesTheLastCheckpoint) {
  settings_.every = 0.05;
  TrialLauncher often{[](const std::string&) { return std::make_unique<CountingObjective>(); }};
  often.set_up("", settings_);
  ProcessExecutor executor(often, 0);
  executor.start(assignment(0));
  for (std::size_t n = 0; n < 30; n += executor.poll().size()) executor.wait(0.05);
  executor.cancel();
  ASSERT_TRUE(saved());
  EXPECT_GE(std::stoi(*saved()), 1);  // how many there were before depends on how long a checkpoint takes
}

TEST_F(StoppedTrial, ACheckpointThatCannotBeUsedIsAWarningAndAStartFromTheBeginning) {
  CheckpointFile(settings_, 0).save("77");
  const std::string bytes = read("checkpoints/0.checkpoint");
  write("checkpoints/0.checkpoint", bytes.substr(0, bytes.size() - 1));
  const std::vector<TrialNews> news = run(executor_, 0);
  ASSERT_EQ(news.size(), 102U);
  const auto& message = std::get<MessageLogged>(news.front());
  EXPECT_EQ(message.level, MessageLogged::Level::warning);
  expect_parts(message.text, {"starts from the beginning", "0.checkpoint is damaged"});
  EXPECT_EQ(std::get<LegDone>(news.back()).outcome.seconds, 0.0);
}

TEST_F(StoppedTrial, OneThatCannotBeKeptIsOneWarningAndTheTrainingGoesOn) {
  write("checkpoints", "a file in the folder's place");
  settings_.every = 0.05;
  CountingObjective objective;
  InlineExecutor executor(
      objective, [] { return false; }, settings_);
  const std::vector<TrialNews> news = run(executor, 0);
  EXPECT_EQ(news.size(), 102U) << "100 epochs, one message, the outcome";
  const auto message = std::find_if(news.begin(), news.end(), [](const TrialNews& item) {
    return std::holds_alternative<MessageLogged>(item);
  });
  ASSERT_NE(message, news.end());
  expect_parts(std::get<MessageLogged>(*message).text, {"goes on without a checkpoint", "checkpoints"});
}

TEST_F(StoppedTrial, InlineItIsTheSame) {
  CountingObjective objective;
  int asked = 0;
  InlineExecutor stopped(
      objective, [&] { return ++asked >= 5; }, settings_);
  const std::vector<TrialNews> news = run(stopped, 0);
  EXPECT_EQ(news.size(), 5U);
  EXPECT_EQ(saved(), "5");
  EXPECT_EQ(std::get<LegDone>(run(executor_, 0).back()).outcome.seconds, 5.0);
}

}  // namespace
}  // namespace trawl
