#include "trawl/base/removed_on_signal.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trawl/base/guarded_process.hpp"

namespace trawl {
namespace {

namespace fs = std::filesystem;

/// Files of one test, in a folder of its own.
class RemovedOnSignalTest : public testing::Test {
 protected:
  RemovedOnSignalTest() : folder_(fs::temp_directory_path() / ("trawl-removed-" + std::to_string(getpid()))) {
    fs::create_directory(folder_);
  }
  ~RemovedOnSignalTest() override { fs::remove_all(folder_); }

  std::string make(const std::string& name) {
    std::ofstream(folder_ / name) << "half";
    return folder_ / name;
  }
  /// Does `work` in a child, and tells the signal that ended it; 0: none.
  static int ended_by(const std::function<void()>& work) {
    const pid_t pid = fork();
    if (pid == 0) {
      work();
      _exit(0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }

  fs::path folder_;
};

TEST_F(RemovedOnSignalTest, TakesTheFilesOfNowAlone) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    const std::string now = make("now");
    const std::string before = make("before");
    const int ended = ended_by([&] {
      remove_files_on_signals();
      { const RemovedOnSignal whole(before); }
      const RemovedOnSignal half(now);
      raise(signal);
    });
    EXPECT_EQ(ended, signal);
    EXPECT_FALSE(fs::exists(now));
    EXPECT_TRUE(fs::exists(before));
  }
}

TEST_F(RemovedOnSignalTest, StandsManyFiles) {
  EXPECT_EQ(ended_by([&] {
              for (int round = 0; round < 3; ++round) {
                std::vector<std::unique_ptr<RemovedOnSignal>> files;
                for (int i = 0; i < 100; ++i) files.push_back(std::make_unique<RemovedOnSignal>("x"));
              }
            }),
            0);
}

// The signal reaches the process that waits, as `kill PID` does; the one that writes is its child.
TEST_F(RemovedOnSignalTest, ReachesASupervisedVerb) {
  const std::string half = make("half");
  const int ended = ended_by([&] {
    remove_files_on_signals();
    const pid_t parent = getpid();
    const auto write = [&] {
      const RemovedOnSignal file(half);
      kill(parent, SIGTERM);
      while (true) pause();
      return 0;
    };
    supervise({}, write, [](const std::string&) { return 1; });
  });
  EXPECT_EQ(ended, SIGTERM);
  EXPECT_FALSE(fs::exists(half));
}

}  // namespace
}  // namespace trawl
