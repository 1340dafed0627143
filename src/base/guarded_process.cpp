// Does in a child what may crash or never end on damaged files.
#include "trawl/base/guarded_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trawl/base/disk_file.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/file_descriptor.hpp"

namespace trawl {
namespace {

bool guarded = false;  // this process is such a child

// AddressSanitizer reserves terabytes of addresses.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kLimitsMemory = false;
#else
constexpr bool kLimitsMemory = true;
#endif

std::uint64_t address_space() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0;
  file >> pages;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void set_limit(int resource, std::uint64_t value) {
  struct rlimit limit {};
  if (getrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(value, limit.rlim_max);
  setrlimit(static_cast<__rlimit_resource>(resource), &limit);
}

void become_guarded(const GuardLimits& limits, pid_t parent) {
  guarded = true;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // it died before that
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU}) std::signal(signal, SIG_DFL);
  set_limit(RLIMIT_CORE, 0);
  // A child starts with no CPU time used.
  if (limits.cpu_seconds > 0.0)
    set_limit(RLIMIT_CPU, static_cast<std::uint64_t>(std::ceil(limits.cpu_seconds)));
  if (limits.memory_bytes > 0 && kLimitsMemory) set_limit(RLIMIT_AS, address_space() + limits.memory_bytes);
}

pid_t fork_child() {
  std::signal(SIGCHLD, SIG_DFL);  // who ignores it learns of no child's end
  std::fflush(nullptr);
  return fork();
}

int wait_for_child(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

bool is_crash(int signal) {
  constexpr std::array kCrashes = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU};
  return std::find(kCrashes.begin(), kCrashes.end(), signal) != kCrashes.end();
}

std::string fault_of(int signal) {
  if (signal == SIGXCPU) return "does not come to an end";
  return fmt::format("crashes (signal {}, SIG{})", signal, sigabbrev_np(signal));
}

void write_text(int file, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = ::write(file, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    done += static_cast<std::size_t>(n);
  }
}

std::string read_text(int file) {
  std::string text;
  std::array<char, 65536> piece{};
  while (true) {
    const ssize_t n = ::read(file, piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(n));
  }
}

constexpr std::array kPassedOn = {SIGTERM, SIGHUP};
volatile std::sig_atomic_t supervised = 0;

extern "C" void hand_to_child(int signal) { kill(supervised, signal); }

void pass_on(int signal, void (*handler)(int)) {
  struct sigaction action {};
  const bool is_ignored = sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;  // nohup
  if (!is_ignored) std::signal(signal, handler);
}

[[noreturn]] void work_in_child(int pipe, const GuardLimits& limits, pid_t parent,
                                const std::function<std::string()>& work) {
  constexpr int kThrew = 1;
  become_guarded(limits, parent);
  // The C library has its say about a heap that was damaged.
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);
  int code = 0;
  try {
    write_text(pipe, work());
  } catch (...) {
    code = kThrew;
  }
  _exit(code);
}

}  // namespace

bool is_guarded() { return guarded; }

void allow_cpu_seconds(double seconds) {
  if (!guarded) return;
  struct timespec used {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  const auto end = static_cast<std::uint64_t>(std::ceil(static_cast<double>(used.tv_sec) + 1.0 + seconds));
  struct rlimit limit {};
  if (getrlimit(RLIMIT_CPU, &limit) == 0 && limit.rlim_cur < end) set_limit(RLIMIT_CPU, end);
}

void lift_cpu_limit() {
  if (guarded) set_limit(RLIMIT_CPU, RLIM_INFINITY);
}

GuardLimits limits_for(const std::vector<std::string>& paths) {
  // Trawl's own largest files take a tenth of it.
  constexpr double kSeconds = 2.0;
  constexpr double kBytesPerSecond = 1e6;
  constexpr std::uint64_t kMemory = 2UL << 30;
  constexpr std::uint64_t kMemoryPerByte = 200;
  std::uint64_t bytes = 0;
  for (const std::string& path : paths) bytes += file_state(path).bytes;
  return {kSeconds + static_cast<double>(bytes) / kBytesPerSecond, kMemory + kMemoryPerByte * bytes};
}

GuardedResult run_guarded(const GuardLimits& limits,
                          const std::function<void(const std::function<void()>&)>& hold,
                          const std::function<std::string()>& work) {
  if (guarded) return {work(), ""};
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return {work(), ""};
  const FileDescriptor from(ends[0]);
  FileDescriptor to(ends[1]);
  const pid_t parent = getpid();
  pid_t pid = -1;
  hold([&] {
    pid = fork_child();
    if (pid == 0) work_in_child(to.get(), limits, parent, work);
  });
  if (pid < 0) return {work(), ""};  // no process to spare: as well as it goes
  to = FileDescriptor();
  GuardedResult result;
  result.text = read_text(from.get());
  const int status = wait_for_child(pid);
  result.was_killed = WIFSIGNALED(status) && !is_crash(WTERMSIG(status));
  if (WIFSIGNALED(status))
    result.fault = is_crash(WTERMSIG(status)) ? fault_of(WTERMSIG(status)) : "was killed";
  else if (WEXITSTATUS(status) != 0)
    result.fault = "gives up";
  return result;
}

void require_not_killed(const GuardedResult& result, const std::string& path) {
  if (!result.was_killed) return;
  throw UnreachableError(fmt::format(
      "cannot read {}: the process that reads it was killed (by the system, for want of memory?)", path));
}

int supervise(const GuardLimits& limits, const std::function<int()>& verb,
              const std::function<int(const std::string& fault)>& at_fault) {
  const pid_t parent = getpid();
  const pid_t pid = fork_child();
  if (pid < 0) return verb();
  if (pid == 0) {
    become_guarded(limits, parent);
    const int code = verb();
    std::fflush(nullptr);
    _exit(code);
  }
  // Ctrl-C reaches both; how the child takes it decides. What reaches us alone is for the child, too.
  std::signal(SIGINT, SIG_IGN);
  supervised = pid;
  for (const int signal : kPassedOn) pass_on(signal, hand_to_child);
  const int status = wait_for_child(pid);
  std::signal(SIGINT, SIG_DFL);
  for (const int signal : kPassedOn) pass_on(signal, SIG_DFL);
  if (!WIFSIGNALED(status)) return WEXITSTATUS(status);
  const int signal = WTERMSIG(status);
  if (is_crash(signal)) return at_fault(fault_of(signal));
  if (signal == SIGKILL) return at_fault("was killed (by the system, for want of memory?)");
  std::signal(signal, SIG_DFL);
  raise(signal);
  return 128 + signal;
}

}  // namespace trawl
