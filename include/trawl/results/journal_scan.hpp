#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "trawl/results/file_inspection.hpp"
#include "trawl/results/journal_record.hpp"

namespace trawl {

/// What a journal says of itself. `first` and `last` are what its first and its last session ran; empty
/// where there is no journal.
struct JournalSummary {
  std::optional<JournaledStudy> first;
  std::optional<JournaledStudy> last;
  bool file_taken = false;             ///< it holds all of the file it was begun from
  std::vector<std::uint64_t> lengths;  ///< how much of every segment counts
  std::uint64_t sequence = 0;          ///< of the next record
  std::vector<std::string> lost;       ///< what cannot be read of it, a sentence each
};

using RecordUse = std::function<void(const JournalRecord& record, std::uint64_t segment)>;

/// Reads the whole journal of FILE.h5 and shows every record to `use`. Throws StoreError.
JournalSummary scan_journal(
    const std::string& path, const RecordUse& use = [](const JournalRecord&, std::uint64_t) {});

/// Throws StoreError where the file holds more than its journal any more: going on from the journal would
/// lose what was published.
void require_all_published(const std::string& path, const FileInspection& file,
                           const JournalSummary& journal);

/// True of a journal that the file at `path` does not need: the file is complete, or the journal was begun
/// from it and never got to hold all of it. Throws StoreError if it is the latter and the file is damaged:
/// then neither is whole.
bool is_left_over(const std::string& path, const FileInspection& file, const JournalSummary& journal);

/// Removes what a kill within remove_journal() left beside a complete file. Segments go in
/// ascending order, so then the first one is missing and the rest cannot be read.
void remove_rest_of_journal(const std::string& path, const FileInspection& file);

}  // namespace trawl
