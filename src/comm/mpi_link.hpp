#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <mpi.h>

#include "trawl/comm/link.hpp"

namespace trawl {

/// Throws CommError with the call's name and MPI's own text unless `code` is MPI_SUCCESS.
void check_mpi(int code, const char* call);

/// Point-to-point messages of one communicator, where ranks may die at any moment: no call waits for
/// one. Sends are MPI_Isend from buffers it owns, one at a time to each rank; receives are MPI_Imrecv
/// that are looked at again and again. What a dead rank never took or never finished to send stays where
/// it is to the end: MPI may still write there.
class MpiLink : public Link {
 public:
  explicit MpiLink(MPI_Comm communicator) : communicator_(communicator) {}
  /// A rank that does not take its messages any more gets no further ones.
  void send(int rank, std::string bytes) override;
  std::optional<Received> receive() override;
  /// Waits until all that was sent is out; false if that takes longer than `seconds`.
  bool flush(double seconds);

 private:
  struct Transfer {
    std::string bytes;
    MPI_Request request = MPI_REQUEST_NULL;
  };
  void probe_for_messages();
  /// A large message has just begun to come, or this one to go.
  void note_moving(Transfer* sent);
  bool is_moving();
  void start_receiving(MPI_Message message, int rank, int n_bytes);
  std::optional<Received> take_received();
  static bool is_done(Transfer& transfer);
  static bool finish(Transfer& transfer, double seconds);

  MPI_Comm communicator_;
  std::map<int, std::unique_ptr<Transfer>> outgoing_;
  Transfer* sent_ = nullptr;  // the last large one
  double moving_until_ = 0.0;
  std::list<std::pair<int, std::unique_ptr<Transfer>>> incoming_;  // in the order of their arrival
};

}  // namespace trawl
