#include "trawl/cluster/worker.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <thread>
#include <tuple>
#include <utility>

#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "trawl/base/clock.hpp"
#include "trawl/base/error.hpp"
#include "trawl/comm/loopback_link.hpp"

namespace trawl {
namespace {

using namespace testing;

// Like a trial's process: an epoch every millisecond, and it lives on a little after its outcome.
class SlowlyEndingExecutor : public TrialExecutor {
 public:
  void start(const Assignment& assignment) override {
    trial_ = assignment.trial.number;
    polls_ = 0;
  }
  [[nodiscard]] bool running() const override { return trial_ >= 0; }
  std::vector<TrialNews> poll() override {
    if (!running()) return {};
    if (++polls_ <= kEpochs) return {EpochsReported{trial_, 1, {EpochRecord{}}}};
    if (polls_ == kEpochs + 1) return {done(trial_, 0.5)};
    if (polls_ == kEpochs + 4) trial_ = -1;
    return {};
  }
  void stop() override { trial_ = -1; }
  void cancel() override { trial_ = -1; }
  void wait(double seconds) override {
    // A process wakes its waiter; an idle worker sleeps.
    if (running()) return;
    ++pauses;
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  }

  int pauses = 0;

 private:
  static constexpr int kEpochs = 8;
  TrialNumber trial_ = -1;
  int polls_ = 0;
};

// The master's part, at once.
void answer(Link& link, Master& master) {
  while (const auto received = link.receive()) {
    const Decision decision = master.on_message(received->rank, from_worker(received->bytes), 0.0);
    if (decision.reply) link.send(received->rank, to_bytes(*decision.reply));
  }
}

TEST(Worker, GoesFromTrialToTrialWithoutAPause) {
  const StudyDefinition study = make_study(40);
  const IndexSampler sampler(40);
  Master master(study, sampler, fresh_progress(study));
  LoopbackPair pair;
  SlowlyEndingExecutor executor;
  Worker worker(pair.worker(), 0, executor, "here", [] { return false; });
  while (!worker.finished()) {
    if (!worker.step()) worker.wait();
    answer(pair.master(), master);
  }
  EXPECT_TRUE(master.progress().all_finished());
  EXPECT_LE(executor.pauses, 2) << "before the first trial and after the last one";
}

class NullObjective : public Objective {
 public:
  std::optional<TrialOutcome> evaluate(const Trial& trial, TrialObserver& /*observer*/) override {
    return done(trial.number, 0.5).outcome;
  }
};

TEST(Worker, ReportsManyShortTrialsAtOnce) {
  constexpr std::int64_t kTrials = 20'000;
  const StudyDefinition study = make_study(kTrials);
  const IndexSampler sampler(kTrials);
  Master master(study, sampler, fresh_progress(study));
  LoopbackPair pair;
  NullObjective objective;
  InlineExecutor executor(objective, [] { return false; });
  Worker worker(pair.worker(), 0, executor, "here", [] { return false; });
  int messages = 0;
  std::size_t most = 0;
  while (!worker.finished()) {
    if (!worker.step()) worker.wait();
    while (const auto received = pair.master().receive()) {
      ++messages;
      const FromWorker message = from_worker(received->bytes);
      if (const auto* said = std::get_if<Report>(&message)) most = std::max(most, said->news.size());
      const Decision decision = master.on_message(1, message, 0.0);
      if (decision.reply) pair.master().send(1, to_bytes(*decision.reply));
    }
  }
  EXPECT_TRUE(master.progress().all_finished());
  EXPECT_LT(messages, kTrials / 20);
  EXPECT_GT(most, 100U);
  EXPECT_LE(most, 256U);
}

// A slow master: what the worker has lasts until the answer.
TEST(Worker, AsksForMoreBeforeItsWorkIsDone) {
  constexpr std::int64_t kTrials = 20'000;
  const StudyDefinition study = make_study(kTrials);
  const IndexSampler sampler(kTrials);
  Master master(study, sampler, fresh_progress(study));
  LoopbackPair pair;
  NullObjective objective;
  InlineExecutor executor(objective, [] { return false; });
  Worker worker(pair.worker(), 0, executor, "here", [] { return false; });
  // The answer comes only after so many more steps, a trial each.
  constexpr int kSteps = 100;
  int idle_steps = 0;
  for (int until_answer = 0; !worker.finished();) {
    if (!worker.step()) ++idle_steps;
    if (--until_answer > 0) continue;
    answer(pair.master(), master);
    until_answer = kSteps;
  }
  EXPECT_TRUE(master.progress().all_finished());
  // Until it knows how short the trials are, and in the tail; one that waits for each answer has half as
  // many.
  EXPECT_LT(idle_steps, kTrials / 4);
}

TEST(Worker, AsksLessAndLessOftenWhileThereIsNothingToDo) {
  const StudyDefinition study = make_study(1);
  const IndexSampler sampler(1);
  Master master(study, sampler, fresh_progress(study));
  master.on_message(2, Hello{"elsewhere", 1, ""}, 0.0);
  master.on_message(2, report({}, 1), 0.0);  // the only trial runs there
  LoopbackPair pair;
  SlowlyEndingExecutor executor;
  Worker worker(pair.worker(), 0, executor, "here", [] { return false; });
  int messages = 0;
  for (const double end = steady_time() + 0.3; steady_time() < end;) {
    worker.step();
    while (const auto received = pair.master().receive()) {
      ++messages;
      pair.master().send(1, to_bytes(*master.on_message(1, from_worker(received->bytes), 0.0).reply));
    }
  }
  EXPECT_GT(messages, 3);
  EXPECT_LT(messages, 12) << "5, 10, 20, 40, 80, 160 ms";
}

constexpr double kForever = std::numeric_limits<double>::infinity();

// What a worker throws whose master takes messages and answers none.
std::string complaint_of_unanswered(const std::function<bool()>& master_is_gone, double patience) {
  LoopbackPair pair;
  SlowlyEndingExecutor executor;
  Worker worker(pair.worker(), 0, executor, "here", [] { return false; });
  worker.watch_master(master_is_gone, patience, kForever);
  try {
    for (const double end = steady_time() + 5.0; steady_time() < end;) {
      if (!worker.step()) worker.wait();
    }
  } catch (const CommError& e) {
    return e.what();
  }
  return "";
}

TEST(Worker, LeavesAMasterThatDoesNotAnswer) {
  EXPECT_EQ(complaint_of_unanswered({}, 1.5), "the master has not answered for 2 s");
  EXPECT_EQ(complaint_of_unanswered([] { return false; }, 1.5), "the master has not answered for 2 s");
}

TEST(Worker, WaitsLessForAMasterOnceAllAreAskedToStop) {
  LoopbackPair pair;
  SlowlyEndingExecutor executor;
  const double start = steady_time();
  Worker worker(pair.worker(), 0, executor, "here", [] { return true; });
  worker.watch_master({}, 1000.0, kForever, 1.5);
  const auto until_it_throws = [&] {
    while (steady_time() < start + 20.0) {
      if (!worker.step()) worker.wait();
    }
  };
  EXPECT_THROW(until_it_throws(), CommError);
  EXPECT_FALSE(worker.waits_in_vain()) << "a master that is only slow must not be killed for that";
}

TEST(Worker, LeavesAMasterThatIsGone) {
  EXPECT_EQ(complaint_of_unanswered([] { return true; }, 100.0), "the master has ended");
}

// It must not take a master for hung that has given it up.
TEST(Worker, KnowsThatItWasSilentItself) {
  for (const auto& [silence, lease, may_count_as_lost] :
       {std::tuple(0.3, 0.5, true), std::tuple(0.3, 100.0, false), std::tuple(0.3, kForever, false)}) {
    LoopbackPair pair;
    SlowlyEndingExecutor executor;
    Worker worker(pair.worker(), 0, executor, "here", [] { return false; });
    worker.watch_master({}, 100.0, lease);
    worker.step();
    pair.master().send(1, to_bytes(ToWorker(RunTrials{})));
    std::this_thread::sleep_for(std::chrono::duration<double>(silence));
    worker.step();
    EXPECT_EQ(worker.may_count_as_lost(), may_count_as_lost) << lease;
  }
}

TEST(Worker, KnowsFromStopWhetherSomebodyDied) {
  for (const bool somebody_died : {false, true}) {
    LoopbackPair pair;
    SlowlyEndingExecutor executor;
    Worker worker(pair.worker(), 0, executor, "here", [] { return false; });
    worker.step();
    pair.master().send(1, to_bytes(ToWorker(Stop{somebody_died})));
    worker.step();
    EXPECT_TRUE(worker.finished());
    EXPECT_EQ(worker.somebody_died(), somebody_died);
  }
}

// Trains until it is stopped; then ends after some time, with its outcome if it has one.
class LastingExecutor : public TrialExecutor {
 public:
  void start(const Assignment& assignment) override { trial_ = assignment.trial.number; }
  [[nodiscard]] bool running() const override { return trial_ >= 0; }
  std::vector<TrialNews> poll() override {
    if (!running() || stopped_at == 0.0 || steady_time() < stopped_at + ends_after) return {};
    const TrialNumber trial = std::exchange(trial_, -1);
    return finishes ? std::vector<TrialNews>{done(trial, 0.5)} : std::vector<TrialNews>{};
  }
  void stop() override { stopped_at = steady_time(); }
  void cancel() override {
    cancelled = true;
    trial_ = -1;
  }
  void wait(double seconds) override {
    std::this_thread::sleep_for(std::chrono::duration<double>(std::min(seconds, 0.01)));
  }

