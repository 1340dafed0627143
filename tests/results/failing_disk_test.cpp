#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "simulated_study.hpp"
#include "trawl/journal/journal_reader.hpp"
#include "trawl/journal/journal_writer.hpp"

namespace {

enum Call : unsigned { kWrite = 1, kSync = 2, kCreate = 4, kRename = 8 };
std::atomic<unsigned> failing{0};  // calls that fail
std::atomic<int> failure{EIO};
std::atomic<int> calls{0};
std::atomic<int> every{1};  // one of so many fails
std::atomic<int> failed{0};

bool fails(Call call, int fd = 3) {
  constexpr int kFirstFile = 3;  // not what the test says
  if ((failing & call) == 0 || fd < kFirstFile || ++calls % every != 0) return false;
  ++failed;
  errno = failure;
  return true;
}

}  // namespace

// In front of the system's: a file system that fails for a while.
extern "C" ssize_t write(int fd, const void* bytes, std::size_t n) {
  if (!fails(kWrite, fd)) return syscall(SYS_write, fd, bytes, n);
  syscall(SYS_write, fd, bytes, n / 2);  // nobody knows what arrived
  errno = failure;
  return -1;
}

extern "C" int fdatasync(int fd) {
  static std::mutex mutex;
  static std::map<ino_t, off_t> durable;
  struct stat info {};
  fstat(fd, &info);
  const std::lock_guard lock(mutex);
  if (!fails(kSync, fd)) {
    durable[info.st_ino] = info.st_size;
    return 0;
  }
  // Linux drops what could not be written, and says so once.
  static_cast<void>(ftruncate(fd, durable[info.st_ino]));
  errno = failure;
  return -1;
}

extern "C" int fsync(int fd) { return fails(kSync, fd) ? -1 : static_cast<int>(syscall(SYS_fsync, fd)); }

extern "C" int rename(const char* from, const char* to) noexcept {
  return fails(kRename) ? -1 : static_cast<int>(syscall(SYS_rename, from, to));
}

extern "C" int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  const int fd = static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, flags, mode));
  if ((flags & O_EXCL) == 0 || fd < 0 || !fails(kCreate)) return fd;
  close(fd);  // it was made, and the answer was lost
  errno = failure;
  return -1;
}

namespace trawl::testing {
namespace {

namespace fs = std::filesystem;

class FailingDisk {
 public:
  explicit FailingDisk(unsigned which, int code = EIO, int one_of = 1) {
    failure = code;
    every = one_of;
    calls = failed = 0;
    failing = which;
  }
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;
  ~FailingDisk() { failing = 0; }
};

bool never() { return false; }

void append(JournalWriter& writer, int n, int first = 0) {
  for (int i = first; i < first + n; ++i) writer.append_one(SessionEnded{static_cast<double>(i), i});
}

/// The records count up from 0, over all segments.
void expect_records(const std::string& path, int n) {
  JournalReader reader(path);
  for (int i = 0; i < n; ++i) {
    const auto record = reader.next();
    ASSERT_TRUE(record) << "record " << i;
    EXPECT_EQ(std::get<SessionEnded>(*record).exit_code, i);
  }
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.lost().empty());
}

class Quiet {
 public:
  Quiet() { ::testing::internal::CaptureStderr(); }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
  ~Quiet() {
    if (!read_) text();
  }
  std::string text() {
    read_ = true;
    return ::testing::internal::GetCapturedStderr();
  }

