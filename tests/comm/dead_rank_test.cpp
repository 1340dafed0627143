#include <csignal>

#include <gtest/gtest.h>
#include <unistd.h>

#include "trawl/base/clock.hpp"
#include "trawl/comm/backoff.hpp"
#include "trawl/comm/mpi_session.hpp"

// Started so that ranks outlive each other. mpirun's exit code tells nothing then: rank 0 prints the
// verdict, and all leave without MPI_Finalize.

namespace trawl {
namespace {

MpiSession* session = nullptr;

std::optional<Received> wait_for_message(double seconds) {
  Backoff backoff;
  for (const double end = steady_time() + seconds; steady_time() < end; backoff.wait()) {
    if (auto received = session->link().receive()) return received;
  }
  return std::nullopt;
}

// Large: the receiver must fetch most of it from the sender.
void send_and_die(std::size_t n_bytes) {
  session->link().send(0, std::string(n_bytes, 'x'));
  std::raise(SIGKILL);
}

TEST(DeadRank, HoldsUpNobodyWithWhatItDidNotFinishToSend) {
  std::vector<int> heard;
  const double start = steady_time();
  for (int i = 0; i < 100 && steady_time() - start < 10.0; ++i) {
    const auto received = wait_for_message(2.0);
    if (!received) break;
    heard.push_back(received->rank);
    session->link().send(received->rank, "go on");
  }
  EXPECT_EQ(heard, std::vector<int>(100, 2));
}

TEST(DeadRank, IsSentToWithoutEnd) {
  const double start = steady_time();
  for (const std::size_t n_bytes : {10, 1000, 100'000}) session->link().send(1, std::string(n_bytes, 'x'));
  EXPECT_LT(steady_time() - start, 20.0);
}

void live() {
  sleep(1);  // rank 1 is dead, its message first in rank 0's mailbox
  for (int i = 0; i < 100; ++i) {
    session->link().send(0, "news");
    if (!wait_for_message(20.0)) break;
  }
}

}  // namespace
}  // namespace trawl

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  trawl::MpiSession mpi;
  trawl::session = &mpi;
  mpi.barrier();
  if (mpi.rank() == 1) trawl::send_and_die(8'000'000);
  if (mpi.rank() == 2) trawl::live();
  if (mpi.rank() == 0) {
    sleep(1);
    std::printf("%s\n", RUN_ALL_TESTS() == 0 ? "verdict: passed" : "verdict: failed");
    std::fflush(stdout);
  }
  _exit(0);
}
