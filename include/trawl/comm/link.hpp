// Sends and receives whole messages: what MPI and its stand-in have in common.
#pragma once

#include <optional>
#include <string>

namespace trawl {

struct Received {
  int rank = 0;
  std::string bytes;
};

/// Bytes between ranks: in order, whole, once, or never if the other rank dies. Nothing blocks for long.
class Link {
 public:
  virtual ~Link() = default;
  /// Takes the bytes; they are on their way when it returns. Throws CommError.
  virtual void send(int rank, std::string bytes) = 0;
  /// The next message that has come, if any. Throws CommError.
  virtual std::optional<Received> receive() = 0;
};

}  // namespace trawl
