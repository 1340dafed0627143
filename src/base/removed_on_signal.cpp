// Removes half-written files where a signal ends the process.
#include "trawl/base/removed_on_signal.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <climits>
#include <csignal>

#include <unistd.h>

namespace trawl {
namespace {

// In fixed memory: a signal handler may not ask for any.
struct Place {
  std::atomic<bool> is_taken{false};
  std::atomic<bool> is_ready{false};  // the path is whole
  std::array<char, PATH_MAX> path{};
};
static_assert(std::atomic<bool>::is_always_lock_free, "used in a signal handler");

constexpr std::size_t kPlaces = 32;
std::array<Place, kPlaces> places;

extern "C" void remove_files_and_end(int signal) {
  for (Place& place : places) {
    if (place.is_ready) unlink(place.path.data());
  }
  std::signal(signal, SIG_DFL);
  raise(signal);
}

bool is_ignored(int signal) {
  struct sigaction action = {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

RemovedOnSignal::RemovedOnSignal(const std::string& path) : place_(0) {
  while (place_ < kPlaces && places[place_].is_taken.exchange(true)) ++place_;
  if (place_ == kPlaces || path.size() >= places[place_].path.size()) return;
  places[place_].path.fill('\0');
  std::copy(path.begin(), path.end(), places[place_].path.begin());
  places[place_].is_ready = true;
}

RemovedOnSignal::~RemovedOnSignal() {
  if (place_ == kPlaces) return;
  places[place_].is_ready = false;
  places[place_].is_taken = false;
}

void remove_files_on_signals() {
  struct sigaction action = {};
  action.sa_handler = remove_files_and_end;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESETHAND;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    if (!is_ignored(signal)) sigaction(signal, &action, nullptr);  // nohup
  }
}

}  // namespace trawl
