// Gives every trial a process of its own.
#include "trawl/cluster/trial_launcher.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "launcher_process.hpp"
#include "trawl/archive/bytes.hpp"
#include "trawl/base/clock.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/patience.hpp"

namespace trawl {
namespace {

// Signals from outside are rare; a trial that gets nowhere between so many may send them itself.
constexpr int kMostStopsWithoutEpoch = 3;

CommError launcher_is_gone() {
  return CommError("the launcher of trial processes has ended; give the same command again to carry on");
}

CommError launcher_is_stuck(double seconds) {
  return CommError(
      fmt::format("the launcher of trial processes does nothing for {} s: was it stopped?", seconds));
}

CommError trial_does_not_end() {
  return CommError("a trial's process does not end by SIGKILL: does a file system that it uses hang?");
}

int int_of(const std::string& bytes) {
  int value = 0;
  TRAWL_CHECK(bytes.size() == sizeof value, "{} bytes", bytes.size());
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

void open_pipe(FileDescriptor& ours, FileDescriptor& theirs) {
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw CommError(fmt::format("no pipe to a trial's process: {}", system_message(errno)));
  }
  // Room for a trial's best weights, so that its process can end without waiting for us.
  constexpr int kPipeBytes = 1 << 20;
  fcntl(ends[1], F_SETPIPE_SZ, kPipeBytes);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  ours = FileDescriptor(ends[0]);
  theirs = FileDescriptor(ends[1]);
}

}  // namespace

TrialLauncher::TrialLauncher(const MakeObjective& make_objective, double patience) : patience_(patience) {
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    throw CommError(fmt::format("socketpair: {}", system_message(errno)));
  }
  socket_ = FileDescriptor(ends[0]);
  FileDescriptor theirs(ends[1]);
  const pid_t rank_pid = getpid();
  pid_ = fork();
  if (pid_ < 0) throw CommError(fmt::format("fork: {}", system_message(errno)));
  if (pid_ == 0) {
    socket_.reset();
    run_launcher_process(std::move(theirs), make_objective, rank_pid);
  }
}

TrialLauncher::~TrialLauncher() {
  socket_.reset();
  ::kill(pid_, SIGKILL);  // it may have been stopped, and holds nothing
  waitpid(pid_, nullptr, 0);
}

void TrialLauncher::set_up(const std::string& setup, const CheckpointSettings& checkpoints) {
  if (!send_datagram(socket_.get(), static_cast<char>(LauncherRequest::set_up),
                     encode(LauncherSetup{setup, checkpoints}))) {
    throw launcher_is_gone();
  }
  // An objective may take its time to be made, so no time is too long: only a launcher that stands still is.
  while (!has_datagram(socket_.get(), patience_)) {
    if (is_stopped()) throw launcher_is_stuck(patience_);
  }
  const std::optional<Datagram> reply = receive_datagram(socket_.get());
  if (!reply) throw launcher_is_gone();
  if (static_cast<LauncherReply>(reply->kind) != LauncherReply::ready) throw DataError(reply->body);
}