  double ends_after = 0.1;
  bool finishes = false;
  double stopped_at = 0.0;
  bool cancelled = false;

 private:
  TrialNumber trial_ = -1;
};

class StoppedWorker : public ::testing::Test {
 protected:
  // Until it has said Goodbye; tells it to stop after 0.05 s.
  void run() {
    const double start = steady_time();
    while (!worker_.finished()) {
      ASSERT_LT(steady_time(), start + 30.0);
      if (!worker_.step()) worker_.wait();
      if (tell_ && steady_time() > start + 0.05) master_.on_stop();
      if (!tell_ && steady_time() > start + 0.05) signal_ = true;
      answer(pair_.master(), master_);
    }
    answer(pair_.master(), master_);
  }

  const StudyDefinition study_ = make_study(3);
  const IndexSampler sampler_{3};
  Master master_{study_, sampler_, fresh_progress(study_)};
  LoopbackPair pair_;
  LastingExecutor executor_;
  bool tell_ = true;
  bool signal_ = false;
  Worker worker_{pair_.worker(), 0, executor_, "here", [this] { return signal_; }};
};

TEST_F(StoppedWorker, GivesItsTrialTimeToEnd) {
  run();
  EXPECT_GT(executor_.stopped_at, 0.0);
  EXPECT_FALSE(executor_.cancelled);
  EXPECT_EQ(master_.n_workers(), 0) << "it said Goodbye";
  EXPECT_EQ(master_.progress().n_finished(), 0);
}

TEST_F(StoppedWorker, ReportsAnOutcomeThatCameMeanwhile) {
  executor_.finishes = true;
  run();
  EXPECT_EQ(master_.progress().n_finished(), 1);
  EXPECT_EQ(master_.n_workers(), 0);
}

TEST_F(StoppedWorker, ASignalStopsItsTrialBeforeTheMasterKnows) {
  tell_ = false;
  run();
  EXPECT_TRUE(master_.stopping());
  EXPECT_FALSE(executor_.cancelled);
  EXPECT_EQ(master_.n_workers(), 0);
}

TEST_F(StoppedWorker, ATrialThatDoesNotEndIsEndedAfterTheGrace) {
  executor_.ends_after = 1000.0;
  const double start = steady_time();
  run();
  EXPECT_TRUE(executor_.cancelled);
  EXPECT_GT(steady_time() - start, 4.9);
  EXPECT_LT(steady_time() - start, 20.0);
}

// Trains until it is told to stop, in the rank itself; `between` happens between two updates.
class EndlessObjective : public Objective {
 public:
  explicit EndlessObjective(std::function<void()> between) : between_(std::move(between)) {}
  std::optional<TrialOutcome> evaluate(const Trial& trial, TrialObserver& observer) override {
    constexpr double kLongest = 20.0;
    for (const double end = steady_time() + kLongest; steady_time() < end;) {
      if (observer.stop_requested()) return std::nullopt;
      between_();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return done(trial.number, 0.5).outcome;
  }

 private:
  std::function<void()> between_;
};

TEST(Worker, BeatsAndHearsOfAStopWhileTheRankItselfTrains) {
  const StudyDefinition study = make_study(1);
  const IndexSampler sampler(1);
  Master master(study, sampler, fresh_progress(study));
  LoopbackPair pair;
  int beats = 0;
  const auto answer_and_stop = [&] {
    while (const auto received = pair.master().receive()) {
      const FromWorker message = from_worker(received->bytes);
      if (std::holds_alternative<Report>(message) && ++beats == 3) master.on_stop();
      const Decision decision = master.on_message(1, message, 0.0);
      if (decision.reply) pair.master().send(1, to_bytes(*decision.reply));
    }
  };
  EndlessObjective objective(answer_and_stop);
  InlineExecutor executor(objective, [] { return false; });
  Worker worker(pair.worker(), 0, executor, "here", [] { return false; });
  while (!worker.finished()) {
    if (!worker.step()) worker.wait();
    answer_and_stop();
  }
  EXPECT_GE(beats, 3);
  EXPECT_EQ(master.progress().n_finished(), 0);
}

TEST(Worker, StopsTrainingItselfWhenTheMasterIsGone) {
  const StudyDefinition study = make_study(1);
  const IndexSampler sampler(1);
  Master master(study, sampler, fresh_progress(study));
  LoopbackPair pair;
  EndlessObjective objective([] {});
  InlineExecutor executor(objective, [] { return false; });
  Worker worker(pair.worker(), 0, executor, "here", [] { return false; });
  bool gone = false;
  worker.watch_master([&] { return gone; }, 60.0, 60.0);
  const auto until_it_throws = [&] {
    for (;;) {
      if (!worker.step()) worker.wait();
      if (!gone) answer(pair.master(), master);
      gone = master.progress().attempts(0).started > 0;
    }
  };
  EXPECT_THROW(until_it_throws(), CommError);
}

}  // namespace
}  // namespace trawl
