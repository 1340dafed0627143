#include <atomic>
#include <chrono>
#include <fstream>
#include <iterator>
#include <system_error>
#include <thread>

#include <sys/stat.h>
#include <sys/syscall.h>

#include "simulated_study.hpp"
#include "trawl/journal/journal_writer.hpp"
#include "trawl/results/file_lock.hpp"
#include "trawl/results/final_file.hpp"

namespace {
std::atomic<int> folder_syncs{0};
}

/// Stands in front of the system's, to count the folders among what is synced.
extern "C" int fsync(int fd) {
  struct stat info {};
  if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) ++folder_syncs;
  return static_cast<int>(syscall(SYS_fsync, fd));
}

namespace trawl::testing {
namespace {

namespace fs = std::filesystem;

TEST(Durability, NameOfEverySegmentIsSynced) {
  const Folder folder;
  const int before = folder_syncs;
  JournalWriter writer(folder.file(), {}, 0, 1000.0, 200);
  EXPECT_EQ(folder_syncs, before + 1);
  writer.append_one(SessionEnded{1.0, 0});
  EXPECT_EQ(folder_syncs, before + 1) << "once a segment";
  while (writer.position().segment == 0) writer.append_one(SessionEnded{1.0, 0});
  EXPECT_EQ(folder_syncs, before + 2);
}

TEST(Durability, DamagedWeightsNeverBecomeTheFinalFile) {
  const Folder folder;
  const SimulatedStudy study;
  {
    const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
    study.run(*store, [] {});
    store->close(75);
  }
  std::ifstream source(folder.file(), std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(source)), {});
  const std::vector<float> values = {1, 2, 3, 4, 5};
  const std::string weights(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  EXPECT_NO_THROW(write_final_file(folder.file(), folder.file("final.h5")));
  std::size_t n = 0;
  for (std::size_t at = bytes.find(weights); at != std::string::npos; at = bytes.find(weights, at + 1), ++n)
    bytes[at + 1] ^= 0x10;
  ASSERT_GT(n, 0U);
  std::ofstream(folder.file(), std::ios::binary | std::ios::trunc) << bytes;
  EXPECT_THROW(write_final_file(folder.file(), folder.file("final.h5")), StoreError);
}

TEST(Durability, LockOfAnotherRunIsNotRemoved) {
  const Folder folder;
  FileLock first(folder.file(), 0.0);
  fs::remove(folder.file() + ".lock");  // as somebody does who thinks it stale
  FileLock second(folder.file(), 0.0);
  first.release();
  EXPECT_TRUE(fs::exists(folder.file() + ".lock"));
  EXPECT_THROW(FileLock(folder.file(), 0.0), StoreError);
  second.release();
  EXPECT_FALSE(fs::exists(folder.file() + ".lock"));
}

TEST(Durability, StopIsHeardWhileAnotherRunIsWaitedFor) {
  const Folder folder;
  const SimulatedStudy study;
  const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
  StoreOptions options = quick();
  options.lock_seconds = 5.0;
  int asked = 0;
  options.stop_requested = [&] { return ++asked == 3; };
  EXPECT_THROW(ResultsStore::open(folder.file(), study.description(), provenance(), options), StopRequested);
  EXPECT_EQ(asked, 3);
  EXPECT_TRUE(fs::exists(folder.file() + ".lock"));
}

TEST(Durability, ExitCodeOfASessionThatCouldNotPublishIsTheFailures) {
  const Folder folder;
  const SimulatedStudy study;
  const std::string in_the_way = folder.file() + ".tmp.000";
  ::testing::internal::CaptureStderr();
  {
    const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
    study.run(*store, [] {});
    fs::create_directory(folder.file("full"));
    std::ofstream(folder.file("full") + "/file") << "so that nobody removes it";
    std::error_code error;  // a version may be under way there
    do {
      fs::rename(folder.file("full"), in_the_way, error);
    } while (error);
    EXPECT_THROW(store->complete(std::nullopt, 0), StoreError);
  }
  ::testing::internal::GetCapturedStderr();
  fs::remove_all(in_the_way);
  EXPECT_EQ(study.finish(folder.file()), StudyStart::resumed);
  const StudyTables tables = read_results(folder.file());
  ASSERT_EQ(tables.sessions.size(), 2U);
  EXPECT_EQ(tables.sessions[0].exit_code, 4);
  EXPECT_EQ(tables.sessions[1].exit_code, 0);
}

TEST(Durability, WhatIsSaidOfTheFileAtTheEndIsInTheFile) {
  const Folder folder;
  const SimulatedStudy study;
  StoreOptions options = quick();
  options.publish_seconds = 1000.0;
  const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), options);
  study.run(*store, [] {});
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // the publisher waits for its time now
  fs::remove(folder.file());
  ::testing::internal::CaptureStderr();
  store->complete(std::nullopt, 0);
  ::testing::internal::GetCapturedStderr();
  const StudyTables tables = read_results(folder.file());
  EXPECT_TRUE(tables.complete);
  const bool said = std::any_of(tables.messages.begin(), tables.messages.end(), [](const MessageLogged& m) {
    return m.text.find("is gone") != std::string::npos;
  });
  EXPECT_TRUE(said);
}

}  // namespace
}  // namespace trawl::testing
