#include "mpi_link.hpp"

#include <limits>
#include <utility>

#include "trawl/base/clock.hpp"
#include "trawl/base/error.hpp"
#include "trawl/comm/backoff.hpp"

namespace trawl {
namespace {

constexpr int kTag = 1;
// A probe looks first and lets messages progress afterwards, so one alone is always a
// step late. Four also let the library notice that a peer is gone before it is sent to.
constexpr int kProbes = 4;
constexpr double kDeadline = 60.0;

}  // namespace

void check_mpi(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = {};
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw CommError(fmt::format("{}: {}", call, text));
}

void MpiLink::send(int rank, std::string bytes) {
  TRAWL_CHECK(bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()), "{} bytes",
              bytes.size());
  Outgoing& outgoing = outgoing_[rank];
  if (!finish(outgoing, kDeadline)) {
    throw CommError(fmt::format("rank {} did not take a message within {} s", rank, kDeadline));
  }
  for (int probe = 0; probe < kProbes; ++probe) {
    int flag = 0;
    check_mpi(MPI_Iprobe(MPI_ANY_SOURCE, kTag, communicator_, &flag, MPI_STATUS_IGNORE), "MPI_Iprobe");
  }
  outgoing.bytes = std::move(bytes);
  check_mpi(MPI_Isend(outgoing.bytes.data(), static_cast<int>(outgoing.bytes.size()), MPI_BYTE, rank, kTag,
                      communicator_, &outgoing.request),
            "MPI_Isend");
}

std::optional<Received> MpiLink::receive() {
  for (int probe = 0; probe < kProbes; ++probe) {
    int flag = 0;
    MPI_Message message = MPI_MESSAGE_NULL;
    MPI_Status status;
    check_mpi(MPI_Improbe(MPI_ANY_SOURCE, kTag, communicator_, &flag, &message, &status), "MPI_Improbe");
    if (flag == 0) continue;
    int n_bytes = 0;
    check_mpi(MPI_Get_count(&status, MPI_BYTE, &n_bytes), "MPI_Get_count");
    return Received{status.MPI_SOURCE, receive_body(message, status.MPI_SOURCE, n_bytes)};
  }
  return std::nullopt;
}

std::string MpiLink::receive_body(MPI_Message message, int rank, int n_bytes) {
  Outgoing incoming;
  incoming.bytes.resize(static_cast<std::size_t>(n_bytes));
  check_mpi(MPI_Imrecv(incoming.bytes.data(), n_bytes, MPI_BYTE, &message, &incoming.request), "MPI_Imrecv");
  if (!finish(incoming, kDeadline)) {
    throw CommError(fmt::format("rank {} announced {} bytes and did not send them within {} s", rank, n_bytes,
                                kDeadline));
  }
  return std::move(incoming.bytes);
}

bool MpiLink::finish(Outgoing& outgoing, double seconds) {
  Backoff backoff;
  const double deadline = steady_time() + seconds;
  for (;;) {
    int done = 0;
    check_mpi(MPI_Test(&outgoing.request, &done, MPI_STATUS_IGNORE), "MPI_Test");
    if (done != 0) return true;
    if (steady_time() > deadline) return false;
    backoff.wait();
  }
}

bool MpiLink::flush(double seconds) {
  bool all = true;
  for (auto& [rank, outgoing] : outgoing_) all = finish(outgoing, seconds) && all;
  return all;
}

}  // namespace trawl
