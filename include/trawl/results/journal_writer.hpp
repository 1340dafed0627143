#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "trawl/base/disk_file.hpp"
#include "trawl/results/journal_record.hpp"

namespace trawl {

/// Appends records to segments of its own. Several threads may use it.
///
/// On a full disk records wait in memory, in their order, and each later one and the thread below try again:
/// a record that was written in part goes on at the byte where it ended. That is said once.
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
    const std::size_t before = bytes_.size();
    std::uint64_t sequence = batches_.empty() ? position_.sequence : batches_.back().next_sequence;
    for (const Record& record : records) add_record(bytes_, record_type<Record>(), sequence++, record);
    batches_.push_back({bytes_.size() - before, sequence});
    commit();
  }
  template <class Record>
  void append_one(const Record& record) {
    append<Record>(std::vector<Record>{record});
  }

  /// How long records may wait for room from now on. Seconds; 0 at first.
  void wait_for_room(double seconds);
  /// Returns when no record waits any more. Throws StoreError when they may wait no longer, or
  /// `stop_requested` answers true.
  void settle(const std::function<bool()>& stop_requested);

  [[nodiscard]] bool waits_for_room() const;

  /// Behind the last record that is in the file as a whole.
  [[nodiscard]] JournalPosition position() const;
  /// True from when a newer segment was seen that is not ours, or ours was removed.
  [[nodiscard]] bool taken_over();
  /// Waits until all that is in the file is durable. Throws StoreError.
  void sync();

 private:
  /// The records of one append().
  struct Batch {
    std::uint64_t bytes = 0;
    std::uint64_t next_sequence = 0;
  };

  void commit();
  void write_waiting();
  void count_written(std::uint64_t bytes);
  void note_full(const std::string& why);
  void note_room();
  void check_taken_over();
  bool look_for_other_run();
  [[nodiscard]] DiskFile create_segment(const std::string& name) const;
  void start_segment();
  void start_next_segment();
  void sync_regularly(double seconds);
  void try_again();

  std::string path_;
  std::vector<std::uint64_t> lengths_;
  std::uint64_t segment_bytes_;
  mutable std::mutex mutex_;
  DiskFile file_;
  JournalPosition position_;
  std::string bytes_;             // what is not in the file yet
  std::deque<Batch> batches_;     // of bytes_, and of what was written of the first one
  std::uint64_t torn_bytes_ = 0;  // of the first batch, in the file
  double room_seconds_ = 0.0;
  double full_since_ = 0.0;  // 0: there is room
  std::string failure_;
  double checked_at_ = 0.0;
  bool taken_over_ = false;

  std::uint64_t synced_ = 0;
  std::mutex stop_mutex_;
  bool stopping_ = false;
  std::condition_variable wake_;
  std::thread syncer_;
};

}  // namespace trawl
