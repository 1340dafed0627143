#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "trawl/journal/journal_record.hpp"

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

}  // namespace trawl
