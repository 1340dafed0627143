#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "trawl/base/disk_file.hpp"

namespace trawl {

/// The bytes of a journal's records that are not durable yet, oldest first, and how many of them the file
/// holds. They lie in blocks that are used again, so that keeping them costs neither copies nor new memory.
class KeptRecords {
 public:
  /// Where the bytes of the next batch are to be appended; end_batch() follows.
  std::string& begin_batch();
  /// `next_sequence`: the number of the record behind the batch.
  void end_batch(std::uint64_t next_sequence);

  /// Writes what the file lacks. Throws what DiskFile throws: what was written until then counts.
  void write_to(DiskFile& file);
  /// The next write begins with the oldest byte again: another file is to hold them all.
  void write_again();
  /// Drops the batches before the record `sequence`, which the file holds. Returns their bytes.
  std::uint64_t drop_before(std::uint64_t sequence);

  [[nodiscard]] std::uint64_t bytes() const { return end_ - begin_; }
  [[nodiscard]] std::uint64_t written() const { return written_ - begin_; }
  [[nodiscard]] bool all_written() const { return written_ == end_; }
  /// Of the batches that the file holds as a whole: their bytes, and the record behind them; `fallback` where
  /// there are none.
  [[nodiscard]] std::uint64_t whole_bytes() const {
    return n_whole_ > 0 ? batches_[n_whole_ - 1].end - begin_ : 0;
  }
  [[nodiscard]] std::uint64_t whole_sequence(std::uint64_t fallback) const {
    return n_whole_ > 0 ? batches_[n_whole_ - 1].next_sequence : fallback;
  }
  /// The record behind all batches; `fallback` where there are none.
  [[nodiscard]] std::uint64_t next_sequence(std::uint64_t fallback) const {
    return batches_.empty() ? fallback : batches_.back().next_sequence;
  }

 private:
  // Places count the bytes from the first one that was ever kept.
  struct Block {
    std::uint64_t begin = 0;
    std::string bytes;
  };
  struct Batch {
    std::uint64_t end = 0;
    std::uint64_t next_sequence = 0;
  };

  void count_written(std::uint64_t bytes);

  std::deque<Block> blocks_;
  std::vector<std::string> spare_;  // empty, with their memory
  std::deque<Batch> batches_;
  std::size_t n_whole_ = 0;  // of batches_
  std::uint64_t begin_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace trawl
