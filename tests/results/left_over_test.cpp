#include <fstream>

#include "simulated_study.hpp"
#include "trawl/journal/journal_reader.hpp"
#include "trawl/results/file_inspection.hpp"
#include "trawl/results/repair.hpp"

namespace trawl::testing {
namespace {

namespace fs = std::filesystem;

SimulatedStudy study_of(std::int64_t n_points) { return {n_points, 1, 4, "simulated"}; }

/// A complete file of 6 trials and what a kill leaves that meets its extension to 60 before all of
/// the file stands in the journal.
void leave_half_taken(const Folder& folder) {
  study_of(6).finish(folder.file());
  fs::copy_file(folder.file(), folder.file("small.h5"));
  { ResultsStore::open(folder.file(), study_of(60).description(), provenance(), quick()); }
  fs::rename(folder.file("small.h5"), folder.file());
  JournalReader reader(folder.file());
  std::uint64_t before = 0;
  while (const auto record = reader.next()) {
    if (std::holds_alternative<PublishedFileTaken>(*record)) break;
    before = reader.position().offset;
  }
  fs::resize_file(segment_path(folder.file(), 0), before - 100);
}

bool is_readable(const std::string& path) {
  try {
    read_results(path);
    return true;
  } catch (const StoreError&) {
    return false;
  }
}

/// Damages a column, so that the file still says what it is.
void damage(const std::string& path) {
  const auto size = static_cast<std::streamoff>(fs::file_size(path));
  for (std::streamoff at = size / 4; at < size; at += 16) {
    fs::copy_file(path, path + ".before");
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file.put('\x5a').put('\x5b');
    file.close();
    if (!is_readable(path) && inspect_results(path).complete) {
      fs::remove(path + ".before");
      return;
    }
    fs::rename(path + ".before", path);
  }
  FAIL() << "no byte that counts";
}

TEST(LeftOver, RepairKeepsTheFileThatAnExtensionHadOnlyBegunToRead) {
  const Folder folder;
  leave_half_taken(folder);
  const StudyTables before = read_results(folder.file());
  ::testing::internal::CaptureStderr();
  const RepairReport report = repair(folder.file());
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("left over"), std::string::npos);
  EXPECT_FALSE(report.rebuilt);
  EXPECT_EQ(report.n_trials, 6);
  const StudyTables after = read_results(folder.file());
  EXPECT_TRUE(after.complete);
  EXPECT_EQ(after.run_id, before.run_id);
  EXPECT_SAME(after, before);
  study_of(60).finish(folder.file());
  EXPECT_SAME(read_results(folder.file()), study_of(60).undisturbed(folder));
}

TEST(LeftOver, TheOriginalCommandFindsItsStudyComplete) {
  const Folder folder;
  leave_half_taken(folder);
  EXPECT_EQ(study_of(6).finish(folder.file()), StudyStart::already_complete);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"r.h5"});
}

TEST(LeftOver, JournalOfADamagedFileIsKept) {
  const Folder folder;
  leave_half_taken(folder);
  damage(folder.file());
  EXPECT_THROW(study_of(60).finish(folder.file()), StoreError);
  EXPECT_THROW(repair(folder.file()), StoreError);
  EXPECT_EQ(journal_segments(folder.file()).size(), 1U);
}

/// A complete file, and its journal's segments from `first` on, of three.
void leave_segments(const Folder& folder, std::uint64_t first) {
  const SimulatedStudy study;
  for (int session = 0; session < 3; ++session)
    ResultsStore::open(folder.file(), study.description(), provenance(), quick());
  for (std::uint64_t s = first; s < 3; ++s)
    fs::copy_file(segment_path(folder.file(), s), folder.file(fmt::format("kept.{}", s)));
  study.finish(folder.file());
  for (std::uint64_t s = first; s < 3; ++s)
    fs::rename(folder.file(fmt::format("kept.{}", s)), segment_path(folder.file(), s));
}

TEST(LeftOver, JournalThatIsPartlyRemovedGoesWhereTheFileIsWhole) {
  for (const bool by_repair : {false, true}) {
    for (std::uint64_t first = 1; first < 3; ++first) {
      const Folder folder;
      leave_segments(folder, first);
      if (by_repair)
        EXPECT_FALSE(repair(folder.file()).rebuilt);
      else
        EXPECT_EQ(SimulatedStudy().finish(folder.file()), StudyStart::already_complete);
      EXPECT_EQ(folder.names(), std::vector<std::string>{"r.h5"});
    }
  }
}

TEST(LeftOver, JournalThatIsPartlyRemovedStaysWhereTheFileIsNot) {
  const Folder folder;
  leave_segments(folder, 1);
  fs::resize_file(folder.file(), fs::file_size(folder.file()) / 2);
  EXPECT_THROW(SimulatedStudy().finish(folder.file()), StoreError);
  EXPECT_THROW(repair(folder.file()), StoreError);
  EXPECT_EQ(journal_segments(folder.file()).size(), 2U);
}

TEST(LeftOver, CompleteFileThatIsDamagedIsRebuiltWhileItsJournalIsThere) {
  const Folder folder;
  const SimulatedStudy study;
  study.run(*ResultsStore::open(folder.file(), study.description(), provenance(), quick()), [] {});
  fs::copy_file(segment_path(folder.file(), 0), folder.file("kept"));
  study.finish(folder.file());
  fs::rename(folder.file("kept"), segment_path(folder.file(), 0));
  const StudyTables expected = read_results(folder.file());
  damage(folder.file());
  EXPECT_TRUE(repair(folder.file()).rebuilt);
  EXPECT_EQ(study.finish(folder.file()), StudyStart::resumed);
  EXPECT_SAME(read_results(folder.file()), expected);
}

TEST(LeftOver, JournalInAnotherEncodingIsAnErrorNotALoss) {
  const Folder folder;
  const SimulatedStudy study;
  { ResultsStore::open(folder.file(), study.description(), provenance(), quick()); }
  const std::string segment = segment_path(folder.file(), 0);
  std::fstream(segment, std::ios::in | std::ios::out | std::ios::binary) << "TRAWLJNL";
  const auto size = fs::file_size(segment);
  try {
    study.finish(folder.file());
    FAIL() << "went on without the journal";
  } catch (const StoreError& e) {
    EXPECT_NE(std::string(e.what()).find("another build of trawl"), std::string::npos) << e.what();
  }
  EXPECT_EQ(fs::file_size(segment), size);
}

TEST(LeftOver, RecordOfAnotherBuildIsAnErrorNotALoss) {
  const Folder folder;
  const SimulatedStudy study;
  { ResultsStore::open(folder.file(), study.description(), provenance(), quick()); }
  JournalReader reader(folder.file());
  while (reader.next()) {
  }
  const std::string segment = segment_path(folder.file(), 0);
  std::string record;
  add_record(record, 99, reader.position().sequence, std::string("of a later build"));
  std::ofstream(segment, std::ios::app | std::ios::binary) << record;
  const auto size = fs::file_size(segment);
  for (const bool by_repair : {false, true}) {
    try {
      if (by_repair)
        repair(folder.file());
      else
        study.finish(folder.file());
      FAIL() << "went on without the record";
    } catch (const StoreError& e) {
      EXPECT_NE(std::string(e.what()).find("another build of trawl"), std::string::npos) << e.what();
    }
  }
  EXPECT_EQ(fs::file_size(segment), size);
  EXPECT_EQ(journal_segments(folder.file()).size(), 1U);
}

}  // namespace
}  // namespace trawl::testing
