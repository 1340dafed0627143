// Stands in for MPI where master and worker are one process.
#include "trawl/comm/loopback_link.hpp"

#include <utility>

#include "trawl/base/error.hpp"

namespace trawl {

void LoopbackPair::End::send(int rank, std::string bytes) {
  TRAWL_CHECK(rank == peer_, "rank {} is not at the other end, {} is", rank, peer_);
  out_.push_back(std::move(bytes));
}

std::optional<Received> LoopbackPair::End::receive() {
  if (in_.empty()) return std::nullopt;
  Received received{peer_, std::move(in_.front())};
  in_.pop_front();
  return received;
}

}  // namespace trawl
