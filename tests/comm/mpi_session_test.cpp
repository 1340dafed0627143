#include "trawl/comm/mpi_session.hpp"

#include <gtest/gtest.h>

#include "trawl/comm/backoff.hpp"

// Ranks must not part around collectives: EXPECT_ only, one verdict over all ranks at the end.

namespace trawl {
namespace {

MpiSession* session = nullptr;

Received wait_for_message(Link& link) {
  Backoff backoff;
  for (;;) {
    if (auto received = link.receive()) return std::move(*received);
    backoff.wait();
  }
}

TEST(MpiSession, KnowsItsRanks) {
  EXPECT_TRUE(MpiSession::is_launched());
  EXPECT_EQ(session->size(), 3);
  EXPECT_EQ(session->rank_on_node(), session->rank()) << "all on this machine";
}

TEST(MpiSession, GathersTextsOfUnequalLengths) {
  const std::string mine(static_cast<std::size_t>(session->rank() * 3), 'a');
  const std::vector<std::string> texts = session->all_gather(mine);
  EXPECT_EQ(texts, (std::vector<std::string>{"", "aaa", "aaaaaa"}));
}

TEST(MpiSession, BroadcastsTheFirstRanksText) {
  EXPECT_EQ(session->broadcast_on_node(session->rank() == 0 ? "path" : "something else"), "path");
}

TEST(MpiLink, AnswersEveryWorkerWithMessagesOfAllSizes) {
  for (const std::size_t size : {0, 1, 4000, 100'000, 8'000'000}) {
    const std::string expected(size, 'x');
    if (session->rank() == 0) {
      for (int i = 1; i < session->size(); ++i) {
        Received received = wait_for_message(session->link());
        EXPECT_EQ(received.bytes, expected);
        session->link().send(received.rank, std::move(received.bytes));
      }
    } else {
      session->link().send(0, expected);
      const Received answer = wait_for_message(session->link());
      EXPECT_EQ(answer.rank, 0);
      EXPECT_EQ(answer.bytes, expected);
    }
    session->barrier();  // or a fast worker would send the next size already
  }
}

TEST(MpiLink, ManyMessagesOfOneSenderStayInOrder) {
  constexpr int kMessages = 2000;
  if (session->rank() > 0) {
    for (int i = 0; i < kMessages; ++i) session->link().send(0, std::to_string(i));
  } else {
    std::vector<int> next(3, 0);
    for (int i = 0; i < 2 * kMessages; ++i) {
      const Received received = wait_for_message(session->link());
      EXPECT_EQ(received.bytes, std::to_string(next.at(static_cast<std::size_t>(received.rank))++));
    }
  }
  session->barrier();
}

}  // namespace
}  // namespace trawl

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  trawl::MpiSession mpi;
  trawl::session = &mpi;
  const int failed = RUN_ALL_TESTS();
  const std::vector<std::string> verdicts = mpi.all_gather(std::to_string(failed));
  mpi.finalize();
  for (const std::string& verdict : verdicts) {
    if (verdict != "0") return 1;
  }
  return 0;
}
