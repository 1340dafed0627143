#pragma once

#include <map>
#include <string>

#include <mpi.h>

#include "trawl/comm/link.hpp"

namespace trawl {

/// Throws CommError with the call's name and MPI's own text unless `code` is MPI_SUCCESS.
void check_mpi(int code, const char* call);

/// Point-to-point messages of one communicator. Sends are MPI_Isend from buffers it owns,
/// one at a time to each rank: a blocking send waits for ever for a rank that died.
class MpiLink : public Link {
 public:
  explicit MpiLink(MPI_Comm communicator) : communicator_(communicator) {}
  void send(int rank, std::string bytes) override;
  std::optional<Received> receive() override;
  /// Waits until all that was sent is out; false if that takes longer than `seconds`.
  bool flush(double seconds);

 private:
  struct Outgoing {
    std::string bytes;
    MPI_Request request = MPI_REQUEST_NULL;
  };
  bool finish(Outgoing& outgoing, double seconds);
  std::string receive_body(MPI_Message message, int rank, int n_bytes);

  MPI_Comm communicator_;
  std::map<int, Outgoing> outgoing_;
};

}  // namespace trawl
