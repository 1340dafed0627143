#include <gtest/gtest.h>

#include "trawl/base/clock.hpp"
#include "trawl/comm/backoff.hpp"
#include "trawl/comm/loopback_link.hpp"

namespace trawl {
namespace {

TEST(LoopbackPair, DeliversInOrderBothWays) {
  LoopbackPair pair;
  EXPECT_FALSE(pair.master().receive());
  pair.worker().send(0, "first");
  pair.worker().send(0, std::string("\0two", 4));
  const auto first = pair.master().receive();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->rank, 1);
  EXPECT_EQ(first->bytes, "first");
  EXPECT_EQ(pair.master().receive()->bytes.size(), 4U);
  pair.master().send(1, "back");
  EXPECT_EQ(pair.worker().receive()->rank, 0);
}

TEST(Backoff, DoublesUpToFiveMillisecondsAndStartsAnew) {
  Backoff backoff;
  const double shortest = backoff.next_seconds();
  backoff.wait();
  EXPECT_DOUBLE_EQ(backoff.next_seconds(), 2 * shortest);
  for (int i = 0; i < 12; ++i) backoff.wait();
  EXPECT_DOUBLE_EQ(backoff.next_seconds(), 5e-3);
  backoff.reset();
  EXPECT_DOUBLE_EQ(backoff.next_seconds(), shortest);
}

}  // namespace
}  // namespace trawl
