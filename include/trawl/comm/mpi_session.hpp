#pragma once

#include <memory>
#include <string>
#include <vector>

#include "trawl/comm/link.hpp"

namespace trawl {

/// MPI from its start to its end. The methods that say "collective" must be called by all
/// ranks in the same order, and only while a study starts: afterwards ranks may die, and a
/// collective would wait for them for ever.
class MpiSession {
 public:
  /// Was this process started by mpirun or srun with MPI support? Without a launcher
  /// MPI_Init would take a quarter of a second and need helper programs.
  static bool is_launched();

  /// Starts MPI (MPI_THREAD_FUNNELED), with a communicator of its own. Ignores SIGPIPE: a
  /// dead peer must not end this process. Install signal handlers before.
  MpiSession();
  /// Leaves MPI running: only finalize() ends it, and after an error nobody may.
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  [[nodiscard]] int rank() const;
  [[nodiscard]] int size() const;
  /// 0 for the first rank of each node.
  [[nodiscard]] int rank_on_node() const;

  /// Collective. Every rank's text, by rank. Sleeps while it waits for the others.
  [[nodiscard]] std::vector<std::string> all_gather(const std::string& text) const;
  /// Collective. The text of the first rank of this node.
  [[nodiscard]] std::string broadcast_on_node(const std::string& text) const;
  /// Collective.
  void barrier() const;

  /// The ranks' mailboxes. Lives as long as the session.
  Link& link();

  /// Waits until all that was sent is out; false if that takes longer than `seconds`.
  bool flush(double seconds);
  /// Collective; ends MPI. Only where nobody has died.
  void finalize();
  /// Ends all ranks of the job with this exit code. The last resort of `main`.
  [[noreturn]] void abort(int exit_code);

  /// "Open MPI 4.1.4", of the library that runs.
  static std::string version();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace trawl
