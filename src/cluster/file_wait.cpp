// Measures how long a process has stood still for the file system.
#include "trawl/cluster/file_wait.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include <fmt/format.h>

namespace trawl {
namespace {

constexpr double kLookSeconds = 1.0;

/// What proc(5) tells of a process, from its state on; empty if there is none.
std::string stat_of(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(") ");
  return name_end == std::string::npos ? "" : text.substr(name_end + 2);
}

bool is_blocked(const std::string& stat) { return stat.starts_with('D'); }

// By a signal, or by a debugger.
bool is_stopped(const std::string& stat) { return stat.starts_with('T') || stat.starts_with('t'); }

// Its page faults and its time on processors.
std::string work_of(const std::string& stat) {
  std::istringstream fields(stat);
  std::string work;
  std::string field;
  constexpr int kState = 3;  // as proc(5) counts them
  constexpr int kMinorFaults = 10;
  constexpr int kSystemTime = 15;
  for (int i = kState; i <= kSystemTime && fields >> field; ++i) {
    if (i >= kMinorFaults) work += field + ' ';
  }
  return work;
}

}  // namespace

void FileWait::note(const FileAccess& access) {
  path_ = access.path;
  used_seconds_ = 0.0;
}

void FileWait::pass(double seconds, pid_t pid) {
  used_seconds_ += seconds;
  since_look_ += seconds;
  if (pid == 0 || since_look_ < kLookSeconds) return;
  const std::string stat = stat_of(pid);
  if (is_stopped(stat)) used_seconds_ = 0.0;
  std::string work = is_blocked(stat) ? work_of(stat) : "";
  const bool goes_on = work.empty() || work != work_;
  blocked_seconds_ = goes_on ? 0.0 : blocked_seconds_ + since_look_;
  since_look_ = 0.0;
  work_ = std::move(work);
}

double FileWait::seconds() const {
  return path_.empty() ? blocked_seconds_ : std::max(used_seconds_, blocked_seconds_);
}

std::string FileWait::what() const {
  return path_.empty() ? "in the kernel for a file of its own" : "for " + path_;
}

}  // namespace trawl
