#include <chrono>
#include <csignal>
#include <fstream>
#include <random>
#include <thread>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "simulated_study.hpp"
#include "trawl/journal/journal_reader.hpp"

namespace trawl::testing {
namespace {

namespace fs = std::filesystem;

void pause_us(int us) { std::this_thread::sleep_for(std::chrono::microseconds(us)); }

/// What a SIGKILL leaves of a study that has run all its trials in three sessions.
void leave_journal(const SimulatedStudy& study, const std::string& path) {
  const std::int64_t n = study.n_points;
  for (std::int64_t session = 0; session < 3; ++session) {
    const auto store = ResultsStore::open(path, study.description(), provenance(), quick());
    for (TrialNumber t = session * n / 3; t < (session + 1) * n / 3; ++t) {
      for (TrialEvent& event : study.events(t)) store->append({std::move(event)});
    }
  }
}

void copy_journal(const std::string& from, const std::string& to, std::int64_t length) {
  for (std::uint64_t s = 0; s < 3; ++s) {
    fs::copy_file(segment_path(from, s), segment_path(to, s), fs::copy_options::overwrite_existing);
  }
  fs::resize_file(segment_path(to, 2), static_cast<std::uintmax_t>(length));
}

TEST(Crash, JournalTornAtAnyByteGivesAllRecordsBeforeIt) {
  const Folder folder;
  leave_journal({3, 1, 3, "simulated"}, folder.file("whole.h5"));
  std::vector<std::uint64_t> ends;  // of the last segment's records
  std::size_t n_before = 0;
  JournalReader whole(folder.file("whole.h5"));
  while (whole.next()) {
    if (whole.position().segment == 2)
      ends.push_back(whole.position().offset);
    else
      ++n_before;
  }
  ASSERT_GT(ends.size(), 5U);
  for (std::uint64_t length = 0; length <= ends.back(); ++length) {
    copy_journal(folder.file("whole.h5"), folder.file(), static_cast<std::int64_t>(length));
    const auto kept =
        std::count_if(ends.begin(), ends.end(), [&](std::uint64_t end) { return end <= length; });
    JournalReader torn(folder.file());
    std::size_t n = 0;
    while (torn.next()) ++n;
    ASSERT_EQ(n, n_before + static_cast<std::size_t>(kept)) << "cut to " << length << " of " << ends.back();
  }
}

// Counted up to from the last one, it would take all memory there is.
TEST(Crash, AStrayNameThatLooksLikeASegmentIsNoEndlessJournal) {
  const Folder folder;
  leave_journal({3, 1, 3, "simulated"}, folder.file());
  const auto n_records = [&] {
    JournalReader reader(folder.file());
    std::int64_t n = 0;
    while (reader.next()) ++n;
    return n;
  };
  const std::int64_t n = n_records();
  for (const char* name : {"r.h5.journal.1", "r.h5.journal.0001", "r.h5.journal.002.bak", "r.h5.journal."}) {
    std::ofstream(folder.file(name)) << "not ours";
    EXPECT_EQ(n_records(), n) << name;
  }
  std::ofstream(folder.file("r.h5.journal.18446744073709551615")) << "not ours";
  EXPECT_THROW(n_records(), StoreError);
}

TEST(Crash, TornJournalResumesToTheSameResults) {
  const Folder folder;
  const SimulatedStudy study{6, 1, 3, "simulated"};
  const StudyTables expected = study.undisturbed(folder);
  leave_journal(study, folder.file("whole.h5"));
  const auto size = static_cast<std::int64_t>(fs::file_size(segment_path(folder.file("whole.h5"), 2)));
  std::mt19937 random(1);
  std::vector<std::int64_t> lengths = {0, 1, size - 1, size};
  for (int i = 0; i < 40; ++i)
    lengths.push_back(std::uniform_int_distribution<std::int64_t>(0, size)(random));
  for (const std::int64_t length : lengths) {
    copy_journal(folder.file("whole.h5"), folder.file(), length);
    ASSERT_EQ(study.finish(folder.file()), StudyStart::resumed);
    EXPECT_SAME(read_results(folder.file()), expected);
    ASSERT_FALSE(HasFailure()) << "cut to " << length << " of " << size;
    fs::remove(folder.file());
  }
}

TEST(Crash, DamageInAnOlderSegmentIsAnErrorNotALoss) {
  const Folder folder;
  const SimulatedStudy study{6, 1, 3, "simulated"};
  leave_journal(study, folder.file());
  const std::string first = segment_path(folder.file(), 0);
  std::fstream file(first, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(fs::file_size(first) / 2));
  file.put('\x5a').put('\x5a').put('\x5a');
  file.close();
  try {
    study.finish(folder.file());
    FAIL() << "went on without records";
  } catch (const StoreError& e) {
    EXPECT_NE(std::string(e.what()).find("is damaged at byte"), std::string::npos) << e.what();
  }
}

TEST(Crash, SegmentsThatAreFullAreFollowedByNewOnes) {
  const Folder folder;
  const SimulatedStudy study;
  StoreOptions options = quick();
  options.segment_bytes = 2000;
  {
    const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), options);
    study.run(*store, [] {});
    EXPECT_GT(journal_segments(folder.file()).size(), 5U);
  }
  EXPECT_EQ(study.finish(folder.file()), StudyStart::resumed);
  EXPECT_SAME(read_results(folder.file()), study.undisturbed(folder));
}

