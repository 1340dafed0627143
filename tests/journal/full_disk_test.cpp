#include <atomic>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <limits>

#include <sys/syscall.h>

#include "test_folder.hpp"
#include "trawl/journal/journal_reader.hpp"
#include "trawl/journal/journal_writer.hpp"

namespace {
constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();
std::atomic<std::int64_t> room{kNoLimit};  // on the disk of files opened by this test
std::atomic<bool> limited{false};
}  // namespace

/// Stands in front of the system's: a disk with so much room. Output of the test itself is not limited.
extern "C" ssize_t write(int fd, const void* bytes, std::size_t n) {
  constexpr int kFirstFile = 3;
  if (limited && fd >= kFirstFile) {
    if (room == 0) {
      errno = ENOSPC;
      return -1;
    }
    n = static_cast<std::size_t>(std::min(static_cast<std::int64_t>(n), room.load()));
    room -= static_cast<std::int64_t>(n);
  }
  return syscall(SYS_write, fd, bytes, n);
}

namespace trawl::testing {
namespace {

class FullDisk {
 public:
  explicit FullDisk(std::int64_t bytes) {
    room = bytes;
    limited = true;
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() { limited = false; }
};

/// What stands behind the head, which differs between writers.
std::string records(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  return content.substr(kJournalMagic.size() + encode_sealed(SegmentHead{}).size());
}

void append(JournalWriter& writer, int n) {
  for (int i = 0; i < n; ++i) writer.append_one(SessionEnded{static_cast<double>(i), i});
}

bool never() { return false; }

TEST(FullDisk, RecordsGoOnAtTheByteWhereTheyWereTorn) {
  const Folder folder;
  constexpr int kRecords = 6;
  {
    JournalWriter writer(folder.file("whole.h5"), {}, 0, 1000.0, 1UL << 30);
    append(writer, kRecords);
  }
  const std::string whole = records(segment_path(folder.file("whole.h5"), 0));
  ::testing::internal::CaptureStderr();
  for (std::int64_t bytes = 0; bytes < 120; ++bytes) {
    const std::string path = folder.file(fmt::format("{}.h5", bytes));
    JournalWriter writer(path, {}, 0, 1000.0, 1UL << 30);
    writer.wait_for_room(1000.0);
    const std::uint64_t head = writer.position().offset;
    {
      const FullDisk disk(bytes);
      append(writer, kRecords - 1);
      EXPECT_LE(writer.position().offset, head + static_cast<std::uint64_t>(bytes));
      JournalReader reader(path, {}, writer.position());
      while (reader.next()) continue;
      EXPECT_EQ(reader.position(), writer.position()) << "what is said to be there is there";
    }
    writer.append_one(SessionEnded{kRecords - 1.0, kRecords - 1});
    ASSERT_EQ(records(segment_path(path, 0)), whole) << "with room for " << bytes << " bytes";
  }
  ::testing::internal::GetCapturedStderr();
}

TEST(FullDisk, NextSegmentWaitsForRoomToo) {
  const Folder folder;
  ::testing::internal::CaptureStderr();
  JournalWriter writer(folder.file(), {}, 0, 1000.0, 300);
  writer.wait_for_room(1000.0);
  {
    const FullDisk disk(260);  // for the segment, not for the next one's head
    append(writer, 9);
    EXPECT_EQ(journal_segments(folder.file()).size(), 1U) << "no torn segment stays";
  }
  writer.settle(never);
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("nothing was lost"), std::string::npos);
  EXPECT_EQ(writer.position().sequence, 9U);
  JournalReader reader(folder.file(), {}, writer.position());
  while (reader.next()) continue;
  EXPECT_EQ(reader.position(), writer.position());
  EXPECT_TRUE(reader.lost().empty());
}

TEST(FullDisk, IsAnErrorAfterItsTime) {
  const Folder folder;
  JournalWriter writer(folder.file(), {}, 0, 1000.0, 1UL << 30);
  const FullDisk disk(10);
  EXPECT_THROW(append(writer, 1), StoreError) << "at the start nothing is waited for";
  EXPECT_THROW(append(writer, 1), StoreError) << "nothing is written behind a torn record";
}

TEST(FullDisk, StopEndsTheWaiting) {
  const Folder folder;
  ::testing::internal::CaptureStderr();
  JournalWriter writer(folder.file(), {}, 0, 1000.0, 1UL << 30);
  writer.wait_for_room(1000.0);
  const FullDisk disk(10);
  append(writer, 3);
  int asked = 0;
  EXPECT_THROW(writer.settle([&] { return ++asked == 3; }), StoreError);
  EXPECT_EQ(asked, 3);
  ::testing::internal::GetCapturedStderr();
}

}  // namespace
}  // namespace trawl::testing
