#include "trawl/cluster/local_workers.hpp"

#include <csignal>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trawl/base/host.hpp"

namespace trawl {
namespace {

// A process like this one, until somebody ends it.
pid_t start_process() {
  const pid_t pid = fork();
  if (pid == 0) {
    for (;;) pause();
  }
  return pid;
}

Hello hello_of(pid_t pid) { return {"here", pid, process_space()}; }

class LocalWorkersTest : public ::testing::Test {
 protected:
  LocalWorkersTest() { workers_.note(1, hello_of(pid_)); }
  ~LocalWorkersTest() override {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  void end() {
    kill(pid_, SIGKILL);
    siginfo_t info;
    waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT);  // a zombie now
  }
  pid_t pid_ = start_process();
  LocalWorkers workers_;
};

TEST_F(LocalWorkersTest, NoticesTheEndOfAProcessOnce) {
  EXPECT_TRUE(workers_.take_ended().empty());
  end();
  const auto ended = workers_.take_ended();
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].first, 1);
  EXPECT_NE(ended[0].second.find(std::to_string(pid_)), std::string::npos);
  EXPECT_TRUE(workers_.take_ended().empty());
}

TEST_F(LocalWorkersTest, TheEndAfterGoodbyeIsNoLoss) {
  workers_.expect_end(1);
  end();
  EXPECT_TRUE(workers_.take_ended().empty());
}

TEST_F(LocalWorkersTest, LooksAtNoPidOfAnotherMachineOrContainer) {
  LocalWorkers others;
  others.note(2, {"elsewhere", pid_, "another boot pid:[1]"});
  others.note(3, {"here", pid_, ""});
  others.note(4, hello_of(getpid()));
  end();
  EXPECT_TRUE(others.take_ended().empty());
  others.end_all(0.0);  // or the test would end here
}

TEST_F(LocalWorkersTest, KillsWhatHangs) {
  kill(pid_, SIGSTOP);
  workers_.end_all(0.05);
  int status = 0;
  EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

}  // namespace
}  // namespace trawl