bool TrialLauncher::is_stopped() const {
  siginfo_t info = {};
  return waitid(P_PID, static_cast<id_t>(pid_), &info, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == pid_;
}

FileDescriptor TrialLauncher::launch(const Assignment& assignment) {
  FileDescriptor ours;
  FileDescriptor theirs;
  open_pipe(ours, theirs);
  if (!send_datagram(socket_.get(), static_cast<char>(LauncherRequest::launch), encode(assignment),
                     theirs.get())) {
    throw launcher_is_gone();
  }
  started_ = false;
  trial_pid_ = 0;
  launched_at_ = steady_time();
  return ours;
}

void TrialLauncher::check_started() {
  if (started_) return;
  if (!has_datagram(socket_.get(), 0.0)) {
    if (steady_time() - launched_at_ > patience_) throw launcher_is_stuck(patience_);
    return;
  }
  const std::optional<Datagram> reply = receive_datagram(socket_.get());
  if (!reply) throw launcher_is_gone();
  TRAWL_CHECK(static_cast<LauncherReply>(reply->kind) == LauncherReply::started);
  trial_pid_ = int_of(reply->body);
  started_ = true;
}

void TrialLauncher::stop() {
  if (!send_datagram(socket_.get(), static_cast<char>(LauncherRequest::stop), "")) throw launcher_is_gone();
}

void TrialLauncher::kill() {
  if (!send_datagram(socket_.get(), static_cast<char>(LauncherRequest::kill), "")) throw launcher_is_gone();
}

int TrialLauncher::wait_status() {
  if (!has_datagram(socket_.get(), patience_)) throw launcher_is_stuck(patience_);
  check_started();
  if (!has_datagram(socket_.get(), patience_)) {
    throw is_stopped() ? launcher_is_stuck(patience_) : trial_does_not_end();
  }
  return receive_status();
}

std::optional<int> TrialLauncher::wait_status_after_kill(double seconds) {
  check_started();
  if (!started_ || !has_datagram(socket_.get(), seconds)) return std::nullopt;
  return receive_status();
}

int TrialLauncher::receive_status() {
  const std::optional<Datagram> reply = receive_datagram(socket_.get());
  if (!reply) throw launcher_is_gone();
  TRAWL_CHECK(static_cast<LauncherReply>(reply->kind) == LauncherReply::ended);
  return int_of(reply->body);
}

ProcessExecutor::ProcessExecutor(TrialLauncher& launcher, double trial_timeout, double file_patience)
    : launcher_(launcher), trial_timeout_(trial_timeout), file_patience_(file_patience) {}

void ProcessExecutor::start(const Assignment& assignment) {
  TRAWL_CHECK(!running(), "trial {} is running", trial_);
  assignment_ = assignment;
  trial_ = assignment.trial.number;
  ended_ = false;
  stopped_ = false;
  trained_seconds_ = 0.0;
  furthest_epoch_ = -1;
  stops_without_epoch_ = 0;
  launch();
}

void ProcessExecutor::launch() {
  bytes_.clear();
  file_wait_.reset();
  looked_at_ = steady_time();
  pipe_ = launcher_.launch(assignment_);
}

std::vector<TrialNews> ProcessExecutor::poll() {
  std::vector<TrialNews> news;
  if (!running()) return news;
  launcher_.check_started();
  account();
  const bool open = read_pipe();
  take_frames(news);
  if (!running()) return news;  // it was killed for sending garbage
  if (!open) {
    end_process(news);
  } else if (!ended_ && file_wait_.seconds() > file_patience_) {
    give_up_files();
  } else if (trial_timeout_ > 0 && !ended_ && trained_seconds_ > trial_timeout_) {
    cancel();
    news.emplace_back(failed(fmt::format("killed: it took longer than trial_timeout, {} s", trial_timeout_)));
  }
  return news;
}

// All processes may be suspended for a while: time in which nobody looked does not count.
void ProcessExecutor::account() {
  constexpr double kLongestLook = 2.0;
  static_assert(kLongestLook > kBeatSeconds, "so often a worker looks");
  const double now = steady_time();
  const double seconds = std::min(now - looked_at_, kLongestLook);
  file_wait_.pass(seconds, launcher_.trial_pid());
  // A file that hangs is not the trial's fault, which would be tried again until it has failed.
  constexpr double kShortWait = 1.0;
  if (file_wait_.seconds() < kShortWait) trained_seconds_ += seconds;
  looked_at_ = now;
}

// False at the end of the pipe.
bool ProcessExecutor::read_pipe() {
  char buffer[1 << 16];
  for (;;) {
    const ssize_t n = read(pipe_.get(), buffer, sizeof buffer);
    if (n == 0) return false;
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    bytes_.append(buffer, static_cast<std::size_t>(n));
  }
}

void ProcessExecutor::take_frames(std::vector<TrialNews>& news) {
  std::size_t at = 0;
  while (!ended_ && bytes_.size() - at >= kSealHeaderBytes) {
    const std::string_view rest = std::string_view(bytes_).substr(at);
    try {
      const std::size_t frame = kSealHeaderBytes + read_seal_header(rest).length;
      if (rest.size() < frame) break;
      take(decode<FromTrial>(unseal(rest.substr(0, frame))), news);
      at += frame;
    } catch (const ArchiveError& e) {  // a trial that writes over its memory can do this
      cancel();
      news.emplace_back(failed(fmt::format("its process sent garbage: {}", e.what())));
      return;
    }
  }
  bytes_.erase(0, at);
}

void ProcessExecutor::take(FromTrial said, std::vector<TrialNews>& news) {
  if (const auto* access = std::get_if<FileAccess>(&said)) {
    return file_wait_.note(*access);
  }
  news.push_back(std::move(std::get<TrialNews>(said)));
  note_progress(news.back());
  ended_ = ends_attempt(news.back());
}

// One that goes on from a checkpoint reports its epochs once more: that is no progress.
void ProcessExecutor::note_progress(const TrialNews& news) {
  const auto* epochs = std::get_if<EpochsReported>(&news);
  if (epochs == nullptr || epochs->records.empty()) return;
  if (epochs->records.back().epoch <= furthest_epoch_) return;
  furthest_epoch_ = epochs->records.back().epoch;
  stops_without_epoch_ = 0;
}

void ProcessExecutor::end_process(std::vector<TrialNews>& news) {
  pipe_.reset();
  const int status = launcher_.wait_status();
  if (ended_ || stopped_) return;
  const bool by_stop = WIFSIGNALED(status) && WTERMSIG(status) == kStoppedTrialSignal;
  if (!by_stop) {
    news.emplace_back(failed("its process ended: " + describe_status(status)));
  } else if (++stops_without_epoch_ < kMostStopsWithoutEpoch) {
    launch();
  } else {
    news.emplace_back(
        failed(fmt::format("it was ended by SIGTERM {} times without an epoch", kMostStopsWithoutEpoch),
               FailureCause::cluster));
  }
}

LegFailed ProcessExecutor::failed(const std::string& reason, FailureCause cause) const {
  return {assignment_.trial.number, assignment_.attempt, reason, assignment_.until_epoch, cause};
}

void ProcessExecutor::stop() {
  if (!running()) return;
  launcher_.stop();
  stopped_ = true;
}

void ProcessExecutor::cancel() {
  if (!running()) return;
  launcher_.kill();
  pipe_.reset();
  ended_ = true;
  if (file_wait_.seconds() == 0.0) {
    launcher_.wait_status();
  } else if (!launcher_.wait_status_after_kill(kKillSeconds)) {
    stuck_ = fmt::format("trial {} waits {} and cannot be killed: the file system there hangs", trial_,
                         file_wait_.what());
  }
}

void ProcessExecutor::give_up_files() {
  const std::string why = fmt::format("trial {} has waited {:.0f} s {}: the file system there hangs", trial_,
                                      file_wait_.seconds(), file_wait_.what());
  cancel();
  stuck_ = why;
}

void ProcessExecutor::wait(double seconds) {
  pollfd fd = {pipe_.get(), POLLIN, 0};  // a descriptor of -1 is passed over
  const auto nanoseconds = static_cast<long>(seconds * 1e9);
  const timespec timeout = {nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
  ppoll(&fd, 1, &timeout, nullptr);
}

std::string describe_status(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    const int signal = WTERMSIG(wait_status);
    std::string text = fmt::format("{} (signal {})", strsignal(signal), signal);
    if (signal == SIGKILL) text += ", perhaps for want of memory";
    return text;
  }
  return fmt::format("exit code {}", WEXITSTATUS(wait_status));
}

}  // namespace trawl
