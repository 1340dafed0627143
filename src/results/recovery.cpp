// Decides which of file and journal counts after a kill or some damage.
#include "trawl/results/recovery.hpp"

#include "trawl/journal/journal_reader.hpp"
#include "trawl/results/read_results.hpp"

namespace trawl {
namespace {

bool is_sound(const std::string& path) {
  try {
    static_cast<void>(read_results(path));
    return true;
  } catch (const PassingError&) {  // it says nothing
    throw;
  } catch (const StoreError&) {
    return false;
  }
}

}  // namespace

void require_all_published(const std::string& path, const FileInspection& file,
                           const JournalSummary& journal) {
  if (!journal.last || file.run_id != journal.last->run_id) return;
  const JournalPosition& published = file.journal;
  const std::uint64_t n = journal.lengths.size();
  // What was published without an end, by `repair`, reaches to the beginning of a segment that was never
  // made.
  if (published.segment == n && published.offset == 0) return;
  const bool is_there = published.segment < n;
  if (is_there && published.offset <= journal.lengths[published.segment]) return;
  const std::string segment = segment_path(path, published.segment);
  const std::string fault = is_there
                                ? fmt::format("it can be read up to byte {} only, where record {} begins",
                                              journal.lengths[published.segment], journal.sequence)
                                : std::string("it is missing");
  throw StoreError(fmt::format(
      "{} holds what {} had up to byte {}, but {}: restore that file from a copy, or move the journal "
      "({}.journal.*) away to go on from what {} holds",
      path, segment, published.offset, fault, path, path));
}

bool is_left_over(const std::string& path, const FileInspection& file, const JournalSummary& journal) {
  if (!journal.last || file.kind != FileInspection::Kind::results) return false;
  // A complete file that turns out damaged is rebuilt from its journal.
  if (file.run_id == journal.last->run_id) return file.complete && is_sound(path);
  if (file.run_id != journal.first->extends || journal.file_taken) return false;
  static_cast<void>(read_results(path));  // throws if it is damaged
  return true;
}

void remove_rest_of_journal(const std::string& path, const FileInspection& file) {
  const std::vector<std::uint64_t> segments = journal_segments(path);
  if (segments.empty() || segments.front() == 0 || !file.complete) return;
  if (is_sound(path)) remove_journal(path);
}

}  // namespace trawl
