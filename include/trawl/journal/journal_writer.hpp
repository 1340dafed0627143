#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "trawl/base/disk_file.hpp"
#include "trawl/journal/journal_record.hpp"
#include "trawl/journal/kept_records.hpp"

namespace trawl {

/// Appends records to segments of its own. Several threads may use it.
///
/// Records stay in memory until they are durable. On a full disk they wait there, in their order, and each
/// later one and the thread below try again: a record that was written in part goes on at the byte where it
/// ended. Where a file system fails (EIO, ESTALE and the like; also an fdatasync, after which the system may
/// have dropped what was written), nothing is known of what follows the durable part: a new segment says how
/// much that is, and takes the records behind it from memory. Both are said once.
class JournalWriter {
 public:
  /// Creates the segment after the ones whose `lengths` count. Throws StoreError if it exists:
  /// another run was quicker. A thread makes what was written durable every `sync_seconds`.
  JournalWriter(const std::string& path, std::vector<std::uint64_t> lengths, std::uint64_t first_sequence,
                double sync_seconds, std::uint64_t segment_bytes);
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;
  ~JournalWriter();

  /// One write(2) for all records. Throws StoreError if that failed, or they may wait no longer; every later
  /// call throws the same then: what was torn stays at the end of its segment.
  template <class Record, class Range = std::vector<Record>>
  void append(const Range& records) {
    const std::lock_guard lock(mutex_);
    std::uint64_t sequence = kept_.next_sequence(position_.sequence);
    std::string& bytes = kept_.begin_batch();
    for (const Record& record : records) add_record(bytes, record_type<Record>(), sequence++, record);
    kept_.end_batch(sequence);
    commit();
  }
  template <class Record>
  void append_one(const Record& record) {
    append<Record>(std::vector<Record>{record});
  }

  /// How long records may wait for room, or for the file system, from now on. Seconds; 0 at first.
  void wait_for_room(double seconds);
  /// Returns when no record waits any more. Throws StoreError when they may wait no longer, or
  /// `stop_requested` answers true.
  void settle(const std::function<bool()>& stop_requested);

  [[nodiscard]] bool waits_for_room() const;

  /// Behind the last record that is in the file as a whole.
  [[nodiscard]] JournalPosition position() const;
  /// True from when a newer segment was seen that is not ours, or ours was removed or is another run's.
  /// Throws UnreachableError where the whole folder seems to be gone.
  [[nodiscard]] bool taken_over();
  /// Waits until all that is in the file is durable. Throws StoreError, UnreachableError if it may pass.
  void sync();
  /// False of a place that a newer segment does not count any more.
  [[nodiscard]] bool holds(const JournalPosition& position) const;

 private:
  void commit();
  void write_waiting();
  void note_written();
  void sync_soon();
  void forget_durable(std::uint64_t sequence);
  void begin_anew();
  void note_waiting(const PassingError& why);
  void note_end_of_waiting();
  void check_taken_over();
  bool look_for_other_run();
  [[nodiscard]] bool is_removed() const;
  [[nodiscard]] bool look_at_our_segment() const;
  [[nodiscard]] DiskFile create_segment(const std::string& name);
  bool is_left_over(const std::string& name);
  void skip_foreign_segments();
  void start_segment();
  void start_next_segment();
  /// Begins the next one; `length`: how much of this one counts.
  void leave_segment(std::uint64_t length);
  void sync_regularly(double seconds);
  void try_again();

  std::string path_;
  std::vector<std::uint64_t> lengths_;
  std::uint64_t segment_bytes_;
  std::uint64_t nonce_;
  mutable std::mutex mutex_;
  DiskFile file_;
  std::string head_;          // of the segment
  JournalPosition position_;  // behind the last record that is in the file as a whole
  JournalPosition durable_;   // behind the last one that is durable
  KeptRecords kept_;          // behind durable_
  bool broken_ = false;       // nothing may be written behind what the file holds

  double waiting_seconds_ = 0.0;
  double waiting_since_ = 0.0;  // 0: nothing waits
  bool no_room_ = false;        // what it waits for
  std::string failure_;
  double checked_at_ = 0.0;
  double looked_at_ = 0.0;  // our segment, by what it holds
  bool taken_over_ = false;
  std::string begun_;         // a segment that may be there although making it failed
  double empty_since_ = 0.0;  // that one, as seen by us

  std::mutex stop_mutex_;
  bool stopping_ = false;
  std::atomic<bool> sync_now_ = false;
  std::condition_variable wake_;
  std::thread syncer_;
};

}  // namespace trawl
