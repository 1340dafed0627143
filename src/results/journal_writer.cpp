#include "trawl/results/journal_writer.hpp"

#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <unistd.h>

#include "trawl/base/clock.hpp"
#include "trawl/base/log.hpp"
#include "trawl/results/journal_reader.hpp"

namespace trawl {
namespace {

// Of records that wait for room, among them the networks that were the best ones.
constexpr std::size_t kMaxWaitingBytes = 256UL << 20;

}  // namespace

JournalWriter::JournalWriter(const std::string& path, std::vector<std::uint64_t> lengths,
                             std::uint64_t first_sequence, double sync_seconds, std::uint64_t segment_bytes)
    : path_(path), lengths_(std::move(lengths)), segment_bytes_(segment_bytes) {
  position_.sequence = first_sequence;
  start_segment();
  syncer_ = std::thread([this, sync_seconds] { sync_regularly(sync_seconds); });
}

JournalWriter::~JournalWriter() {
  {
    const std::lock_guard lock(stop_mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  syncer_.join();
}

DiskFile JournalWriter::create_segment(const std::string& name) const {
  try {
    return {name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND};
  } catch (const StoreError&) {
    if (access(name.c_str(), F_OK) != 0) throw;
    throw StoreError(fmt::format("another run has taken over {}: {} exists", path_, name));
  }
}

void JournalWriter::start_segment() {
  const std::string name = segment_path(path_, lengths_.size());
  DiskFile file = create_segment(name);
  SegmentHead head;
  head.segment = lengths_.size();
  head.lengths = lengths_;
  const std::string bytes = std::string(kJournalMagic) + encode_sealed(head);
  try {
    file.write_all(bytes);
    // A published file may soon say that it holds the journal up to here.
    file.sync_data();
    // What makes the records durable later syncs the file, not its name.
    sync_folder(folder_of(name));
  } catch (const StoreError&) {
    unlink(name.c_str());
    throw;
  }
  file_ = std::move(file);
  position_.segment = head.segment;
  position_.offset = bytes.size();
}

void JournalWriter::start_next_segment() {
  file_.sync_data();
  lengths_.push_back(position_.offset);
  try {
    start_segment();
  } catch (const StoreError&) {
    lengths_.pop_back();
    throw;
  }
}

bool JournalWriter::taken_over() {
  const std::lock_guard lock(mutex_);
  return look_for_other_run();
}

bool JournalWriter::look_for_other_run() {
  // Another run that has come to its end has removed our segment too, and then its own. Any other error is a
  // file system's that may recover.
  const std::string next = segment_path(path_, lengths_.size() + 1);
  const bool removed = access(file_.path().c_str(), F_OK) != 0 && errno == ENOENT;
  taken_over_ = taken_over_ || removed || access(next.c_str(), F_OK) == 0;
  return taken_over_;
}

void JournalWriter::check_taken_over() {
  // Asking costs a round trip on a network file system. What is written in between does no harm:
  // the newer segment says how much of ours counts.
  constexpr double kSeconds = 0.02;
  const double now = steady_time();
  if (now - checked_at_ < kSeconds) return;
  checked_at_ = now;
  if (look_for_other_run()) {
    throw StoreError(
        fmt::format("another run has taken over {}: {} is not the journal's last segment any more; this "
                    "one stops",
                    path_, file_.path()));
  }
}

void JournalWriter::commit() {
  if (!failure_.empty()) throw StoreError(failure_);
  try {
    check_taken_over();
    write_waiting();
    if (position_.offset >= segment_bytes_) start_next_segment();
    if (full_since_ != 0.0) note_room();
  } catch (const NoRoomError& e) {
    note_full(e.what());
  } catch (const StoreError& e) {
    failure_ = e.what();
    throw;
  }
}

void JournalWriter::write_waiting() {
  std::string_view rest = bytes_;
  try {
    file_.write_front(rest);
  } catch (const NoRoomError&) {
    count_written(bytes_.size() - rest.size());
    throw;
  }
  count_written(bytes_.size());
}

void JournalWriter::count_written(std::uint64_t bytes) {
  bytes_.erase(0, bytes);
  torn_bytes_ += bytes;
  while (!batches_.empty() && torn_bytes_ >= batches_.front().bytes) {
    torn_bytes_ -= batches_.front().bytes;
    position_.offset += batches_.front().bytes;
    position_.sequence = batches_.front().next_sequence;
    batches_.pop_front();
  }
}

void JournalWriter::note_full(const std::string& why) {
  const double now = steady_time();
  if (full_since_ == 0.0 && room_seconds_ > 0.0) {
    log_warning("there is no room for {}: results wait in memory, {:.0f} s at most; make room", file_.path(),
                room_seconds_);
  }
  if (full_since_ == 0.0) full_since_ = now;
  if (now - full_since_ < room_seconds_ && bytes_.size() <= kMaxWaitingBytes) return;
  failure_ = fmt::format("{}. What was reported since {} is not stored", why,
                         format_time(unix_time() - (now - full_since_)));
  throw StoreError(failure_);
}

void JournalWriter::note_room() {
  log_info("there is room again for {}: nothing was lost", file_.path());
  full_since_ = 0.0;
}

void JournalWriter::wait_for_room(double seconds) {
  const std::lock_guard lock(mutex_);
  room_seconds_ = seconds;
}

void JournalWriter::settle(const std::function<bool()>& stop_requested) {
  constexpr std::chrono::milliseconds kPause{50};
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      // One that may wait no longer says so itself.
      if (stop_requested()) room_seconds_ = 0.0;
      commit();
      if (bytes_.empty()) return;
    }
    std::this_thread::sleep_for(kPause);
  }
}

bool JournalWriter::waits_for_room() const {
  const std::lock_guard lock(mutex_);
  return !bytes_.empty();
}

JournalPosition JournalWriter::position() const {
  const std::lock_guard lock(mutex_);
  return position_;
}

void JournalWriter::sync() {
  int copy = -1;
  std::uint64_t sequence = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!failure_.empty()) throw StoreError(failure_);
    if (position_.sequence == synced_) return;
    // A descriptor of our own: appending goes on, and may start a new segment, while we wait.
    copy = dup(file_.get());
    sequence = position_.sequence;
  }
  const bool done = copy >= 0 && fdatasync(copy) == 0;
  const int code = errno;
  if (copy >= 0) ::close(copy);
  const std::lock_guard lock(mutex_);
  if (done) {
    synced_ = sequence;
    return;
  }
  failure_ = fmt::format("cannot make {} durable: {}; give the same command again: it resumes", file_.path(),
                         system_message(code));
  throw StoreError(failure_);
}

void JournalWriter::try_again() {
  const std::lock_guard lock(mutex_);
  if (full_since_ != 0.0) commit();
}

void JournalWriter::sync_regularly(double seconds) {
  std::unique_lock lock(stop_mutex_);
  while (!stopping_) {
    wake_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return stopping_; });
    lock.unlock();
    try {
      try_again();
      sync();
    } catch (const StoreError&) {  // the next append() throws it, where it is heard
    }
    lock.lock();
  }
}

}  // namespace trawl
