// Waits without burning a core.
#include "trawl/comm/backoff.hpp"

#include <algorithm>
#include <ctime>

#include <sys/prctl.h>

namespace trawl {

Backoff::Backoff() {
  constexpr unsigned long kTimerSlackNanoseconds = 1000;
  prctl(PR_SET_TIMERSLACK, kTimerSlackNanoseconds, 0, 0, 0);
}

void Backoff::reset() { seconds_ = kShortest; }

void Backoff::wait() {
  const timespec duration = {0, static_cast<long>(seconds_ * 1e9)};
  nanosleep(&duration, nullptr);
  seconds_ = std::min(2 * seconds_, kLongest);
}

}  // namespace trawl
