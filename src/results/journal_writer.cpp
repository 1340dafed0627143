#include "trawl/results/journal_writer.hpp"

#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <unistd.h>

#include "trawl/base/clock.hpp"
#include "trawl/base/log.hpp"
#include "trawl/results/journal_reader.hpp"

namespace trawl {

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

void JournalWriter::start_segment() {
  const std::string name = segment_path(path_, lengths_.size());
  if (access(name.c_str(), F_OK) == 0) {
    throw StoreError(fmt::format("another run has taken over {}: {} exists", path_, name));
  }
  file_ = DiskFile(name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND);
  SegmentHead head;
  head.segment = lengths_.size();
  head.lengths = lengths_;
  const std::string bytes = std::string(kJournalMagic) + encode_sealed(head);
  file_.write_all(bytes);
  // What makes the records durable later syncs the file, not its name.
  sync_folder(folder_of(name));
  position_.segment = head.segment;
  position_.offset = bytes.size();
}

bool JournalWriter::taken_over() {
  const std::lock_guard lock(mutex_);
  return look_for_other_run();
}

bool JournalWriter::look_for_other_run() {
  // Another run that has come to its end has removed our segment too, and then its own.
  const std::string next = segment_path(path_, lengths_.size() + 1);
  taken_over_ = taken_over_ || access(next.c_str(), F_OK) == 0 || access(file_.path().c_str(), F_OK) != 0;
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

void JournalWriter::commit(std::uint64_t next_sequence) {
  if (!failure_.empty()) throw StoreError(failure_);
  try {
    check_taken_over();
    file_.write_all(bytes_);
    position_.offset += bytes_.size();
    position_.sequence = next_sequence;
    if (position_.offset < segment_bytes_) return;
    file_.sync_data();
    lengths_.push_back(position_.offset);
    start_segment();
  } catch (const StoreError& e) {
    failure_ = e.what();
    throw;
  }
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

void JournalWriter::sync_regularly(double seconds) {
  std::unique_lock lock(stop_mutex_);
  while (!stopping_) {
    wake_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return stopping_; });
    lock.unlock();
    try {
      sync();
    } catch (const StoreError&) {  // the next append() throws it, where it is heard
    }
    lock.lock();
  }
}

}  // namespace trawl
