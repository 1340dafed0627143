// Passes messages between ranks, any of which may die.
#include "mpi_link.hpp"

#include <limits>
#include <set>
#include <utility>

#include <sched.h>

#include "trawl/base/clock.hpp"
#include "trawl/base/error.hpp"
#include "trawl/comm/backoff.hpp"

namespace trawl {
namespace {

constexpr int kTag = 1;
// A probe looks first and lets messages progress afterwards, so one alone is always a
// step late. Four also let the library notice that a peer is gone before it is sent to.
constexpr int kProbes = 4;
// For a rank to take the message before this one: it has always done so before it is sent to again.
constexpr double kPatience = 5.0;
// A message above this goes in pieces, each of which both sides have to see.
constexpr std::size_t kEagerBytes = 4096;
// So long they do nothing else, instead of sleeping between the pieces.
constexpr double kMovingSeconds = 0.005;

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
  std::unique_ptr<Transfer>& outgoing = outgoing_[rank];
  if (outgoing && !finish(*outgoing, kPatience)) return;  // nobody is there to read it
  for (int probe = 0; probe < kProbes; ++probe) {
    int flag = 0;
    check_mpi(MPI_Iprobe(MPI_ANY_SOURCE, kTag, communicator_, &flag, MPI_STATUS_IGNORE), "MPI_Iprobe");
  }
  if (sent_ == outgoing.get()) sent_ = nullptr;
  outgoing = std::make_unique<Transfer>();
  if (bytes.size() > kEagerBytes) note_moving(outgoing.get());
  outgoing->bytes = std::move(bytes);
  check_mpi(MPI_Isend(outgoing->bytes.data(), static_cast<int>(outgoing->bytes.size()), MPI_BYTE, rank, kTag,
                      communicator_, &outgoing->request),
            "MPI_Isend");
}

std::optional<Received> MpiLink::receive() {
  for (;;) {
    probe_for_messages();
    if (std::optional<Received> received = take_received()) return received;
    if (!is_moving()) return std::nullopt;
    sched_yield();
  }
}

void MpiLink::note_moving(Transfer* sent) {
  sent_ = sent;
  moving_until_ = steady_time() + kMovingSeconds;
}

bool MpiLink::is_moving() {
  if (steady_time() > moving_until_) return false;
  return !incoming_.empty() || (sent_ != nullptr && !is_done(*sent_));
}

void MpiLink::probe_for_messages() {
  for (int probe = 0; probe < kProbes; ++probe) {
    int flag = 0;
    MPI_Message message = MPI_MESSAGE_NULL;
    MPI_Status status;
    check_mpi(MPI_Improbe(MPI_ANY_SOURCE, kTag, communicator_, &flag, &message, &status), "MPI_Improbe");
    if (flag == 0) continue;
    int n_bytes = 0;
    check_mpi(MPI_Get_count(&status, MPI_BYTE, &n_bytes), "MPI_Get_count");
    start_receiving(message, status.MPI_SOURCE, n_bytes);
    return;
  }
}

void MpiLink::start_receiving(MPI_Message message, int rank, int n_bytes) {
  incoming_.emplace_back(rank, std::make_unique<Transfer>());
  Transfer& transfer = *incoming_.back().second;
  transfer.bytes.resize(static_cast<std::size_t>(n_bytes));
  if (transfer.bytes.size() > kEagerBytes) note_moving(sent_);
  check_mpi(MPI_Imrecv(transfer.bytes.data(), n_bytes, MPI_BYTE, &message, &transfer.request), "MPI_Imrecv");
}

std::optional<Received> MpiLink::take_received() {
  std::set<int> waits;  // what a rank sent later must not overtake
  for (auto it = incoming_.begin(); it != incoming_.end(); ++it) {
    const int rank = it->first;
    if (waits.count(rank) > 0 || !is_done(*it->second)) {
      waits.insert(rank);
      continue;
    }
    Received received{rank, std::move(it->second->bytes)};
    incoming_.erase(it);
    return received;
  }
  return std::nullopt;
}

bool MpiLink::is_done(Transfer& transfer) {
  int done = 0;
  check_mpi(MPI_Test(&transfer.request, &done, MPI_STATUS_IGNORE), "MPI_Test");
  return done != 0;
}

bool MpiLink::finish(Transfer& transfer, double seconds) {
  Backoff backoff;
  const double deadline = steady_time() + seconds;
  while (!is_done(transfer)) {
    if (steady_time() > deadline) return false;
    backoff.wait();
  }
  return true;
}

bool MpiLink::flush(double seconds) {
  bool all = true;
  for (auto& [rank, outgoing] : outgoing_) all = (!outgoing || finish(*outgoing, seconds)) && all;
  return all;
}

}  // namespace trawl
