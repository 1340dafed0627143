// Keeps a second writer out, also where locks do not work.
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
#include "trawl/journal/journal_reader.hpp"

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

pid_t holder(const std::string& text) {
  const std::string number = entry(text, ", pid ");
  pid_t pid = 0;
  std::from_chars(number.data(), number.data() + number.size(), pid);
  return pid;
}

bool is_running(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t end_of_name = text.rfind(')');
  if (end_of_name == std::string::npos || end_of_name + 2 >= text.size()) return false;
  const char state = text[end_of_name + 2];
  return state != 'Z' && state != 'X';  // dead, and not yet waited for
}

bool is_record(const std::string& text) {
  return !entry(text, kBeat).empty() && !entry(text, kSpace).empty();
}

// Who can put files into the folder can do without the lock as well; nobody else is to hold it.
unsigned lock_mode(const std::string& path) {
  constexpr unsigned kOwner = 0600;
  struct stat info {};
  if (stat(folder_of(path).c_str(), &info) != 0 || (info.st_mode & S_ISVTX) != 0) return kOwner;
  const unsigned group = (info.st_mode & S_IWGRP) != 0 ? 0060 : 0;
  const unsigned others = (info.st_mode & S_IWOTH) != 0 ? 0006 : 0;
  return kOwner | group | others;
}

// We write to it: it must be a lock, and nothing else that somebody gave this name to.
void require_lock(const DiskFile& file) {
  struct stat info {};
  if (fstat(file.get(), &info) != 0) fail_system("look at", file.path(), errno);
  const char* what = nullptr;
  if (!S_ISREG(info.st_mode)) {
    what = "is no file";
  } else if (info.st_nlink > 1) {
    what = "has another name too (a hard link)";
  } else {
    const std::string text = text_of(file);
    const bool is_empty = text.find_first_not_of('\0') == std::string::npos;
    if (!is_empty && !text.starts_with("host ")) what = "is not a lock of trawl";
  }
  if (what == nullptr) return;
  throw StoreError(fmt::format("{} {}: it is left as it is; move it away, or choose another place with -o",
                               file.path(), what));
}

void require_nothing_planted(const std::string& path) {
  if (!is_shared_folder(folder_of(path))) return;
  for (const char* suffix : {"", ".lock", ".checkpoints"}) require_ours(path + suffix);
}

std::string random_text() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

}  // namespace

FileLock::FileLock(const std::string& path, double seconds, const std::function<bool()>& stop_requested)
    : path_(path), lock_path_(path + ".lock"), began_(steady_time()) {
  require_nothing_planted(path);
  while (true) {
    const Attempt now = attempt();
    if (now == Attempt::ours) {
      write_record();
      if (has_name()) break;
      continue;  // another run has taken it for a dead one's
    }
    if (stop_requested()) {
      throw StopRequested(
          fmt::format("stopped while another run held {}; the same command carries on", path_));
    }
    const bool too_late = steady_time() >= began_ + seconds;
    if (too_late && (now == Attempt::held || lives_)) fail_held();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  on_network_ = is_network_folder(folder_of(path));
  counter_ = std::thread([this] { count_up(); });
}

void FileLock::fail_held() const {
  throw StoreError(fmt::format("another run writes {}: {}; wait for its end, or stop it", path_,
                               in_words(text_of(file_))));
}

FileLock::Attempt FileLock::attempt() {
  if (!open_file(began_ + kWatchSeconds)) return Attempt::again;
  require_lock(file_);
  if (locked_by_other()) return take_from_dead();
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

// Somebody may hold the lock of a run that was killed: its children a moment longer, another user for ever.
FileLock::Attempt FileLock::take_from_dead() {
  const std::string text = text_of(file_);
  if (!is_record(text) || holder(text) == getpid() || !holder_is_dead(text)) return Attempt::held;
  const double now = steady_time();
  if (text != dead_) {
    dead_ = text;
    dead_since_ = now;
  }
  // Another run that has just locked the file is about to write its record.
  if (now - dead_since_ < kDeadSeconds) return Attempt::unclear;
  if (text_of(file_) != text || !has_name()) return Attempt::again;
  log_warning("{} is held although its run is dead ({}): this run makes a new one", lock_path_,
              in_words(text));
  if (unlink(lock_path_.c_str()) != 0 && errno != ENOENT) fail_system("remove", lock_path_, errno);
  dead_.clear();
  return Attempt::again;
}

bool FileLock::open_file(double until) {
  try {
    file_ = DiskFile(lock_path_, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, lock_mode(path_));
    return true;
  } catch (const MissingFileError&) {
    const std::string folder = folder_of(path_);
    if (!file_state(folder).exists || steady_time() >= until) throw;
    if (!is_network_folder(folder)) {  // as /proc
      throw StoreError(fmt::format("cannot create {}: {} takes no files; choose another place with -o",
                                   lock_path_, folder));
    }
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
  file_ = DiskFile(lock_path_, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
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
  if (!is_record(text)) return true;  // no record: the lock alone counts
  if (space != process_space()) return false;
  const pid_t pid = holder(text);
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
  struct stat info {};
  const bool is_known = fstat(file_.get(), &info) == 0 && info.st_uid == geteuid();
  // One that a run of an older version left may be readable, and so be locked, by anybody.
  if (is_known) static_cast<void>(fchmod(file_.get(), info.st_mode & lock_mode(path_)));
  if (ftruncate(file_.get(), 0) != 0) return;
  static_cast<void>(pwrite(file_.get(), text.data(), text.size(), 0));
}

void FileLock::count_up() {
  constexpr std::chrono::duration<double> kPause(kCountSeconds);
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
