#pragma once

#include <deque>
#include <string>

#include "trawl/comm/link.hpp"

namespace trawl {

/// Two ends in one process: what is sent into one comes out of the other. For the run
/// without a launcher, where one process is master and worker, and for tests.
class LoopbackPair {
 public:
  LoopbackPair() : master_(to_worker_, to_master_, 1), worker_(to_master_, to_worker_, 0) {}
  LoopbackPair(const LoopbackPair&) = delete;
  LoopbackPair& operator=(const LoopbackPair&) = delete;
  ~LoopbackPair() = default;

  /// Rank 0's end; its only peer is rank 1.
  Link& master() { return master_; }
  /// Rank 1's end; its only peer is rank 0.
  Link& worker() { return worker_; }

 private:
  using Queue = std::deque<std::string>;
  class End : public Link {
   public:
    End(Queue& out, Queue& in, int peer) : out_(out), in_(in), peer_(peer) {}
    void send(int rank, std::string bytes) override;
    std::optional<Received> receive() override;

   private:
    Queue& out_;
    Queue& in_;
    int peer_;
  };

  Queue to_worker_;
  Queue to_master_;
  End master_;
  End worker_;
};

}  // namespace trawl
