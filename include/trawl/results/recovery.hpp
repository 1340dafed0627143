#pragma once

#include <string>

#include "trawl/journal/journal_scan.hpp"
#include "trawl/results/file_inspection.hpp"

// Which of a results file and its journal counts, where a run was killed or something is damaged.

namespace trawl {

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
