// Sums up all that was written of a study.
#include "trawl/journal/journal_scan.hpp"

#include "trawl/journal/journal_reader.hpp"

namespace trawl {

JournalSummary scan_journal(const std::string& path, const RecordUse& use) {
  JournalSummary summary;
  JournalReader reader(path);
  while (const std::optional<JournalRecord> record = reader.next()) {
    if (const auto* study = std::get_if<JournaledStudy>(&*record)) {
      if (!summary.first) summary.first = *study;
      summary.last = *study;
    }
    if (std::holds_alternative<PublishedFileTaken>(*record)) summary.file_taken = true;
    use(*record, reader.position().segment);
  }
  summary.lengths = reader.lengths();
  summary.sequence = reader.position().sequence;
  summary.lost = reader.lost();
  return summary;
}

}  // namespace trawl
