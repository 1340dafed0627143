#pragma once

#include <cstdint>
#include <string>

#include "trawl/journal/journal_record.hpp"
#include "trawl/study/shard.hpp"

namespace trawl {

/// What stands under the name of a results file.
struct FileInspection {
  /// missing: also an empty file. foreign: not a results file. newer: of a later version of the
  /// format. damaged: it was an HDF5 file once.
  enum class Kind : std::uint8_t { missing, foreign, newer, damaged, results };
  Kind kind = Kind::missing;
  std::string reason;        ///< foreign, newer, damaged: a sentence's end, as "is not an HDF5 file"
  std::int64_t version = 0;  ///< of the format; of results, as all below
  std::string run_id;
  std::string identity;
  std::int64_t n_trials = 0;
  Shard shard;
  bool complete = false;
  JournalPosition journal;  ///< how much of its journal it holds, without the sequence; 0 once it is complete

  std::string unreachable;  ///< within inspect_results(): why the file system could not read it

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& kind& reason& version& run_id& identity& n_trials& shard.index& shard.count& complete& journal
        .segment& journal.offset& journal.sequence& unreachable;
  }
};

constexpr FileInspection::Kind last_of(FileInspection::Kind) { return FileInspection::Kind::results; }

/// Looks at the head of the file only, in a process of its own: a file that libhdf5 does not survive is
/// damaged. One that cannot be opened is not judged: throws UnreachableError where that may pass, StoreError
/// otherwise, as where permission is denied.
FileInspection inspect_results(const std::string& path);

}  // namespace trawl
