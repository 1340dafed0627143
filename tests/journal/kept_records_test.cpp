#include "trawl/journal/kept_records.hpp"

#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "test_folder.hpp"

namespace trawl {
namespace {

void add(KeptRecords& kept, const std::string& bytes, std::uint64_t next_sequence) {
  kept.begin_batch() += bytes;
  kept.end_batch(next_sequence);
}

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(KeptRecords, AreWrittenInOrderOverManyBlocks) {
  const testing::Folder folder;
  DiskFile file(folder.file("kept"), O_WRONLY | O_CREAT | O_APPEND);
  KeptRecords kept;
  std::string all;
  for (std::uint64_t i = 1; i <= 50; ++i) {
    const std::string batch(100'000 * i % 300'007 + 1, static_cast<char>('a' + i % 26));
    add(kept, batch, i);
    all += batch;
    if (i % 3 == 0) kept.write_to(file);
    if (i % 7 == 0) kept.drop_before(i / 3 * 3);  // what was written
  }
  kept.write_to(file);
  EXPECT_TRUE(kept.all_written());
  EXPECT_EQ(content(folder.file("kept")), all);
  EXPECT_EQ(kept.next_sequence(0), 50U);
  EXPECT_EQ(kept.whole_sequence(0), 50U);
}

TEST(KeptRecords, AreWrittenAgainFromTheFirstThatIsNotDropped) {
  const testing::Folder folder;
  DiskFile first(folder.file("first"), O_WRONLY | O_CREAT | O_APPEND);
  DiskFile second(folder.file("second"), O_WRONLY | O_CREAT | O_APPEND);
  KeptRecords kept;
  add(kept, "one", 1);
  add(kept, std::string(2'000'000, 'x'), 2);
  kept.write_to(first);
  add(kept, "three", 3);
  EXPECT_FALSE(kept.all_written());
  EXPECT_EQ(kept.drop_before(3), 2'000'003U) << "the third batch is not in the file";
  EXPECT_EQ(kept.bytes(), 5U);
  EXPECT_EQ(kept.whole_sequence(7), 7U);
  kept.write_again();
  kept.write_to(second);
  EXPECT_EQ(content(folder.file("second")), "three");
  EXPECT_EQ(kept.drop_before(3), 5U);
  EXPECT_EQ(kept.bytes(), 0U);
  EXPECT_EQ(kept.next_sequence(9), 9U);
}

}  // namespace
}  // namespace trawl