/// Runs the study in a child process; before its end it calls `before_the_end`. Never returns there.
template <class AfterAppend>
pid_t start_child(
    const SimulatedStudy& study, const std::string& path, AfterAppend after_append,
    void (*before_the_end)() = [] {}) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  int code = 0;
  try {
    const auto store = ResultsStore::open(path, study.description(), provenance(), quick());
    if (store->start() != StudyStart::already_complete) {
      study.run(*store, after_append);
      before_the_end();
      store->complete(TestEvaluation{0.9, 0.3}, 0);
    }
  } catch (const std::exception& e) {
    fmt::print(stderr, "{}\n", e.what());
    code = 1;
  }
  _exit(code);
}

void wait_for_a_kill() {
  for (;;) pause();
}

int wait_for(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return status;
}

TEST(Crash, KilledAgainAndAgainItEndsAsIfUndisturbed) {
  const Folder folder;
  const SimulatedStudy study{150, 1, 4, "simulated"};
  const StudyTables expected = study.undisturbed(folder);
  std::mt19937 random(2);
  const auto pause = [] { pause_us(1'000); };
  ::testing::internal::CaptureStderr();
  for (int kills = 0; kills < 30; ++kills) {
    const pid_t pid = start_child(study, folder.file(), pause, wait_for_a_kill);
    pause_us(std::uniform_int_distribution<int>(5'000, 45'000)(random));
    kill(pid, SIGKILL);
    EXPECT_TRUE(WIFSIGNALED(wait_for(pid)));
  }
  const int status = wait_for(start_child(study, folder.file(), pause));
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << said;
  EXPECT_EQ(said, "");
  EXPECT_SAME(read_results(folder.file()), expected);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"r.h5"});
}

TEST(Crash, KilledWhileItExtendsItEndsAsIfUndisturbed) {
  const Folder folder;
  SimulatedStudy study{40, 1, 4, "simulated"};
  study.finish(folder.file("small.h5"));
  study.n_points = 60;
  const StudyTables expected = study.undisturbed(folder);
  std::mt19937 random(3);
  for (int round = 0; round < 15; ++round) {
    fs::copy_file(folder.file("small.h5"), folder.file(), fs::copy_options::overwrite_existing);
    const pid_t pid = start_child(study, folder.file(), [] { pause_us(50); });
    pause_us(std::uniform_int_distribution<int>(1'000, 30'000)(random));
    kill(pid, SIGKILL);
    wait_for(pid);
    EXPECT_NO_THROW(read_results(folder.file())) << "the old file stays whole";
    study.finish(folder.file());
    EXPECT_SAME(read_results(folder.file()), expected);
  }
}

TEST(Crash, ReaderNeverMeetsAnUnreadableFile) {
  const Folder folder;
  const SimulatedStudy study{150, 1, 4, "simulated"};
  { const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick()); }
  // It goes on from every hundredth event when the reader has seen so many versions.
  constexpr int kEvents = 100;
  constexpr int kVersions = 5;
  const auto gate = [&](int version) { return folder.file(fmt::format("seen.{}", version)); };
  const pid_t pid = start_child(study, folder.file(), [&, n = 0]() mutable {
    pause_us(100);
    if (++n % kEvents != 0 || n / kEvents > kVersions) return;
    while (!fs::exists(gate(n / kEvents))) pause_us(1'000);
  });
  std::size_t rows = 0;
  int versions = 0;
  double last = 0.0;
  int status = 0;
  while (waitpid(pid, &status, WNOHANG) == 0) {
    const StudyTables tables = read_results(folder.file());
    EXPECT_GE(tables.epochs.size(), rows) << "never goes back";
    rows = tables.epochs.size();
    if (tables.published_at != last) std::ofstream(gate(++versions));
    last = tables.published_at;
  }
  EXPECT_EQ(status, 0);
  EXPECT_GE(versions, kVersions);
}

TEST(Crash, FullJournalStopsTheRunAndTheSameCommandResumes) {
  const Folder folder;
  const SimulatedStudy study{60, 1, 4, "simulated"};
  const StudyTables expected = study.undisturbed(folder);
  // A limit on the length of files stands for a full disk: writes are cut short and then fail.
  signal(SIGXFSZ, SIG_IGN);
  struct rlimit before {};
  getrlimit(RLIMIT_FSIZE, &before);
  {
    StoreOptions options = quick();
    options.publish_seconds = 1000.0;
    const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), options);
    const struct rlimit limit { 25'001, before.rlim_max };
    setrlimit(RLIMIT_FSIZE, &limit);
    EXPECT_THROW(study.run(*store, [] {}), StoreError);
    EXPECT_THROW(store->append({study.events(59)[0]}), StoreError)
        << "nothing is written behind a torn record";
    setrlimit(RLIMIT_FSIZE, &before);
  }
  EXPECT_EQ(fs::file_size(segment_path(folder.file(), 0)), 25'001U);
  EXPECT_EQ(study.finish(folder.file()), StudyStart::resumed);
  EXPECT_SAME(read_results(folder.file()), expected);
}

}  // namespace
}  // namespace trawl::testing
