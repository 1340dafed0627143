// Hears that somebody wants an end.
#include "trawl/run/stop_signal.hpp"

#include <atomic>
#include <csignal>

#include <unistd.h>

#include "trawl/base/exit_code.hpp"

namespace trawl {
namespace {

std::atomic<int> stop_signals{0};
static_assert(std::atomic<int>::is_always_lock_free, "used in a signal handler");

extern "C" void note_stop_signal(int signal) {
  if (stop_signals.fetch_add(1) > 0 && signal == SIGINT) _exit(static_cast<int>(ExitCode::interrupted));
}

bool is_ignored(int signal) {
  struct sigaction action = {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

void install_stop_signals() {
  struct sigaction action = {};
  action.sa_handler = note_stop_signal;
  sigemptyset(&action.sa_mask);
  sigset_t unblocked;
  sigemptyset(&unblocked);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGHUP}) {
    if (signal == SIGHUP && is_ignored(signal)) continue;  // nohup
    sigaction(signal, &action, nullptr);
    sigaddset(&unblocked, signal);
  }
  sigprocmask(SIG_UNBLOCK, &unblocked, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool stop_requested() { return stop_signals.load() > 0; }

}  // namespace trawl
