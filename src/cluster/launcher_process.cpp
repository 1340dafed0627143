// Starts and ends processes for trials, far from MPI and threads.
#include "launcher_process.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "trawl/archive/bytes.hpp"
#include "trawl/base/clock.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/log.hpp"

namespace trawl {
namespace {

// SOCK_SEQPACKET takes at most its send buffer (about 200 KB) at once: far more than any
// assignment or error text.
constexpr std::size_t kMaxDatagramBytes = 1 << 17;

// Ends this process when its parent ends; at once where that has happened already.
void die_with_parent(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (getppid() != parent) _exit(1);
}

std::string bytes_of(int value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno != EINTR) _exit(1);  // nobody listens any more
    if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

// In a trial's process: the launcher has asked it to stop.
std::atomic<bool> stop_signalled{false};
static_assert(std::atomic<bool>::is_always_lock_free, "used in a signal handler");

extern "C" void note_stop_of_trial(int /*signal*/) { stop_signalled = true; }

// A trial must not leave core files, must be the first to go when memory is short, and
// must not get the signals that mpirun sends to its process group. The launcher blocks all signals, so that
// a stop that came before waits for its handler.
void prepare_trial_process(pid_t launcher_pid) {
  die_with_parent(launcher_pid);
  setpgid(0, 0);
  for (int signal = 1; signal < 32; ++signal) std::signal(signal, SIG_DFL);
  // Slurm may signal every process of a job by itself.
  for (const int signal : {SIGTERM, SIGUSR1, SIGINT, SIGHUP}) std::signal(signal, note_stop_of_trial);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  const FileDescriptor score(open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  if (score.is_open() && write(score.get(), "1000", 4) < 0) return;  // only a preference
}

[[noreturn]] void run_trial_process(Objective& objective, const CheckpointSettings& checkpoints,
                                    const Datagram& request, pid_t launcher_pid) {
  prepare_trial_process(launcher_pid);
  const auto assignment = decode<Assignment>(request.body);
  bool ended = false;
  evaluate_assignment(
      objective, assignment, checkpoints,
      [&](const TrialNews& news) {
        write_all(request.fd.get(), to_bytes(news));
        ended = ended || ends_attempt(news);
      },
      [] { return stop_signalled.load(); },
      [&](const FileAccess& access) { write_all(request.fd.get(), to_bytes(access)); });
  if (!ended && stop_signalled) {
    std::signal(kStoppedTrialSignal, SIG_DFL);
    std::raise(kStoppedTrialSignal);
  }
  _exit(0);
}

class LauncherProcess {
 public:
  LauncherProcess(FileDescriptor socket, const TrialLauncher::MakeObjective& make_objective)
      : socket_(std::move(socket)), make_objective_(make_objective) {
    std::signal(SIGCHLD, SIG_DFL);  // a parent that ignored it would hide the ends of trials
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, nullptr);  // it ends with its rank, not by the terminal's signals
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    child_signals_ = FileDescriptor(signalfd(-1, &child, SFD_CLOEXEC));
  }

  void run() {
    for (;;) {
      pollfd fds[] = {{socket_.get(), POLLIN, 0}, {child_signals_.get(), POLLIN, 0}};
      if (poll(fds, 2, -1) < 0 && errno != EINTR) return;
      if (fds[1].revents != 0) reap();
      if (fds[0].revents != 0 && !serve()) return;
    }
  }

 private:
  bool serve() {
    const std::optional<Datagram> request = receive_datagram(socket_.get());
    if (!request) return false;
    switch (static_cast<LauncherRequest>(request->kind)) {
      case LauncherRequest::set_up: return set_up(request->body);
      case LauncherRequest::launch: return launch(*request);
      case LauncherRequest::stop: stop_trial(); break;
      case LauncherRequest::kill: kill_trial(); break;
    }
    return true;
  }

  void stop_trial() const {
    if (trial_pid_ > 0) ::kill(trial_pid_, SIGTERM);
  }

  // With what it started, its process group, which it may have left itself.
  void kill_trial() const {
    if (trial_pid_ <= 0) return;
    ::kill(trial_pid_, SIGKILL);
    ::kill(-trial_pid_, SIGKILL);
  }

  bool set_up(const std::string& body) {
    try {
      setup_ = decode<LauncherSetup>(body);
      objective_ = make_objective_(setup_.objective);
      return reply(LauncherReply::ready, "");
    } catch (const std::exception& e) {
      return reply(LauncherReply::refused, e.what());
    }
  }

  bool launch(const Datagram& request) {
    const pid_t self = getpid();
    trial_pid_ = fork_patiently();
    if (trial_pid_ == 0) run_trial_process(*objective_, setup_.checkpoints, request, self);
    setpgid(trial_pid_, trial_pid_);  // as the trial does: whoever comes first
    return reply(LauncherReply::started, bytes_of(trial_pid_));
  }

  // Want of processes is no fault of the trial: it costs no attempt. It may pass; where it does
  // not, this rank cannot train any more.
  static pid_t fork_patiently() {
    constexpr int kTries = 50;
    for (int i = 0;; ++i) {
      const pid_t pid = fork();
      if (pid >= 0) return pid;
      if (i == kTries)
        throw CommError(fmt::format("no process to train in: fork: {}", system_message(errno)));
      usleep(100'000);
    }
  }

  void reap() {
    signalfd_siginfo info;
    if (read(child_signals_.get(), &info, sizeof info) < 0) return;
    if (trial_pid_ < 0 || !trial_has_ended()) return;
    // What it started may hold the pipe. Until it is waited for, nobody else's group has its number.
    kill_trial();
    int status = 0;
    waitpid(trial_pid_, &status, 0);
    report_end(status);
  }

  [[nodiscard]] bool trial_has_ended() const {
    siginfo_t end = {};
    waitid(P_PID, static_cast<id_t>(trial_pid_), &end, WEXITED | WNOHANG | WNOWAIT);
    return end.si_pid == trial_pid_;
  }

  void report_end(int status) {
    trial_pid_ = -1;
    reply(LauncherReply::ended, bytes_of(status));
  }

  bool reply(LauncherReply kind, std::string_view body) {
    return send_datagram(socket_.get(), static_cast<char>(kind), body);
  }

  FileDescriptor socket_;
  FileDescriptor child_signals_;
  const TrialLauncher::MakeObjective& make_objective_;
  LauncherSetup setup_;
  std::unique_ptr<Objective> objective_;
  pid_t trial_pid_ = -1;
};

}  // namespace

bool send_datagram(int socket, char kind, std::string_view body, int fd) {
  TRAWL_CHECK(body.size() < kMaxDatagramBytes, "{} bytes", body.size());
  std::string bytes(1, kind);
  bytes += body;
  iovec part = {bytes.data(), bytes.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (fd >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  }
  ssize_t n = -1;
  do n = sendmsg(socket, &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  return n >= 0;
}

bool has_datagram(int socket, double seconds) {
  pollfd fd = {socket, POLLIN, 0};
  const double deadline = steady_time() + seconds;
  int n = -1;
  do n = poll(&fd, 1, static_cast<int>(std::max(0.0, deadline - steady_time()) * 1e3));
  while (n < 0 && errno == EINTR);
  return n > 0;
}

std::optional<Datagram> receive_datagram(int socket) {
  std::string bytes(kMaxDatagramBytes, '\0');
  iovec part = {bytes.data(), bytes.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t n = -1;
  do n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  if (n <= 0) return std::nullopt;
  Datagram datagram;
  datagram.kind = bytes[0];
  datagram.body = bytes.substr(1, static_cast<std::size_t>(n) - 1);
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS) {
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    datagram.fd = FileDescriptor(fd);
  }
  return datagram;
}

void run_launcher_process(FileDescriptor socket, const TrialLauncher::MakeObjective& make_objective,
                          pid_t rank_pid) {
  die_with_parent(rank_pid);
  try {
    LauncherProcess(std::move(socket), make_objective).run();
  } catch (const std::exception& e) {
    log_error("the launcher of trial processes ended: {}", e.what());
    _exit(1);
  }
  _exit(0);
}

}  // namespace trawl
