// Makes what happened safe, on disks that are full or fail too.
#include "trawl/journal/journal_writer.hpp"

#include <cerrno>
#include <chrono>
#include <random>

#include <fcntl.h>
#include <unistd.h>

#include "trawl/base/clock.hpp"
#include "trawl/base/log.hpp"
#include "trawl/journal/journal_reader.hpp"

namespace trawl {
namespace {

// Of records that wait, among them the networks that were the best ones.
constexpr std::size_t kMaxWaitingBytes = 256UL << 20;
// Of records in memory that the disk has taken: a disk that is slower than the results has to be waited for.
constexpr std::size_t kMaxUnsyncedBytes = 128UL << 20;
// With so many the disk is asked to take them before its time: they are still in the caches.
constexpr std::size_t kManyUnsyncedBytes = 16UL << 20;

std::uint64_t random_number() {
  std::random_device random;
  return (static_cast<std::uint64_t>(random()) << 32) | random();
}

// NFS asks its server for the names in a folder anew when that is opened.
void refresh_names(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0) ::close(descriptor);
}

bool is_missing(const std::string& path) { return access(path.c_str(), F_OK) != 0 && errno == ENOENT; }

}  // namespace

JournalWriter::JournalWriter(const std::string& path, std::vector<std::uint64_t> lengths,
                             std::uint64_t first_sequence, double sync_seconds, std::uint64_t segment_bytes)
    : path_(path), lengths_(std::move(lengths)), segment_bytes_(segment_bytes), nonce_(random_number()) {
  durable_.sequence = first_sequence;
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

DiskFile JournalWriter::create_segment(const std::string& name) {
  try {
    return {name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW, mode_beside(path_)};
  } catch (const PassingError&) {
    begun_ = name;  // the server may have made it all the same
    throw;
  } catch (const MissingFileError& e) {
    if (!file_.is_open()) throw;
    throw UnreachableError(e.what());  // there was a folder when we began
  } catch (const StoreError&) {
    if (access(name.c_str(), F_OK) != 0) throw;
  }
  if (is_foreign_segment(path_, lengths_.size())) return {};
  if (!is_left_over(name)) {
    throw StoreError(fmt::format("another run has taken over {}: {} exists", path_, name));
  }
  unlink(name.c_str());
  throw UnreachableError(fmt::format("{} was begun in vain: once more", name));
}

// What a failed attempt of ours to make this segment left. Another run that begins one writes its head at
// once.
bool JournalWriter::is_left_over(const std::string& name) {
  constexpr double kSeconds = 3.0;
  constexpr std::size_t kTelling = kJournalMagic.size() + kSealHeaderBytes + 4 + 8;  // with version and nonce
  if (begun_ != name) return false;
  const DiskFile file(name, O_RDONLY | O_NOFOLLOW);
  std::string bytes(head_.size() + 1, '\0');
  bytes.resize(file.read_at(0, bytes.data(), bytes.size()));
  if (!head_.starts_with(bytes)) return false;
  if (bytes.size() >= kTelling) return true;
  if (empty_since_ == 0.0) empty_since_ = steady_time();
  if (steady_time() - empty_since_ >= kSeconds) return true;
  throw UnreachableError(fmt::format("{} is there, begun by this run or another", name));
}

// In a folder that anybody may write, somebody may have taken the name: that number is left out.
void JournalWriter::skip_foreign_segments() {
  while (is_foreign_segment(path_, lengths_.size())) {
    log_warning("{} is not this study's journal: it is left as it is, and that number left out",
                segment_path(path_, lengths_.size()));
    lengths_.push_back(0);
  }
}

void JournalWriter::start_segment() {
  skip_foreign_segments();
  const std::string name = segment_path(path_, lengths_.size());
  SegmentHead head;
  head.nonce = nonce_;
  head.segment = lengths_.size();
  head.lengths = lengths_;
  head_ = std::string(kJournalMagic) + encode_sealed(head);
  DiskFile file = create_segment(name);
  if (!file.is_open()) return start_segment();  // it was taken just now
  try {
    file.write_all(head_);
    // A published file may soon say that it holds the journal up to here.
    file.sync_data();
    // What makes the records durable later syncs the file, not its name.
    sync_folder(folder_of(name));
  } catch (const StoreError&) {
    if (unlink(name.c_str()) != 0) begun_ = name;
    throw;
  }
  begun_.clear();
  empty_since_ = 0.0;
  file_ = std::move(file);
  durable_.segment = head.segment;
  durable_.offset = head_.size();
  position_ = durable_;
}

void JournalWriter::start_next_segment() {
  file_.sync_data();
  forget_durable(position_.sequence);
  leave_segment(position_.offset);
}

void JournalWriter::begin_anew() {
  leave_segment(durable_.offset);
  kept_.write_again();
  broken_ = false;
}

void JournalWriter::leave_segment(std::uint64_t length) {
  const std::string head = head_;
  const std::size_t n = lengths_.size();
  lengths_.push_back(length);
  try {
    start_segment();
  } catch (const StoreError&) {
    lengths_.resize(n);
    head_ = head;
    throw;
  }
}

bool JournalWriter::taken_over() {
  const std::lock_guard lock(mutex_);
  looked_at_ = 0.0;
  return look_for_other_run();
}

bool JournalWriter::look_for_other_run() {
  constexpr double kSeconds = 1.0;
  if (taken_over_) return true;
  std::uint64_t number = lengths_.size() + 1;
  while (is_foreign_segment(path_, number)) ++number;
  const std::string next = segment_path(path_, number);
  const double now = steady_time();
  const bool look_inside = now - looked_at_ >= kSeconds;
  if (look_inside) refresh_names(folder_of(path_));
  // Making the next segment finds out whose one is that we may have begun.
  taken_over_ = begun_ != next && access(next.c_str(), F_OK) == 0;
  if (!taken_over_ && is_missing(file_.path())) taken_over_ = is_removed();
  if (!taken_over_ && look_inside) {
    taken_over_ = !look_at_our_segment();
    looked_at_ = now;
  }
  return taken_over_;
}

// Another run that has come to its end has removed our segment too, and then its own. Any other error is a
// file system's that may recover.
bool JournalWriter::is_removed() const {
  if (file_state(path_).exists) return true;
  throw UnreachableError(fmt::format("{} and its journal are gone (is the file system of {} still there?)",
                                     path_, folder_of(path_)));
}

// A newer run may have come to its end, and yet another one may have begun a segment of this name. What a
// network file system remembers of a name may be older than the name's end: opening it asks the server.
bool JournalWriter::look_at_our_segment() const {
  try {
    const DiskFile file(file_.path(), O_RDONLY | O_NOFOLLOW);
    std::string bytes(head_.size(), '\0');
    bytes.resize(file.read_at(0, bytes.data(), bytes.size()));
    return bytes == head_;
  } catch (const MissingFileError&) {
    return !is_removed();
  } catch (const StoreError&) {
    return true;  // it says nothing: writing will
  }
}

void JournalWriter::check_taken_over() {
  // Asking costs a round trip on a network file system. What is written in between does no harm:
  // the newer segment says how much of ours counts.
  constexpr double kSeconds = 0.02;
  const double now = steady_time();
  if (!taken_over_ && now - checked_at_ < kSeconds) return;
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
    if (broken_) begin_anew();
    write_waiting();
    if (kept_.written() >= kMaxUnsyncedBytes) {
      file_.sync_data();
      forget_durable(position_.sequence);
    } else if (kept_.written() >= kManyUnsyncedBytes) {
      sync_soon();
    }
    if (position_.offset >= segment_bytes_) start_next_segment();
    if (waiting_since_ != 0.0) note_end_of_waiting();
  } catch (const PassingError& e) {
    note_waiting(e);
  } catch (const StoreError& e) {
    failure_ = e.what();
    throw;
  }
}

