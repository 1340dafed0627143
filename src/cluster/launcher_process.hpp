#pragma once

#include <csignal>

#include <sys/types.h>

#include "trawl/base/file_descriptor.hpp"
#include "trawl/cluster/trial_launcher.hpp"

namespace trawl {

/// What the rank asks of its launcher, the first byte of a datagram; the rest is its body.
enum class LauncherRequest : char { set_up = 'S', launch = 'L', stop = 'T', kill = 'K' };

/// The body of set_up.
struct LauncherSetup {
  std::string objective;  ///< for MakeObjective
  CheckpointSettings checkpoints;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& objective& checkpoints;
  }
};

/// What the launcher answers: `ready` and `refused` (with a text) to set_up, `started` with an int, its
/// pid, to launch, `ended` with an int wait status when a trial's process has ended.
enum class LauncherReply : char { ready = 'R', refused = 'F', started = 'S', ended = 'E' };

/// A trial's process that was told to stop, and so sends no news that ends its attempt, ends by this signal:
/// it catches it otherwise, and no exit code is left to an objective's own exit().
inline constexpr int kStoppedTrialSignal = SIGTERM;

/// One datagram, with a descriptor if `fd` >= 0. False where the other end is gone.
bool send_datagram(int socket, char kind, std::string_view body, int fd = -1);
struct Datagram {
  char kind = 0;
  std::string body;
  FileDescriptor fd;
};
/// Is there one to receive, or has the other end gone? Waits for it, at most so long.
bool has_datagram(int socket, double seconds);
/// Waits for one; empty where the other end is gone.
std::optional<Datagram> receive_datagram(int socket);

/// The launcher's life, from fork to _exit.
[[noreturn]] void run_launcher_process(FileDescriptor socket,
                                       const TrialLauncher::MakeObjective& make_objective, pid_t rank_pid);

}  // namespace trawl
