// Carries that report through mpirun from other machines.
#include "trawl/run/relay.hpp"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include "trawl/run/run_report.hpp"

namespace trawl {
namespace {

// Printed for each rank that dies, by Open MPI 4 and 5: it drops its own note of that (PMIx, PROC_ABORTED).
// And that it passes on the signal that asks for a stop.
bool says_nothing(std::string_view line) {
  if (line == "mpirun: Forwarding signal 10 to job\n") return true;
  return line.find("PMIX ERROR: ") != std::string_view::npos &&
         line.find("pmix_event_notification.c") != std::string_view::npos;
}

// mpirun --tag-output
bool is_tag(std::string_view text) {
  constexpr std::string_view kEnd = "<stderr>:";
  return text.size() >= kEnd.size() && text.substr(text.size() - kEnd.size()) == kEnd;
}

/// Writes in a thread of its own.
class Writer {
 public:
  Writer() : thread_([this] { run(); }) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  void add(const std::string& text) {
    if (text.empty()) return;
    {
      const std::lock_guard lock(mutex_);
      text_ += text;
    }
    wake_.notify_one();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this] { return ending_ || !text_.empty(); });
      if (text_.empty()) return;
      const std::string text = std::exchange(text_, "");
      lock.unlock();
      show(text);
      lock.lock();
    }
  }
  // Who does not listen any more need not be told.
  static void show(std::string_view text) {
    while (!text.empty()) {
      const ssize_t n = write(STDOUT_FILENO, text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 && errno == EAGAIN) {
        pollfd out = {STDOUT_FILENO, POLLOUT, 0};
        poll(&out, 1, -1);
        continue;
      }
      if (n <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  std::mutex mutex_;
  std::condition_variable wake_;
  std::string text_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace

RelayFilter::RelayFilter(std::string folder, std::function<void(const std::string&, std::string_view)> report)
    : folder_(std::move(folder)), report_(std::move(report)) {}

std::string RelayFilter::take(std::string_view bytes) {
  std::string out;
  held_ += bytes;
  std::size_t begin = 0;
  for (std::size_t end = held_.find('\n'); end != std::string::npos; end = held_.find('\n', begin)) {
    out += shown(held_.substr(begin, end + 1 - begin));
    begin = end + 1;
  }
  held_.erase(0, begin);
  return out;
}

std::string RelayFilter::flush() {
  const std::size_t end = held_.find(kReportMark);  // the rest of such a line is under way
  std::string out = held_.substr(0, end);
  held_.erase(0, out.size());
  within_line_ = within_line_ || !out.empty();
  return out;
}

// A rank may say something in the middle of a line that its trial writes.
std::string RelayFilter::shown(const std::string& line) {
  const std::string begin = kReportMark + folder_ + "/";
  const std::size_t at = line.find(begin);
  if (at != std::string::npos) {
    const std::size_t end = line.find(kReportMark, at + begin.size());
    const std::string path = line.substr(at + 1, end - at - 1);
    const bool is_name = end != std::string::npos && path.find('/', folder_.size() + 1) == std::string::npos;
    if (is_name) {
      report_(path, std::string_view(line).substr(end + 1, line.size() - end - 2));
      std::string before = line.substr(0, at);
      if (is_tag(before)) return "";
      within_line_ = within_line_ || at > 0;
      return before;
    }
  }
  const bool is_whole = !std::exchange(within_line_, false);
  return is_whole && says_nothing(line) ? "" : line;
}

int relay(const std::string& folder) {
  constexpr int kPatienceMs = 200;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGPIPE, SIGTTOU}) std::signal(signal, SIG_IGN);
  RelayFilter filter(folder,
                     [](const std::string& path, std::string_view line) { write_report(path, line); });
  Writer writer;
  std::array<char, 65536> buffer{};
  while (true) {
    pollfd in = {STDIN_FILENO, POLLIN, 0};
    if (poll(&in, 1, kPatienceMs) == 0) {
      writer.add(filter.flush());
      continue;
    }
    const ssize_t n = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    writer.add(filter.take({buffer.data(), static_cast<std::size_t>(n)}));
  }
  writer.add(filter.flush());
  return 0;
}

}  // namespace trawl
