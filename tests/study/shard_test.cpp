#include "trawl/study/shard.hpp"

#include <gtest/gtest.h>

namespace trawl {
namespace {

TEST(Shard, EveryPointIsInOneShardOfAll) {
  for (std::int64_t count = 1; count <= 7; ++count) {
    for (std::int64_t n_points = 0; n_points <= 9; ++n_points) {
      std::int64_t all = 0;
      for (std::int64_t index = 0; index < count; ++index) {
        const Shard shard{index, count};
        std::int64_t in_shard = 0;
        for (std::int64_t point = 0; point < n_points; ++point) in_shard += shard.has_point(point) ? 1 : 0;
        EXPECT_EQ(shard.share_of(n_points), in_shard) << to_text(shard) << " of " << n_points;
        all += in_shard;
      }
      EXPECT_EQ(all, n_points) << count << " shards";
    }
  }
}

TEST(Shard, OneOfOneIsTheWholeStudy) {
  EXPECT_TRUE(Shard{}.is_whole());
  EXPECT_FALSE((Shard{0, 2}).is_whole());
}

TEST(Shard, IsReadAsItIsWritten) {
  for (const Shard shard : {Shard{0, 1}, Shard{3, 4}, Shard{0, 1000}}) {
    Shard read{5, 6};
    EXPECT_TRUE(from_text(to_text(shard), read));
    EXPECT_EQ(read, shard);
  }
}

TEST(Shard, OtherTextsAreRefused) {
  for (const char* text :
       {"", "/", "1", "1/", "/4", "4/4", "-1/4", "0/0", "1/-4", "1/4/2", " 1/4", "1/4x", "a/b", "0x1/4"}) {
    Shard shard{5, 6};
    EXPECT_FALSE(from_text(text, shard)) << text;
    EXPECT_EQ(shard, (Shard{5, 6}));
  }
}

}  // namespace
}  // namespace trawl