void JournalWriter::write_waiting() {
  try {
    kept_.write_to(file_);
  } catch (const PassingError&) {
    note_written();
    throw;
  }
  note_written();
}

void JournalWriter::note_written() {
  position_.offset = durable_.offset + kept_.whole_bytes();
  position_.sequence = kept_.whole_sequence(durable_.sequence);
}

void JournalWriter::forget_durable(std::uint64_t sequence) {
  const std::uint64_t bytes = kept_.drop_before(sequence);
  durable_.offset += bytes;
  if (bytes > 0) durable_.sequence = sequence;
}

void JournalWriter::note_waiting(const PassingError& why) {
  const double now = steady_time();
  const bool no_room = dynamic_cast<const NoRoomError*>(&why) != nullptr;
  // What a file holds is not known any more after any other error.
  if (!no_room) broken_ = true;
  if (waiting_since_ == 0.0 && waiting_seconds_ > 0.0) {
    if (no_room) {
      log_warning("there is no room for {}: results wait in memory, {:.0f} s at most; make room",
                  file_.path(), waiting_seconds_);
    } else {
      const std::string text = why.what();
      log_warning("{}: results wait in memory for the file system, {:.0f} s at most",
                  text.substr(0, text.find(';')), waiting_seconds_);
    }
  }
  if (waiting_since_ == 0.0) {
    waiting_since_ = now;
    no_room_ = no_room;
  }
  if (now - waiting_since_ < waiting_seconds_ && kept_.bytes() <= kMaxWaitingBytes) return;
  failure_ = fmt::format("{}. What was reported since {} is not stored", why.what(),
                         format_time(unix_time() - (now - waiting_since_)));
  throw StoreError(failure_);
}

