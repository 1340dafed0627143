#include "trawl/app/watch_text.hpp"

#include <gtest/gtest.h>

#include "trawl/app/terminal.hpp"

namespace trawl {
namespace {

constexpr double kStart = 1.7e9;

TrialRow trial(TrialNumber number, TrialState state, double finished_at) {
  TrialRow row;
  row.number = number;
  row.point = number;
  row.state = state;
  row.attempt = state == TrialState::waiting ? 0 : 1;
  row.finished_at = finished_at;
  row.n_epochs = 5;
  return row;
}

// Ten trials: two from an earlier start, four (one failed) from this one, one running.
StudyTables half_way() {
  StudyTables study;
  study.study = "demo";
  study.objective.metric = "val_accuracy";
  study.sessions = {{{}, kStart - 1000, kStart - 900, 75}, {{}, kStart, kNan, -1}};
  study.published_at = kStart + 20;
  for (TrialNumber i = 0; i < 2; ++i) study.trials.push_back(trial(i, TrialState::complete, kStart - 950));
  for (TrialNumber i = 2; i < 5; ++i) study.trials.push_back(trial(i, TrialState::complete, kStart + 5));
  study.trials.push_back(trial(5, TrialState::failed, kStart + 6));
  study.trials.push_back(trial(6, TrialState::running, kNan));
  for (TrialNumber i = 7; i < 10; ++i) study.trials.push_back(trial(i, TrialState::waiting, kNan));
  study.workers = {
      {0, {1, "old", 2, 50, 50, kNan}}, {1, {1, "a", 3, 15, 5, kNan}}, {1, {2, "b", 1, 3, 1, kStart + 7}}};
  study.best = BestNetwork{3, {{"batch_size", std::int64_t{16}}}, 0.9, {}};
  return study;
}

TEST(WatchText, CountsAllTrialsAndMeasuresTheLastStart) {
  const ProgressFigures figures = figures_of(half_way());
  EXPECT_EQ(progress_text(figures),
            "6/10 trials (1 failed), best val_accuracy 0.9 (trial 3), 1 running, 0.2 trials/s, 20 s left");
}

TEST(WatchText, WhereTrialsPauseItCountsLegs) {
  StudyTables study = half_way();
  for (TrialNumber i = 2; i < 5; ++i) study.trials[static_cast<std::size_t>(i)].state = TrialState::paused;
  for (TrialNumber i = 0; i < 6; ++i) {
    LegRow leg;
    leg.trial = i;
    leg.ended_at = i < 2 ? kStart - 950 : kStart + 5;
    study.legs.push_back(leg);
  }
  EXPECT_EQ(progress_text(figures_of(study)),
            "3/10 trials (1 failed), best val_accuracy 0.9 (trial 3), 1 running, 3 paused, 0.2 legs/s");
}

TEST(WatchText, AShardCountsItsOwnTrials) {
  StudyTables study = half_way();
  study.shard = {1, 2};
  EXPECT_EQ(figures_of(study).n_trials, 5);
  EXPECT_EQ(figures_of(study).n_finished, 3);  // 1, 3, 5
}

TEST(WatchText, TheScreenHoldsWhatMattersAndTheLastMessagesThatFit) {
  StudyTables study = half_way();
  for (int i = 0; i < 20; ++i) {
    study.messages.push_back({kStart, MessageLogged::Level::warning, i, "is odd"});
  }
  const std::vector<std::string> lines = watch_screen(study, kStart + 50, 9);
  ASSERT_EQ(lines.size(), 9U);
  EXPECT_EQ(lines[0], "demo: running, maximize val_accuracy");
  EXPECT_EQ(lines[1], "[############........] 6/10 trials (1 failed), 1 running, 0.2 trials/s, 20 s left");
  EXPECT_EQ(lines[2], "best       val_accuracy 0.9, trial 3: batch_size=16");
  EXPECT_EQ(lines[4], "workers    2 on 2 hosts, 1 lost, 75 % of their time in trials");
  EXPECT_NE(lines[5].find("30 s ago"), std::string::npos);
  EXPECT_NE(lines[8].find("warning: trial 19 is odd"), std::string::npos);
  EXPECT_EQ(watch_screen(study, kStart, 3).size(), 6U) << "messages are what is left out";
}

TEST(WatchText, SaysHowTheRunEnded) {
  StudyTables study = half_way();
  EXPECT_EQ(run_state(study), "running");
  study.sessions.back().ended_at = kStart + 20;
  study.sessions.back().exit_code = 75;
  EXPECT_EQ(run_state(study), "stopped (exit code 75)");
  study.complete = true;
  EXPECT_EQ(run_state(study), "complete, 1 failed");
  for (TrialRow& row : study.trials) {
    if (row.state == TrialState::failed) row.state = TrialState::complete;
  }
  EXPECT_EQ(run_state(study), "complete");
}

TEST(WatchText, BeforeTheFirstTrialThereIsNoSpeed) {
  StudyTables study;
  study.study = "new";
  study.trials.push_back(trial(0, TrialState::waiting, kNan));
  EXPECT_EQ(progress_text(figures_of(study)), "0/1 trials, 0 running");
  EXPECT_EQ(watch_screen(study, kStart, 24)[2], "best       none yet");
}

TEST(Terminal, ALineIsCutBetweenCharactersAndHoldsNoControls) {
  EXPECT_EQ(fitted("\xCE\xBB\xCE\xB7\xCE\xBC", 2), "\xCE\xBB\xCE\xB7");
  EXPECT_EQ(fitted("a\nb\033[2Jc", 80), "a\\nb\\x1b[2Jc");
}

TEST(ProgressLine, FitsAnyTerminal) {
  ProgressFigures figures{
      123, 1000, 7, 8, 100, 1234.5, "val_accuracy 0.97654 (a name for this point, trial 1)"};
  for (std::size_t columns = 39; columns < 200; ++columns) {
    const std::string line = progress_line(figures, columns);
    EXPECT_LE(columns_of(line), columns);
    EXPECT_NE(line.find("123/1000 trials (7 failed)"), std::string::npos) << line;
    EXPECT_TRUE(columns < 60 || line.find(" left") != std::string::npos) << line;
    EXPECT_TRUE(columns < 79 || line.find(", best val_accuracy") != std::string::npos) << line;
  }
  EXPECT_EQ(progress_line(figures, 200), progress_bar(figures) + " " + progress_text(figures));
}

TEST(ProgressLine, CountsColumnsNotCharacters) {
  ProgressFigures figures{1, 2, 0, 1, 1, 1.0, ""};
  for (int i = 0; i < 60; ++i) figures.best += "\xE6\x9C\x80";  // each two columns
  EXPECT_LE(columns_of(progress_line(figures, 79)), 79U);
  EXPECT_EQ(columns_of(std::string("\xE6\x9C\x80") + "a"), 3U);
  EXPECT_EQ(fitted("\xE6\x9C\x80\xE6\x9C\x80", 3), "\xE6\x9C\x80");
}

TEST(ProgressText, PausedTrialsAreCountedAndNobodyKnowsHowLongTheyTake) {
  ProgressFigures figures{3, 12, 0, 2, 3, 6.0, "", 3};
  EXPECT_EQ(counts_text(figures), "3/12 trials, 2 running, 3 paused");
  EXPECT_EQ(speed_text(figures), "0.5 trials/s");
  EXPECT_EQ(progress_bar(figures, 4), "[##..]");
  figures.n_paused = 0;
  EXPECT_EQ(speed_text(figures), "0.5 trials/s, 18 s left");
}

TEST(WatchText, PausedTrialsAreNotFinished) {
  StudyTables study;
  study.trials.push_back(trial(0, TrialState::complete, kStart + 5));
  study.trials.push_back(trial(1, TrialState::paused, kStart + 6));
  const ProgressFigures figures = figures_of(study);
  EXPECT_EQ(figures.n_finished, 1);
  EXPECT_EQ(figures.n_paused, 1);
}

}  // namespace
}  // namespace trawl