 private:
  bool read_ = false;
};

TEST(FailingDisk, RecordsGoOnInANewSegmentFromWhatIsDurable) {
  for (const int code : {EIO, ESTALE, ENOTCONN, ENXIO, ETIMEDOUT, EHOSTDOWN}) {
    const Folder folder;
    Quiet quiet;
    JournalWriter writer(folder.file(), {}, 0, 1000.0, 1UL << 30);
    writer.wait_for_room(1000.0);
    append(writer, 3);
    writer.sync();
    append(writer, 2, 3);
    {
      const FailingDisk disk(kWrite, code);
      append(writer, 3, 5);
      EXPECT_TRUE(writer.waits_for_room());
    }
    append(writer, 1, 8);
    EXPECT_FALSE(writer.waits_for_room());
    EXPECT_EQ(writer.position().segment, 1U);
    expect_records(folder.file(), 9);
    const std::string said = quiet.text();
    EXPECT_NE(said.find("wait in memory for the file system"), std::string::npos) << said;
    EXPECT_NE(said.find("nothing was lost"), std::string::npos) << said;
  }
}

TEST(FailingDisk, WhatAFailedSyncDroppedIsWrittenAgain) {
  const Folder folder;
  Quiet quiet;
  JournalWriter writer(folder.file(), {}, 0, 1000.0, 1UL << 30);
  writer.wait_for_room(1000.0);
  append(writer, 4);
  const JournalPosition before = writer.position();
  {
    const FailingDisk disk(kSync);
    EXPECT_THROW(writer.sync(), UnreachableError);
  }
  EXPECT_TRUE(writer.waits_for_room()) << "what is in the file counts for nothing";
  writer.settle(never);
  EXPECT_FALSE(writer.holds(before)) << "no version may say that it reaches there";
  writer.sync();
  EXPECT_TRUE(writer.holds(writer.position()));
  expect_records(folder.file(), 4);
}

TEST(FailingDisk, SegmentWhoseMakingFailedIsNotTakenForAnotherRuns) {
  const Folder folder;
  Quiet quiet;
  JournalWriter writer(folder.file(), {}, 0, 1000.0, 300);
  writer.wait_for_room(1000.0);
  {
    const FailingDisk disk(kCreate);
    append(writer, 12);
    EXPECT_TRUE(fs::exists(segment_path(folder.file(), 1)));
  }
  writer.settle(never);
  expect_records(folder.file(), 12);
}

TEST(FailingDisk, IsAnErrorAfterItsTimeThatSaysHowToGoOn) {
  const Folder folder;
  Quiet quiet;
  JournalWriter writer(folder.file(), {}, 0, 1000.0, 1UL << 30);
  const FailingDisk disk(kWrite);
  try {
    append(writer, 1);
    FAIL() << "at the start nothing is waited for";
  } catch (const StoreError& e) {
    EXPECT_NE(std::string(e.what()).find("the same command carries on"), std::string::npos) << e.what();
  }
  EXPECT_THROW(append(writer, 1), StoreError);
}

TEST(FailingDisk, SegmentOfTheSameNameThatAnotherRunBeganIsNoticed) {
  const Folder folder;
  JournalWriter first(folder.file(), {}, 0, 1000.0, 1UL << 30);
  append(first, 2);
  std::ofstream(folder.file()) << "published";
  // A newer run came to its end, and the next one has begun.
  fs::remove(segment_path(folder.file(), 0));
  JournalWriter next(folder.file(), {}, 0, 1000.0, 1UL << 30);
  EXPECT_TRUE(first.taken_over());
  EXPECT_FALSE(next.taken_over());
  EXPECT_THROW(append(first, 1), StoreError);
}

TEST(FailingDisk, FolderThatIsGoneIsWaitedFor) {
  const Folder folder;
  Quiet quiet;
  JournalWriter writer(folder.file(), {}, 0, 1000.0, 1UL << 30);
  writer.wait_for_room(1000.0);
  append(writer, 2);
  fs::rename(folder.path(), folder.path() + ".away");  // as a folder where nothing is mounted any more
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  append(writer, 2, 2);
  EXPECT_TRUE(writer.waits_for_room());
  fs::rename(folder.path() + ".away", folder.path());
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  writer.settle(never);
  expect_records(folder.file(), 4);
}

TEST(FailingDisk, StudyOnADiskThatFailsNowAndThenIsTheSame) {
  const Folder folder;
  const SimulatedStudy study;
  const StudyTables expected = study.undisturbed(folder);
  for (const unsigned which :
       {unsigned{kWrite}, unsigned{kSync}, unsigned{kRename}, kWrite | kSync | kCreate | kRename}) {
    Quiet quiet;
    StoreOptions options = quick();
    options.room_seconds = 60.0;
    const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), options);
    {
      // A fast machine publishes only once meanwhile: that fails.
      const bool is_rare = (which & kWrite) == 0;
      const FailingDisk disk(which, EIO, which == kWrite ? 5 : is_rare ? 1 : 2);
      study.run(*store, [] { std::this_thread::sleep_for(std::chrono::milliseconds(2)); });
      for (int tries = 0; tries < 5000 && failed == 0; ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
      EXPECT_GT(failed, 0);
    }
    store->complete(TestEvaluation{0.9, 0.3}, 0);
    EXPECT_SAME(read_results(folder.file()), expected);
    EXPECT_EQ(folder.names(), std::vector<std::string>{"r.h5"});
    fs::remove(folder.file());
  }
}

}  // namespace
}  // namespace trawl::testing