void JournalWriter::note_end_of_waiting() {
  if (no_room_)
    log_info("there is room again for {}: nothing was lost", file_.path());
  else
    log_info("the file system of {} works again: nothing was lost", file_.path());
  waiting_since_ = 0.0;
}

void JournalWriter::wait_for_room(double seconds) {
  const std::lock_guard lock(mutex_);
  waiting_seconds_ = seconds;
}

void JournalWriter::settle(const std::function<bool()>& stop_requested) {
  constexpr std::chrono::milliseconds kPause{50};
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      // One that may wait no longer says so itself.
      if (stop_requested()) waiting_seconds_ = 0.0;
      commit();
      if (kept_.all_written() && !broken_) return;
    }
    std::this_thread::sleep_for(kPause);
  }
}

bool JournalWriter::waits_for_room() const {
  const std::lock_guard lock(mutex_);
  return broken_ || !kept_.all_written();
}

JournalPosition JournalWriter::position() const {
  const std::lock_guard lock(mutex_);
  return position_;
}

bool JournalWriter::holds(const JournalPosition& position) const {
  const std::lock_guard lock(mutex_);
  if (position.segment < lengths_.size()) return position.offset <= lengths_[position.segment];
  return position.segment == position_.segment && position.offset <= position_.offset;
}

void JournalWriter::sync() {
  int copy = -1;
  JournalPosition end;
  {
    const std::lock_guard lock(mutex_);
    if (!failure_.empty()) throw StoreError(failure_);
    if (broken_) throw UnreachableError(fmt::format("{} is not durable yet", file_.path()));
    if (position_.sequence == durable_.sequence) return;
    // A descriptor of our own: appending goes on, and may start a new segment, while we wait.
    copy = dup(file_.get());
    end = position_;
  }
  const bool done = copy >= 0 && fdatasync(copy) == 0;
  const int code = errno;
  if (copy >= 0) ::close(copy);
  const std::lock_guard lock(mutex_);
  // A segment that was left meanwhile was made durable then, or its records stand in this one once more.
  if (end.segment != position_.segment) return;
  if (done) return forget_durable(end.sequence);
  try {
    fail_system("make durable", file_.path(), code);
  } catch (const PassingError& e) {
    broken_ = true;
    note_waiting(e);
    throw UnreachableError(e.what());
  } catch (const StoreError& e) {
    failure_ = fmt::format("{}; give the same command again: it resumes", e.what());
    throw StoreError(failure_);
  }
}

void JournalWriter::try_again() {
  const std::lock_guard lock(mutex_);
  if (waiting_since_ != 0.0) commit();
}

void JournalWriter::sync_soon() {
  if (sync_now_.exchange(true)) return;
  const std::lock_guard lock(stop_mutex_);
  wake_.notify_all();
}

void JournalWriter::sync_regularly(double seconds) {
  std::unique_lock lock(stop_mutex_);
  while (!stopping_) {
    wake_.wait_for(lock, std::chrono::duration<double>(seconds),
                   [this] { return stopping_ || sync_now_.load(); });
    sync_now_ = false;
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
