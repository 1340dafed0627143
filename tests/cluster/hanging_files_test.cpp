// Trials that wait for a file which does not come, and what becomes of them and of their worker.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixtures.hpp"
#include "running_trials.hpp"
#include "tests/data/temporary_folder.hpp"
#include "trawl/base/file_descriptor.hpp"
#include "trawl/cluster/trial_launcher.hpp"
#include "trawl/cluster/worker.hpp"
#include "trawl/comm/loopback_link.hpp"

namespace trawl {
namespace {

using namespace testing;

// Looks for its checkpoint, and says nothing for a second.
class QuietObjective : public Objective {
 public:
  std::optional<TrialOutcome> evaluate(const Trial& trial, TrialObserver& observer) override {
    observer.load_checkpoint();
    std::this_thread::sleep_for(std::chrono::seconds(1));
    return done(trial.number, 0.5).outcome;
  }
};

// Whoever opens a pipe waits until somebody else does: so does trial 0 with its checkpoint.
class HangingFile : public TemporaryFolderTest {
 protected:
  HangingFile() {
    std::filesystem::create_directory(path("checkpoints"));
    EXPECT_EQ(mkfifo(file_.c_str(), 0600), 0);
    launcher_.set_up("", CheckpointSettings{path("checkpoints"), "study", "build", 0.0});
  }

  const std::string file_ = path("checkpoints/0.checkpoint");
  TrialLauncher launcher_{[](const std::string&) { return std::make_unique<QuietObjective>(); }};
  ProcessExecutor executor_{launcher_, 0};
  ProcessExecutor impatient_{launcher_, 0, 0.5};
};

TEST_F(HangingFile, IsMissedAndTheExecutorIsStuck) {
  EXPECT_TRUE(run(impatient_, 0).empty()) << "it is not the trial's fault";
  expect_parts(impatient_.stuck(), {"trial 0 has waited", file_, "the file system there hangs"});
}

TEST_F(HangingFile, DoesNotCountAsTrainingThatTakesTooLong) {
  ProcessExecutor executor(launcher_, 1.5, 2.5);
  EXPECT_EQ(failure(run(executor, 0)), "");
  EXPECT_NE(executor.stuck(), "");
}

TEST_F(HangingFile, ThatComesInTimeIsNoMatter) {
  executor_.start(assignment(0));
  executor_.wait(0.2);
  EXPECT_TRUE(executor_.poll().empty());
  const FileDescriptor other(open(file_.c_str(), O_RDWR | O_CLOEXEC));
  const std::vector<TrialNews> news = run_to_end(executor_);
  ASSERT_FALSE(news.empty());
  EXPECT_TRUE(std::holds_alternative<LegDone>(news.back()));
  EXPECT_EQ(executor_.stuck(), "");
}

TEST_F(HangingFile, IsNotWhatALongTrialWaitsFor) {
  const std::vector<TrialNews> news = run(impatient_, 1);
  ASSERT_EQ(news.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<LegDone>(news[0]));
  EXPECT_EQ(impatient_.stuck(), "");
}

// In the middle of a checkpoint a signal from outside stops it: it goes on as soon as it is told to.
TEST_F(HangingFile, IsNotWhatAStoppedTrialWaitsFor) {
  constexpr double kTrialTimeout = 3.0;
  ProcessExecutor executor(launcher_, kTrialTimeout, 1.5);
  executor.start(assignment(0));
  while (launcher_.trial_pid() == 0) {
    executor.wait(0.01);
    ASSERT_TRUE(executor.poll().empty());
  }
  ASSERT_EQ(kill(launcher_.trial_pid(), SIGSTOP), 0);
  EXPECT_NE(failure(run_to_end(executor)).find("trial_timeout"), std::string::npos);
  EXPECT_EQ(executor.stuck(), "");
}

TEST_F(HangingFile, LetsTheTrialBeEndedWhenTheStudyStops) {
  executor_.start(assignment(0));
  executor_.stop();
  executor_.wait(0.2);
  EXPECT_TRUE(executor_.poll().empty());
  EXPECT_TRUE(executor_.running());
  executor_.cancel();
  EXPECT_FALSE(executor_.running());
  EXPECT_EQ(executor_.stuck(), "") << "it could be killed";
}

// Starts a program whose input is that pipe: it waits for that in the kernel, as for a disk.
class BlockedObjective : public Objective {
 public:
  explicit BlockedObjective(std::string input) : input_(std::move(input)) {}
  std::optional<TrialOutcome> evaluate(const Trial& trial, TrialObserver& /*observer*/) override {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, input_.c_str(), O_RDONLY, 0);
    char name[] = "true";
    char* const arguments[] = {name, nullptr};
    pid_t child = 0;
    posix_spawn(&child, "/bin/true", &actions, nullptr, arguments, environ);
    return done(trial.number, 0.5).outcome;
  }

 private:
  std::string input_;
};

TEST_F(HangingFile, IsMissedWhateverFileItIs) {
  TrialLauncher launcher{[&](const std::string&) { return std::make_unique<BlockedObjective>(file_); }};
  launcher.set_up("");
  ProcessExecutor executor(launcher, 0, 1.5);
  EXPECT_TRUE(run(executor, 0).empty());
  expect_parts(executor.stuck(), {"trial 0 has waited", "in the kernel", "the file system there hangs"});
}

TEST_F(HangingFile, MakesTheWorkerLeaveAndItsTrialGoElsewhere) {
  const StudyDefinition study = make_study(2);
  const IndexSampler sampler(2);
  Master master(study, sampler, fresh_progress(study));
  master.on_message(2, Hello{"elsewhere", 1, ""}, 0.0);
  LoopbackPair pair;
  Worker worker(pair.worker(), 0, impatient_, "here", [] { return false; });
  const auto hear = [&] {
    while (const auto received = pair.master().receive()) {
      const Decision decision = master.on_message(1, from_worker(received->bytes), 0.0);
      if (decision.reply) pair.master().send(1, to_bytes(*decision.reply));
    }
  };
  while (!worker.finished()) {
    if (!worker.step()) worker.wait();
    hear();
  }
  hear();
  EXPECT_TRUE(worker.somebody_died()) << "so that it does not finalize MPI";
  EXPECT_EQ(master.n_lost(), 1);
  const auto again = assignments(master.on_message(2, report({}, 1), 0.0));
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].trial.number, 0);
}

}  // namespace
}  // namespace trawl
