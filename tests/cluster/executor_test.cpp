#include <csignal>
#include <cstdlib>
#include <fstream>
#include <new>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixtures.hpp"
#include "running_trials.hpp"
#include "trawl/base/error.hpp"
#include "trawl/cluster/trial_launcher.hpp"

namespace trawl {
namespace {

using namespace testing;

// Does what its trial's number says.
class NumberedObjective : public Objective {
 public:
  explicit NumberedObjective(const std::string& setup) {
    if (setup == "bad") throw DataError("no such data");
  }
  std::optional<TrialOutcome> evaluate(const Trial& trial, TrialObserver& observer) override {
    for (int epoch = 0; epoch < 3; ++epoch) {
      EpochRecord record;
      record.epoch = epoch;
      observer.on_epoch(record);
      if (observer.stop_requested()) return std::nullopt;
    }
    switch (trial.number) {
      case 1: std::raise(SIGSEGV); break;
      case 2: std::abort();
      case 3: throw DataError("thrown");
      case 4: throw std::bad_alloc();
      case 5: _exit(3);
      case 6: std::raise(SIGSTOP); break;
      case 7:
        for (;;) pause();
      case 9: usleep(2'000'000); break;
      case 10: _exit(75);
      default: break;
    }
    return done(trial.number, 0.5).outcome;
  }
};

std::unique_ptr<Objective> make_numbered(const std::string& setup) {
  return std::make_unique<NumberedObjective>(setup);
}

class ProcessExecutorTest : public ::testing::Test {
 protected:
  ProcessExecutorTest() { launcher_.set_up("good"); }
  TrialLauncher launcher_{make_numbered};
  ProcessExecutor executor_{launcher_, 0};
  ProcessExecutor impatient_{launcher_, 0.3};  // a sound trial may take longer on a busy machine
};

TEST_F(ProcessExecutorTest, ReportsEpochsAndOutcome) {
  const std::vector<TrialNews> news = run(executor_, 0);
  ASSERT_EQ(news.size(), 4U);
  EXPECT_EQ(std::get<EpochsReported>(news[2]).records.at(0).epoch, 2);
  EXPECT_EQ(std::get<LegDone>(news[3]).outcome.weights, done(0, 0.5).outcome.weights);
}

TEST_F(ProcessExecutorTest, EveryWayToDieCostsTheAttemptAndNothingElse) {
  EXPECT_NE(failure(run(executor_, 1)).find("signal 11"), std::string::npos);
  EXPECT_NE(failure(run(executor_, 2)).find("signal 6"), std::string::npos);
  EXPECT_EQ(failure(run(executor_, 3)), "thrown");
  EXPECT_EQ(failure(run(executor_, 4)), "out of memory");
  EXPECT_NE(failure(run(executor_, 5)).find("exit code 3"), std::string::npos);
  EXPECT_NE(failure(run(executor_, 10)).find("exit code 75"), std::string::npos) << "not: it was stopped";
  EXPECT_NE(failure(run(impatient_, 6)).find("trial_timeout"), std::string::npos) << "stopped by a signal";
  EXPECT_NE(failure(run(impatient_, 7)).find("trial_timeout"), std::string::npos) << "in an endless loop";
  EXPECT_EQ(failure(run(executor_, 8)), "") << "the next trial is trained as if nothing had happened";
}

TEST_F(ProcessExecutorTest, ACancelledTrialSaysNothingMore) {
  executor_.start(assignment(7));
  executor_.cancel();
  EXPECT_FALSE(executor_.running());
  EXPECT_TRUE(executor_.poll().empty());
  EXPECT_EQ(failure(run(executor_, 0)), "");
}

TEST_F(ProcessExecutorTest, ManyShortTrialsRunOneAfterTheOther) {
  for (TrialNumber number = 100; number < 400; ++number) ASSERT_EQ(run(executor_, number).size(), 4U);
}

TEST(TrialLauncher, WorksUnderAParentThatIgnoresTheEndsOfChildren) {
  std::signal(SIGCHLD, SIG_IGN);
  TrialLauncher launcher(make_numbered);
  std::signal(SIGCHLD, SIG_DFL);
  launcher.set_up("good");
  ProcessExecutor executor(launcher, 0);
  EXPECT_EQ(run(executor, 0).size(), 4U);
  EXPECT_EQ(run(executor, 0).size(), 4U);
}

TEST(TrialLauncher, SetUpTellsWhatWentWrong) {
  TrialLauncher launcher(make_numbered);
  try {
    launcher.set_up("bad");
    FAIL() << "must throw";
  } catch (const DataError& e) {
    EXPECT_STREQ(e.what(), "no such data");
  }
}

// One whose parent takes its time to wait for it does not run either.
bool runs(pid_t pid) {
  std::string text;
  std::getline(std::ifstream(fmt::format("/proc/{}/stat", pid)), text);
  const std::size_t name_end = text.rfind(')');
  return name_end != std::string::npos && text.compare(name_end, 3, ") Z") != 0;
}

bool is_gone(pid_t pid) {
  for (int i = 0; i < 1000; ++i) {
    if (!runs(pid)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

// Forks a process that holds all that it holds, says its number, and ends as the trial's number says.
class ForkingObjective : public Objective {
 public:
  std::optional<TrialOutcome> evaluate(const Trial& trial, TrialObserver& observer) override {
    const pid_t child = fork();
    if (child == 0) {
      constexpr unsigned kOutlivesTheTest = 60;
      sleep(kOutlivesTheTest);
      _exit(0);
    }
    observer.on_message(MessageLogged::Level::info, std::to_string(child));
    if (trial.number == 1) std::abort();
    while (trial.number == 2 && !observer.stop_requested()) usleep(10'000);
    if (observer.stop_requested()) return std::nullopt;
    return done(trial.number, 0.5).outcome;
  }
};

class ForkingTrial : public ::testing::Test {
 protected:
  explicit ForkingTrial(double trial_timeout = 0) : executor_(launcher_, trial_timeout) {
    launcher_.set_up("");
  }

  // Starts it and waits for the number of the process that it forked.
  pid_t child_of(TrialNumber number) {
    executor_.start(assignment(number));
    for (;;) {
      executor_.wait(0.05);
      const std::vector<TrialNews> news = executor_.poll();
      if (!news.empty()) return std::stoi(std::get<MessageLogged>(news.front()).text);
    }
  }
  // Is nothing left, and can the worker go on?
  void expect_end_with(pid_t child) {
    run_to_end(executor_);
    EXPECT_FALSE(executor_.running());
    EXPECT_TRUE(is_gone(child));
  }

  TrialLauncher launcher_{[](const std::string&) { return std::make_unique<ForkingObjective>(); }};
  ProcessExecutor executor_;
};

class ImpatientForkingTrial : public ForkingTrial {
 protected:
  ImpatientForkingTrial() : ForkingTrial(2.0) {}  // long enough to say its number
};

TEST_F(ForkingTrial, EndsWithWhatItStarted) { expect_end_with(child_of(0)); }

TEST_F(ForkingTrial, CrashesWithWhatItStarted) { expect_end_with(child_of(1)); }

TEST_F(ImpatientForkingTrial, TakesTooLongWithWhatItStarted) { expect_end_with(child_of(2)); }

TEST_F(ForkingTrial, IsCancelledWithWhatItStarted) {
  const pid_t child = child_of(2);
  executor_.cancel();
  expect_end_with(child);
}

TEST_F(ForkingTrial, IsStoppedWithWhatItStarted) {
  const pid_t child = child_of(2);
  executor_.stop();
  expect_end_with(child);
}

TEST(TrialLauncher, ItsEndIsAnErrorThatSaysHowToCarryOn) {
  TrialLauncher launcher(make_numbered);
  launcher.set_up("good");
  kill(launcher.pid(), SIGKILL);
  ASSERT_TRUE(is_gone(launcher.pid()));
  EXPECT_THROW(launcher.launch(assignment(0)), CommError);
}

TEST(TrialLauncher, KilledWhileATrialRunsIsAnErrorAtOnce) {
  TrialLauncher launcher(make_numbered);
  launcher.set_up("good");
  ProcessExecutor executor(launcher, 0);
  executor.start(assignment(7));
  kill(launcher.pid(), SIGKILL);
  EXPECT_THROW(run_to_end(executor), CommError);
}

TEST(TrialLauncher, StoppedWhileATrialRunsIsAnErrorInTime) {
  TrialLauncher launcher(make_numbered, 1.0);
  launcher.set_up("good");
  ProcessExecutor executor(launcher, 0);
  executor.start(assignment(9));
  executor.wait(5.0);  // it trains
  executor.poll();
  kill(launcher.pid(), SIGSTOP);
  EXPECT_THROW(run_to_end(executor), CommError);
}

TEST(TrialLauncher, StoppedBeforeItIsSetUpIsAnErrorInTime) {
  TrialLauncher launcher(make_numbered, 0.2);
  kill(launcher.pid(), SIGSTOP);
  EXPECT_THROW(launcher.set_up("good"), CommError);
}

TEST(TrialLauncher, MayTakeLongerThanItsPatienceToBeSetUp) {
  TrialLauncher launcher(
      [](const std::string& setup) {
        usleep(300'000);
        return make_numbered(setup);
      },
      0.05);
  launcher.set_up("good");
}

TEST(TrialLauncher, StoppedBeforeATrialStartsIsAnErrorInTime) {
  TrialLauncher launcher(make_numbered, 0.2);
  launcher.set_up("good");
  kill(launcher.pid(), SIGSTOP);
  ProcessExecutor executor(launcher, 0);
  executor.start(assignment(0));
  EXPECT_THROW(run_to_end(executor), CommError);
  EXPECT_THROW(executor.cancel(), CommError);
}

TEST(TrialLauncher, EndsWithItsRankHoweverThatDies) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t rank = fork();
  if (rank == 0) {
    TrialLauncher launcher(make_numbered);
    launcher.set_up("good");
    const FileDescriptor trial = launcher.launch(assignment(7));
    if (!trial.is_open()) _exit(1);
    const pid_t pid = launcher.pid();
    if (write(ends[1], &pid, sizeof pid) < 0) _exit(1);
    for (;;) pause();
  }
  pid_t launcher_pid = 0;
  ASSERT_EQ(read(ends[0], &launcher_pid, sizeof launcher_pid), static_cast<ssize_t>(sizeof launcher_pid));
  kill(rank, SIGKILL);
  waitpid(rank, nullptr, 0);
  EXPECT_TRUE(is_gone(launcher_pid));
}

TEST(InlineExecutor, ReportsAndStopsWhenAsked) {
  NumberedObjective objective("good");
  bool stop = false;
  InlineExecutor executor(objective, [&] { return stop; });
  EXPECT_EQ(run(executor, 0).size(), 4U);
  EXPECT_EQ(failure(run(executor, 3)), "thrown");
  stop = true;
  EXPECT_EQ(run(executor, 0).size(), 1U) << "one epoch, no outcome";
}

TEST(InlineExecutor, DropsWeightsThatTheRuleDoesNotKeep) {
  NumberedObjective objective("good");
  InlineExecutor executor(objective, [] { return false; });
  Assignment worse = assignment(0);
  worse.weights_rule.best_so_far = 0.75;
  executor.start(worse);
  EXPECT_TRUE(std::get<LegDone>(executor.poll().back()).outcome.weights.empty());
}

}  // namespace
}  // namespace trawl
