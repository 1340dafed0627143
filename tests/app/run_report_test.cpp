#include "trawl/app/run_report.hpp"

#include <cstdlib>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/data/temporary_folder.hpp"

namespace trawl {
namespace {

constexpr time_t kLongAgo = 1000;

class RunReport : public TemporaryFolderTest {
 protected:
  RunReport() {
    write("report", "began 0\n");
    setenv("TRAWL_RUN_REPORT", path("report").c_str(), 1);
    const timespec long_ago[2] = {{kLongAgo, 0}, {kLongAgo, 0}};
    utimensat(AT_FDCWD, path("report").c_str(), long_ago, 0);
  }
  ~RunReport() override { unsetenv("TRAWL_RUN_REPORT"); }

  // Within five seconds.
  [[nodiscard]] bool is_touched() const {
    struct stat found = {};
    for (int i = 0; i < 500; ++i) {
      stat(path("report").c_str(), &found);
      if (found.st_mtime != kLongAgo) return true;
      usleep(10'000);
    }
    return false;
  }
};

TEST_F(RunReport, IsTouchedWhileTheMasterLives) {
  {
    const SignsOfLife signs(0.01);
    EXPECT_TRUE(is_touched());
  }
  EXPECT_EQ(read("report"), "began 0\n");
}

TEST_F(RunReport, IsNotTouchedWhileTheMasterHangs) {
  SignsOfLife signs(0.01, 0.05);
  signs.on_round();
  usleep(300'000);
  const timespec long_ago[2] = {{kLongAgo, 0}, {kLongAgo, 0}};
  utimensat(AT_FDCWD, path("report").c_str(), long_ago, 0);
  usleep(200'000);
  struct stat found = {};
  stat(path("report").c_str(), &found);
  EXPECT_EQ(found.st_mtime, kLongAgo);
  signs.on_last_round();
  EXPECT_TRUE(is_touched());
}

TEST_F(RunReport, ThatIsNotAskedForIsNotMissed) {
  unsetenv("TRAWL_RUN_REPORT");
  const SignsOfLife signs(0.01);
}

}  // namespace
}  // namespace trawl
