// Sees the end of processes on the master's own machine.
#include "trawl/cluster/local_workers.hpp"

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include "trawl/base/clock.hpp"
#include "trawl/base/host.hpp"
#include "trawl/comm/backoff.hpp"

namespace trawl {
namespace {

bool runs_this_program(std::int64_t pid) {
  std::error_code error;
  const auto own = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return false;
  const auto theirs = std::filesystem::read_symlink(fmt::format("/proc/{}/exe", pid), error);
  return !error && own == theirs;
}

}  // namespace

bool process_exists(std::int64_t pid) {
  if (kill(static_cast<pid_t>(pid), 0) != 0) return errno != ESRCH;
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(')');
  return name_end == std::string::npos || text.substr(name_end, 3) != ") Z";
}

void kill_hung(std::int64_t pid) {
  if (runs_this_program(pid)) kill(static_cast<pid_t>(pid), SIGKILL);
}

LocalWorkers::LocalWorkers() : our_space_(process_space()) {}

void LocalWorkers::note(int rank, const Hello& hello) {
  const bool can_be_seen = !our_space_.empty() && hello.process_space == our_space_;
  if (hello.pid != getpid() && can_be_seen && process_exists(hello.pid))
    processes_[rank] = {hello.pid, false};
}

void LocalWorkers::expect_end(int rank) {
  const auto it = processes_.find(rank);
  if (it != processes_.end()) it->second.may_end = true;
}

std::vector<std::pair<int, std::string>> LocalWorkers::take_ended() {
  std::vector<std::pair<int, std::string>> ended;
  for (auto it = processes_.begin(); it != processes_.end();) {
    const auto [rank, process] = *it;
    if (process_exists(process.pid)) {
      ++it;
      continue;
    }
    if (!process.may_end) ended.emplace_back(rank, fmt::format("its process, {}, has ended", process.pid));
    it = processes_.erase(it);
  }
  return ended;
}

void LocalWorkers::end_all(double seconds) {
  Backoff backoff;
  const double deadline = steady_time() + seconds;
  while (steady_time() < deadline) {
    take_ended();
    if (processes_.empty()) return;
    backoff.wait();
  }
  for (const auto& [rank, process] : processes_) kill_hung(process.pid);
}

}  // namespace trawl
