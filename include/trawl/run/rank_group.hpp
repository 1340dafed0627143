#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "trawl/comm/mpi_session.hpp"
#include "trawl/run/agreed_failure.hpp"

namespace trawl {

/// Bytes in $TMPDIR without which MPI does not start; where there are fewer it may hang.
constexpr std::int64_t kRoomForMpi = 262'144;

/// The processes of one run: the ranks of MPI, or this process alone where no launcher
/// started it. While the study starts they do the same steps, and fail together.
class RankGroup {
 public:
  /// Starts MPI if a launcher is there. Throws AgreedFailure for one of an army of singletons: a launcher
  /// started several processes, and MPI sees only this one.
  RankGroup();
  /// This process alone, whoever started it: for what is not worth starting MPI.
  static RankGroup alone() { return RankGroup(NoLauncher{}); }

  [[nodiscard]] int rank() const { return mpi_ ? mpi_->rank() : 0; }
  [[nodiscard]] int size() const { return mpi_ ? mpi_->size() : 1; }
  [[nodiscard]] bool is_first_on_node() const { return !mpi_ || mpi_->rank_on_node() == 0; }
  /// Collective. The text of this node's first rank.
  [[nodiscard]] std::string broadcast_on_node(const std::string& text) const;

  /// Collective. Rank 0's text.
  [[nodiscard]] std::string broadcast(const std::string& text) const;

  /// Collective. Runs `step` on every rank; where it throws on any, throws AgreedFailure on
  /// all, with the text of the lowest such rank.
  void together(const std::function<void()>& step) const;
  /// Collective. Throws AgreedFailure (bad_input) unless all ranks have the same text;
  /// `what` says what differs.
  void check_equal(const std::string& text, const std::string& what) const;

  /// Requires size() > 1.
  Link& link() { return mpi_->link(); }
  /// Collective, the last thing a rank does where nobody died.
  void finalize();
  /// Ends this process alone and at once, its messages sent and its output written: where somebody
  /// died, MPI_Finalize would wait for ever.
  [[noreturn]] void leave(int exit_code);
  /// Ends all ranks.
  void abort(ExitCode code);

 private:
  struct NoLauncher {};
  explicit RankGroup(NoLauncher /*tag*/) {}

  std::optional<MpiSession> mpi_;
};

/// Is this the process whose messages should be seen before MPI runs: the first rank by the
/// launcher's variables, or a process without a launcher?
bool speaks_for_all();

}  // namespace trawl
