#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "trawl/base/disk_file.hpp"
#include "trawl/results/journal_record.hpp"

namespace trawl {

/// Appends records to segments of its own. Several threads may use it.
class JournalWriter {
 public:
  /// Creates the segment after the ones whose `lengths` count. Throws StoreError if it exists:
  /// another run was quicker. A thread makes what was written durable every `sync_seconds`.
  JournalWriter(const std::string& path, std::vector<std::uint64_t> lengths, std::uint64_t first_sequence,
                double sync_seconds, std::uint64_t segment_bytes);
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;
  ~JournalWriter();

  /// One write(2) for all records. After a failure every later call throws the same StoreError: what
  /// was torn stays at the end of its segment.
  template <class Record, class Range = std::vector<Record>>
  void append(const Range& records) {
    const std::lock_guard lock(mutex_);
    bytes_.clear();
    std::uint64_t sequence = position_.sequence;
    for (const Record& record : records) add_record(bytes_, record_type<Record>(), sequence++, record);
    commit(sequence);
  }
  template <class Record>
  void append_one(const Record& record) {
    append<Record>(std::vector<Record>{record});
  }

  /// Where the next record goes: all before it is in the file.
  [[nodiscard]] JournalPosition position() const;
  /// True from when a newer segment was seen that is not ours, or ours was removed.
  [[nodiscard]] bool taken_over();
  /// Waits until all that was appended is durable. Throws StoreError.
  void sync();

 private:
  void commit(std::uint64_t next_sequence);
  void check_taken_over();
  bool look_for_other_run();
  void start_segment();
  void sync_regularly(double seconds);

  std::string path_;
  std::vector<std::uint64_t> lengths_;
  std::uint64_t segment_bytes_;
  mutable std::mutex mutex_;
  DiskFile file_;
  JournalPosition position_;
  std::string bytes_;
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
