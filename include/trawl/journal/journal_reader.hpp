#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "trawl/base/disk_file.hpp"
#include "trawl/journal/journal_record.hpp"

namespace trawl {

std::string segment_path(const std::string& path, std::uint64_t segment);

/// True if something has the segment's name that is not of the journal: no file, or, in a folder that anybody
/// may write, a file of another user than the owner of FILE.h5 or of the folder. Its number is left out.
bool is_foreign_segment(const std::string& path, std::uint64_t segment);

/// The segments FILE.h5.journal.NNN that exist, by number.
std::vector<std::uint64_t> journal_segments(const std::string& path);
void remove_journal(const std::string& path);

/// Reads the records of FILE.h5's journal in order, over all its segments. A torn tail (what a crash
/// leaves) ends its segment. Memory: the largest record.
class JournalReader {
 public:
  /// From `from` to `end`; without an end, to the last whole record. Throws StoreError if a
  /// segment is missing or of a newer version.
  explicit JournalReader(const std::string& path, const JournalPosition& from = {},
                         const std::optional<JournalPosition>& end = std::nullopt);

  /// Empty at the end. Throws StoreError if a segment is damaged before the place that a later
  /// one, or `end`, says it was good to, if `end` is not there, or if a whole record is of a kind this build
  /// cannot decode.
  std::optional<JournalRecord> next();
  /// Behind the last record that was read.
  [[nodiscard]] const JournalPosition& position() const { return position_; }
  /// How much of every segment up to the last counts: what the next segment's head says.
  [[nodiscard]] std::vector<std::uint64_t> lengths() const { return lengths_; }
  /// The ends of segments that hold no whole record, a sentence each.
  [[nodiscard]] const std::vector<std::string>& lost() const { return lost_; }

 private:
  void require_segment(std::uint64_t segment) const;
  bool open_segment();
  bool read_record(JournalRecord& record);
  std::optional<std::pair<std::string_view, std::size_t>> body();
  std::string_view peek(std::size_t bytes);
  [[nodiscard]] std::optional<std::uint64_t> limit() const;
  void leave_segment();
  void note_loss();

  std::string path_;
  std::optional<JournalPosition> end_;
  std::vector<std::uint64_t> segments_;
  std::vector<std::uint64_t> known_lengths_;  // by the newest head that can be read
  std::vector<std::uint64_t> lengths_;
  std::vector<std::string> lost_;
  JournalPosition position_;
  DiskFile file_;
  std::string buffer_;
  std::uint64_t buffer_offset_ = 0;
};

}  // namespace trawl
