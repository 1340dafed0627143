#include "trawl/results/file_lock.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <random>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trawl/base/clock.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/host.hpp"
#include "trawl/base/log.hpp"
#include "trawl/base/output_path.hpp"
#include "trawl/base/text.hpp"
#include "trawl/results/journal_reader.hpp"

namespace trawl {
namespace {

// Lines of the file: who holds it, in words; where; a random number; how often it counted up.
constexpr const char* kSpace = "\nspace ";
constexpr const char* kNonce = "\nnonce ";
constexpr const char* kBeat = "\nbeat ";

std::string text_of(const DiskFile& file) {
  std::array<char, 2048> text{};
  return {text.data(), file.read_at(0, text.data(), text.size())};
}

// What stands behind `key` in its line.
std::string entry(const std::string& text, const std::string& key) {
  const std::size_t at = text.find(key);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + key.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

// Somebody else may have written the file.
std::string in_words(const std::string& text) {
  constexpr std::size_t kLongest = 300;
  const std::string line = shown_text(text.substr(0, text.find('\n')), kLongest);
  return line.empty() ? "its name is not known yet" : line;
}

bool is_running(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t end_of_name = text.rfind(')');
  if (end_of_name == std::string::npos || end_of_name + 2 >= text.size()) return false;
  const char state = text[end_of_name + 2];
  return state != 'Z' && state != 'X';  // dead, and not yet waited for
}

void require_nothing_planted(const std::string& path) {
  if (!is_shared_folder(folder_of(path))) return;
  for (const char* suffix : {"", ".lock", ".checkpoints"}) require_ours(path + suffix);
  for (const std::uint64_t segment : journal_segments(path)) require_ours(segment_path(path, segment));
}

std::string random_text() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

}  // namespace

FileLock::FileLock(const std::string& path, double seconds, const std::function<bool()>& stop_requested)
    : path_(path), lock_path_(path + ".lock"), began_(steady_time()) {
  require_nothing_planted(path);
  for (Attempt now = attempt(); now != Attempt::ours; now = attempt()) {
    if (stop_requested()) {
      throw StopRequested(
          fmt::format("stopped while another run held {}; the same command carries on", path_));
    }
    const bool too_late = steady_time() >= began_ + seconds;
    if (too_late && (now == Attempt::held || lives_)) fail_held();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  on_network_ = is_network_folder(folder_of(path));
  write_record();
  counter_ = std::thread([this] { count_up(); });
}

void FileLock::fail_held() const {
  throw StoreError(fmt::format("another run writes {}: {}; wait for its end, or stop it", path_,
                               in_words(text_of(file_))));
}

FileLock::Attempt FileLock::attempt() {
  if (!open_file(began_ + kWatchSeconds)) return Attempt::again;
  if (locked_by_other()) return Attempt::held;
  // The last holder may have removed the file between our open and our lock: then it guards nothing.
  if (!has_name()) return Attempt::again;
  const std::string text = text_of(file_);
  const bool is_free = text.empty() || holder_is_dead(text);
  const bool can_write = (fcntl(file_.get(), F_GETFL) & O_ACCMODE) == O_RDWR;
  if (is_free && can_write) return Attempt::ours;
  if (!is_free && !watch(text)) return Attempt::unclear;
  // A new file: the old one's holder cannot write to it any more, should it live after all.
  if (unlink(lock_path_.c_str()) != 0 && errno != ENOENT) fail_system("remove", lock_path_, errno);
  seen_.clear();
  return Attempt::again;
}

bool FileLock::open_file(double until) {
  try {
    file_ = DiskFile(lock_path_, O_RDWR | O_CREAT | O_NOFOLLOW);
    return true;
  } catch (const MissingFileError&) {
    if (!file_state(folder_of(path_)).exists || steady_time() >= until) throw;
  } catch (const UnreachableError&) {
    if (steady_time() >= until) throw;
  } catch (const StoreError&) {
    if (!file_state(lock_path_).exists) throw;
    open_other_users();
    return true;
  }
  return false;
}

void FileLock::open_other_users() {
  // Of somebody who shares the folder: what it says can be read, and it can be removed once it is free.
  require_ours(lock_path_);
  file_ = DiskFile(lock_path_, O_RDONLY | O_NOFOLLOW);
}

bool FileLock::locked_by_other() {
  if (flock(file_.get(), LOCK_EX | LOCK_NB) == 0) return false;
  const int code = errno;
  if (code == EWOULDBLOCK || code == EINTR) return true;
  if (!std::exchange(said_no_locks_, true)) {
    log_warning("{} cannot be locked ({}): take care that only one run writes {}", lock_path_,
                system_message(code), path_);
  }
  return false;
}

bool FileLock::holder_is_dead(const std::string& text) const {
  const std::string space = entry(text, kSpace);
  if (entry(text, kBeat).empty() || space.empty()) return true;  // no record: the lock alone counts
  if (space != process_space()) return false;
  const std::string number = entry(text, ", pid ");
  pid_t pid = 0;
  std::from_chars(number.data(), number.data() + number.size(), pid);
  return pid <= 0 || pid == getpid() || !is_running(pid);
}

bool FileLock::watch(const std::string& text) {
  const double now = steady_time();
  if (seen_.empty()) {
    seen_since_ = now;
    log_info("{}.lock is of {}: waiting {:.0f} s for a sign of life", path_, in_words(text), kWatchSeconds);
  } else if (text != seen_) {
    lives_ = true;
    seen_since_ = now;
  }
  seen_ = text;
  if (now - seen_since_ < kWatchSeconds) return false;
  log_warning("{} gave no sign of life for {:.0f} s: this run takes {} over by its journal", in_words(text),
              kWatchSeconds, path_);
  lives_ = false;
  return true;
}

void FileLock::write_record() {
  const std::string nonce = random_text();
  record_ = fmt::format("host {}, pid {}, since {}{}{}{}{}", host_name(), getpid(), format_time(unix_time()),
                        kSpace, process_space(), kNonce, nonce);
  const std::string text = fmt::format("{}{}{:020}\n", record_, kBeat, beats_);
  if (ftruncate(file_.get(), 0) != 0) return;
  static_cast<void>(pwrite(file_.get(), text.data(), text.size(), 0));
}

void FileLock::count_up() {
  constexpr std::chrono::seconds kPause{1};
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kPause, [this] { return released_; })) {
    lock.unlock();
    const std::string text = fmt::format("{}{}{:020}\n", record_, kBeat, ++beats_);
    // What fails is tried again in a second.
    static_cast<void>(pwrite(file_.get(), text.data(), text.size(), 0));
    if (on_network_) static_cast<void>(fdatasync(file_.get()));
    lock.lock();
  }
}

bool FileLock::has_name() const {
  struct stat ours {};
  const FileState named = file_state(lock_path_);
  return fstat(file_.get(), &ours) == 0 && named.exists && named.inode == ours.st_ino &&
         named.device == ours.st_dev;
}

void FileLock::release() {
  if (!file_.is_open()) return;
  {
    const std::lock_guard lock(mutex_);
    released_ = true;
  }
  wake_.notify_all();
  if (counter_.joinable()) counter_.join();
  // Where somebody removed our file, the name may be another run's lock by now.
  if (has_name()) unlink(lock_path_.c_str());
  file_ = DiskFile();
}

}  // namespace trawl
