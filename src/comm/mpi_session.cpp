// Starts and ends MPI, with the few calls that all ranks make together.
#include "trawl/comm/mpi_session.hpp"

#include <csignal>
#include <cstdlib>
#include <numeric>
#include <string_view>

#include "mpi_link.hpp"
#include "trawl/base/error.hpp"
#include "trawl/comm/backoff.hpp"

namespace trawl {
namespace {

MPI_Comm start_mpi() {
  // With more ranks than cores mpirun tells Open MPI to yield the core in every call that finds nothing, each
  // time for as long as others compute. Between such calls we sleep, which gives them the core and gets it
  // back in time.
  setenv("OMPI_MCA_mpi_yield_when_idle", "0", 1);
  // Else large messages are read from the sender's memory, and Open MPI ends the reader if it has died.
  setenv("OMPI_MCA_btl_vader_single_copy_mechanism", "none", 0);
  // For mpirun alone; a rank that mpirun has told its folder refuses to start with both.
  unsetenv("OMPI_MCA_orte_local_tmpdir_base");
  int provided = 0;
  check_mpi(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided), "MPI_Init_thread");
  std::signal(SIGPIPE, SIG_IGN);
  MPI_Comm own = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(MPI_COMM_WORLD, &own), "MPI_Comm_dup");
  check_mpi(MPI_Comm_set_errhandler(own, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  return own;
}

// Before a collective: one rank may compute for seconds, and those that wait inside MPI would spin on cores
// that it needs.
void wait_for_all(MPI_Comm all) {
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Ibarrier(all, &request), "MPI_Ibarrier");
  Backoff backoff;
  for (int done = 0;;) {
    check_mpi(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "MPI_Test");
    if (done != 0) return;
    backoff.wait();
  }
}

MPI_Comm ranks_of_this_node(MPI_Comm all) {
  MPI_Comm node = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split_type(all, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node), "MPI_Comm_split_type");
  return node;
}

}  // namespace

struct MpiSession::State {
  MPI_Comm all = start_mpi();
  MPI_Comm node = ranks_of_this_node(all);
  MpiLink link{all};
};

bool MpiSession::is_launched() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"}) {
    if (std::getenv(name) != nullptr) return true;
  }
  return false;
}

MpiSession::MpiSession() : state_(std::make_unique<State>()) {}
MpiSession::~MpiSession() = default;

int MpiSession::rank() const {
  int rank = 0;
  check_mpi(MPI_Comm_rank(state_->all, &rank), "MPI_Comm_rank");
  return rank;
}

int MpiSession::size() const {
  int size = 0;
  check_mpi(MPI_Comm_size(state_->all, &size), "MPI_Comm_size");
  return size;
}

int MpiSession::rank_on_node() const {
  int rank = 0;
  check_mpi(MPI_Comm_rank(state_->node, &rank), "MPI_Comm_rank");
  return rank;
}

std::vector<std::string> MpiSession::all_gather(const std::string& text) const {
  wait_for_all(state_->all);
  const auto n_ranks = static_cast<std::size_t>(size());
  const int length = static_cast<int>(text.size());
  std::vector<int> lengths(n_ranks);
  check_mpi(MPI_Allgather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, state_->all), "MPI_Allgather");
  std::vector<int> offsets(n_ranks);
  std::exclusive_scan(lengths.begin(), lengths.end(), offsets.begin(), 0);
  std::string bytes(static_cast<std::size_t>(offsets.back() + lengths.back()), '\0');
  check_mpi(MPI_Allgatherv(text.data(), length, MPI_BYTE, bytes.data(), lengths.data(), offsets.data(),
                           MPI_BYTE, state_->all),
            "MPI_Allgatherv");
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < n_ranks; ++i) {
    texts.push_back(bytes.substr(static_cast<std::size_t>(offsets[i]), static_cast<std::size_t>(lengths[i])));
  }
  return texts;
}

std::string MpiSession::broadcast_on_node(const std::string& text) const {
  std::string bytes = text;
  int length = static_cast<int>(bytes.size());
  check_mpi(MPI_Bcast(&length, 1, MPI_INT, 0, state_->node), "MPI_Bcast");
  bytes.resize(static_cast<std::size_t>(length));
  check_mpi(MPI_Bcast(bytes.data(), length, MPI_BYTE, 0, state_->node), "MPI_Bcast");
  return bytes;
}

void MpiSession::barrier() const { wait_for_all(state_->all); }

Link& MpiSession::link() { return state_->link; }

bool MpiSession::flush(double seconds) { return state_->link.flush(seconds); }

void MpiSession::finalize() {
  constexpr double kFlushSeconds = 10.0;
  if (!flush(kFlushSeconds)) throw CommError("a rank does not take its last message");
  check_mpi(MPI_Comm_free(&state_->node), "MPI_Comm_free");
  check_mpi(MPI_Comm_free(&state_->all), "MPI_Comm_free");
  check_mpi(MPI_Finalize(), "MPI_Finalize");
}

void MpiSession::abort(int exit_code) {
  MPI_Abort(MPI_COMM_WORLD, exit_code);
  std::_Exit(exit_code);
}

std::string MpiSession::version() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING] = {};
  int length = 0;
  MPI_Get_library_version(text, &length);
  std::string_view words(text, static_cast<std::size_t>(length));
  words = words.substr(0, words.find_first_of(",\n"));
  const bool is_open_mpi = words.substr(0, 10) == "Open MPI v";
  return is_open_mpi ? "Open MPI " + std::string(words.substr(10)) : std::string(words);
}

}  // namespace trawl
