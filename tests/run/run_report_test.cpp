#include "trawl/run/run_report.hpp"

#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/data/temporary_folder.hpp"
#include "trawl/run/relay.hpp"

namespace trawl {
namespace {

class RunReport : public TemporaryFolderTest {
 protected:
  RunReport() {
    write("report", "began 0\n");
    write("report.alive", "           0\n");
    setenv("TRAWL_RUN_REPORT", path("report").c_str(), 1);
  }
  ~RunReport() override { unsetenv("TRAWL_RUN_REPORT"); }

  // Within five seconds.
  [[nodiscard]] bool has_signs() {
    write("report.alive", "");
    for (int i = 0; i < 500; ++i) {
      if (!read("report.alive").empty()) return true;
      usleep(10'000);
    }
    return false;
  }
};

TEST_F(RunReport, HasSignsOfLifeWhileTheMasterLives) {
  {
    const SignsOfLife signs(0.01);
    EXPECT_TRUE(has_signs());
  }
  EXPECT_EQ(read("report"), "began 0\n");
}

TEST_F(RunReport, HasNoSignsOfLifeWhileTheMasterHangs) {
  SignsOfLife signs(0.01, 0.05);
  signs.on_round();
  usleep(300'000);
  write("report.alive", "");
  usleep(200'000);
  EXPECT_EQ(read("report.alive"), "");
  signs.on_last_round();
  EXPECT_TRUE(has_signs());
}

TEST_F(RunReport, ThatIsNotAskedForIsNotMissed) {
  unsetenv("TRAWL_RUN_REPORT");
  const SignsOfLife signs(0.01);
}

TEST_F(RunReport, TakesLinesAndOneSignOfLife) {
  EXPECT_TRUE(write_report(path("report"), "exit 3"));
  EXPECT_TRUE(write_report(path("report"), "alive 120"));
  EXPECT_TRUE(write_report(path("report"), "alive 130"));
  EXPECT_EQ(read("report"), "began 0\nexit 3\n");
  EXPECT_EQ(read("report.alive"), "         130\n");
}

TEST_F(RunReport, FollowsNoLinkMakesNoFileWaitsForNoReader) {
  write("victim", "mine\n");
  ASSERT_EQ(symlink(path("victim").c_str(), path("link").c_str()), 0);
  ASSERT_EQ(mkfifo(path("fifo").c_str(), 0600), 0);
  EXPECT_FALSE(write_report(path("link"), "exit 0"));
  EXPECT_FALSE(write_report(path("fifo"), "exit 0"));
  EXPECT_FALSE(write_report(path("nothing"), "exit 0"));
  EXPECT_EQ(read("victim"), "mine\n");
  EXPECT_NE(access(path("nothing").c_str(), F_OK), 0);
}

class Relayed : public ::testing::Test {
 protected:
  RelayFilter filter_{"/t/folder", [this](const std::string& path, std::string_view line) {
                        reported_ += fmt::format("{}: {}\n", path, line);
                      }};
  std::string reported_;
};

TEST_F(Relayed, OtherLinesPassUnchanged) {
  const std::string text = "a line\n\ntrawl: warning: PMIX ERROR is two words\n\x02odd\n";
  EXPECT_EQ(filter_.take(text), text);
  EXPECT_EQ(reported_, "");
}

TEST_F(Relayed, LinesOfTheReportAreTakenOut) {
  EXPECT_EQ(filter_.take(marked_line("/t/folder/report.0", "exit 0") + "next\n"), "next\n");
  EXPECT_EQ(filter_.take("half a line" + marked_line("/t/folder/report.0", "alive 12") + " the rest\n"),
            "half a line the rest\n");
  EXPECT_EQ(filter_.take("[1,0]<stderr>:" + marked_line("/t/folder/report.1", "began 3")), "");
  EXPECT_EQ(reported_,
            "/t/folder/report.0: exit 0\n/t/folder/report.0: alive 12\n/t/folder/report.1: began 3\n");
}

TEST_F(Relayed, NothingIsWrittenElsewhere) {
  const std::string text = marked_line("/t/folder/../x", "exit 0") + marked_line("/t/other/report", "exit 0");
  EXPECT_EQ(filter_.take(text), text);
  EXPECT_EQ(reported_, "");
}

TEST_F(Relayed, LinesComeInPieces) {
  const std::string line = marked_line("/t/folder/report", "exit 75");
  for (const char c : line) EXPECT_EQ(filter_.take({&c, 1}) + filter_.flush(), "");
  EXPECT_EQ(reported_, "/t/folder/report: exit 75\n");
  EXPECT_EQ(filter_.take("Continue (y/n)? "), "");
  EXPECT_EQ(filter_.flush(), "Continue (y/n)? ");
  EXPECT_EQ(filter_.take("yes\n"), "yes\n");
}

TEST_F(Relayed, WhatOpenMpiSaysOfEachDeathIsLeftOut) {
  EXPECT_EQ(filter_.take(
                "[vm:1] PMIX ERROR: BAD-PARAM in file ../src/event/pmix_event_notification.c at line 1033\n"
                "[vm:1] PMIX ERROR: OUT-OF-RESOURCE in file dstore_base.c at line 1\n"),
            "[vm:1] PMIX ERROR: OUT-OF-RESOURCE in file dstore_base.c at line 1\n");
}

}  // namespace
}  // namespace trawl
