// Reads back what counts, from segment to segment.
#include "trawl/journal/journal_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>

#include "trawl/base/output_path.hpp"

namespace trawl {
namespace {

constexpr std::size_t kReadBytes = 1UL << 20;

template <class Word>
Word get(std::string_view bytes) {
  Word word = 0;
  for (std::size_t i = 0; i < sizeof(Word); ++i) {
    word = static_cast<Word>(
        word | static_cast<Word>(static_cast<Word>(static_cast<unsigned char>(bytes[i])) << (8 * i)));
  }
  return word;
}

// A head with the right checksum is not torn, whatever it holds.
SegmentHead head_in(std::string_view bytes, const std::string& path) {
  try {
    return decode<SegmentHead>(bytes.substr(kJournalMagic.size() + kSealHeaderBytes));
  } catch (const ArchiveError& e) {
    throw StoreError(fmt::format("{} is damaged at its beginning: {}", path, e.what()));
  }
}

// The head of a segment, and the bytes it takes; none where a crash left it torn.
std::optional<std::pair<SegmentHead, std::uint64_t>> read_head(const DiskFile& file) {
  std::string bytes(kJournalMagic.size() + kSealHeaderBytes, '\0');
  if (file.read_at(0, bytes.data(), bytes.size()) < bytes.size() || !bytes.starts_with(kAnyJournalMagic))
    return {};
  if (!bytes.starts_with(kJournalMagic)) {
    throw StoreError(
        fmt::format("{} was written by another build of trawl; finish the study with that build, or move the "
                    "journal away to go on from the published file",
                    file.path()));
  }
  try {
    const std::uint32_t length =
        read_seal_header(std::string_view(bytes).substr(kJournalMagic.size())).length;
    const std::size_t before = bytes.size();
    if (before + length > file.size()) return {};
    bytes.resize(before + length);
    file.read_at(before, bytes.data() + before, length);
    unseal(std::string_view(bytes).substr(kJournalMagic.size()));
  } catch (const ArchiveError&) {
    return {};
  }
  return std::pair(head_in(bytes, file.path()), bytes.size());
}

std::optional<std::pair<SegmentHead, std::uint64_t>> read_head(const std::string& path,
                                                               std::uint64_t segment) {
  const DiskFile file(segment_path(path, segment), O_RDONLY);
  auto head = read_head(file);
  if (head && head->first.version != kJournalVersion) {
    throw StoreError(
        fmt::format("{} was written by another version of this program; use that one", file.path()));
  }
  return head;
}

}  // namespace

std::string segment_path(const std::string& path, std::uint64_t segment) {
  return fmt::format("{}.journal.{:03}", path, segment);
}

bool is_foreign_segment(const std::string& path, std::uint64_t segment) {
  const std::string name = segment_path(path, segment);
  struct stat own {};
  struct stat target {};
  if (lstat(name.c_str(), &own) != 0) return false;
  const bool is_there = stat(name.c_str(), &target) == 0;
  if (is_there ? !S_ISREG(target.st_mode) : errno == ENOENT || errno == ELOOP) return true;
  if (!is_others(name)) return false;
  struct stat results {};
  return !S_ISREG(own.st_mode) || stat(path.c_str(), &results) != 0 || results.st_uid != own.st_uid;
}

std::vector<std::uint64_t> journal_segments(const std::string& path) {
  namespace fs = std::filesystem;
  const std::string prefix = fs::path(path).filename().string() + ".journal.";
  std::vector<std::uint64_t> segments;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_of(path), error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    std::uint64_t number = 0;
    const char* end = name.data() + name.size();
    const auto [stop, code] = std::from_chars(name.data() + prefix.size(), end, number);
    const bool is_ours =
        code == std::errc() && stop == end && name == fs::path(segment_path(path, number)).filename();
    if (is_ours && !is_foreign_segment(path, number)) segments.push_back(number);
  }
  std::sort(segments.begin(), segments.end());
  return segments;
}

void remove_journal(const std::string& path) {
  for (const std::uint64_t segment : journal_segments(path)) {
    std::error_code error;
    std::filesystem::remove(segment_path(path, segment), error);
    if (error)
      throw StoreError(fmt::format("cannot remove {}: {}", segment_path(path, segment), error.message()));
  }
}

JournalReader::JournalReader(const std::string& path, const JournalPosition& from,
                             const std::optional<JournalPosition>& end)
    : path_(path), end_(end), segments_(journal_segments(path)), position_(from) {
  for (auto it = segments_.rbegin(); it != segments_.rend() && known_lengths_.empty(); ++it) {
    if (const auto head = read_head(path_, *it)) {
      known_lengths_ = head->first.lengths;
      break;
    }
  }
  for (std::uint64_t i = 0; i < known_lengths_.size(); ++i) {
    if (known_lengths_[i] != 0) require_segment(i);
  }
  // No writer leaves any out.
  for (std::uint64_t i = known_lengths_.size(); !segments_.empty() && i < segments_.back(); ++i)
    require_segment(i);
  lengths_.resize(position_.segment, 0);
}

void JournalReader::require_segment(std::uint64_t segment) const {
  if (std::binary_search(segments_.begin(), segments_.end(), segment)) return;
  if (is_foreign_segment(path_, segment)) return;
  throw StoreError(
      fmt::format("{} is missing: put it back, or move the rest of the journal ({}.journal.*) away to go on "
                  "from what {} holds",
                  segment_path(path_, segment), path_, path_));
}

std::optional<std::uint64_t> JournalReader::limit() const {
  if (position_.segment < known_lengths_.size()) return known_lengths_[position_.segment];
  if (end_ && end_->segment == position_.segment) return end_->offset;
  return std::nullopt;
}

bool JournalReader::open_segment() {
  if (limit() == std::uint64_t{0}) return false;
  if (!std::binary_search(segments_.begin(), segments_.end(), position_.segment)) return false;
  file_ = DiskFile(segment_path(path_, position_.segment), O_RDONLY);
  buffer_.clear();
  buffer_offset_ = 0;
  if (position_.offset > 0) return true;
  const auto head = read_head(file_);
  if (head) position_.offset = head->second;
  return head.has_value();
}

void JournalReader::leave_segment() {
  const std::optional<std::uint64_t> limit_here = limit();
  if (limit_here && position_.offset < *limit_here) {
    throw StoreError(
        fmt::format("{} is damaged at byte {} of {} (record {}): restore it from a copy, or move the journal "
                    "({}.journal.*) away to go on from what {} holds",
                    segment_path(path_, position_.segment), position_.offset, *limit_here, position_.sequence,
                    path_, path_));
  }
  if (!limit_here) note_loss();
  lengths_.push_back(position_.offset);
  file_ = DiskFile();
  ++position_.segment;
  position_.offset = 0;
}

void JournalReader::note_loss() {
  const std::string name = segment_path(path_, position_.segment);
  const std::uint64_t bytes = file_state(name).bytes;
  if (bytes <= position_.offset) return;
  lost_.push_back(
      fmt::format("{}: record {} at byte {} is torn or damaged: it and what stands behind it, {} bytes, are "
                  "lost and done again",
                  name, position_.sequence, position_.offset, bytes - position_.offset));
}

std::optional<JournalRecord> JournalReader::next() {
  const std::uint64_t last = end_ ? end_->segment : segments_.empty() ? 0 : segments_.back();
  JournalRecord record;
  while (!segments_.empty() && position_.segment <= last) {
    if ((file_.is_open() || open_segment()) && read_record(record)) return record;
    // The position stays at the end that was asked for: more may come behind it.
    if (end_ && position_.segment == last && position_.offset >= end_->offset) return std::nullopt;
    leave_segment();
  }
  if (end_) {
    throw StoreError(
        fmt::format("the journal of {} is gone from {} on", path_, segment_path(path_, position_.segment)));
  }
  return std::nullopt;
}

std::string_view JournalReader::peek(std::size_t bytes) {
  const std::uint64_t skip = position_.offset - buffer_offset_;
  if (buffer_offset_ > position_.offset || skip + bytes > buffer_.size()) {
    buffer_.resize(std::max(bytes, kReadBytes));
    buffer_offset_ = position_.offset;
    buffer_.resize(file_.read_at(buffer_offset_, buffer_.data(), buffer_.size()));
  }
  return std::string_view(buffer_).substr(position_.offset - buffer_offset_, bytes);
}

// The body of the record at the position, and the bytes it takes with its seal; none at a torn tail. Where
// the tail should not be torn, leave_segment() finds out.
std::optional<std::pair<std::string_view, std::size_t>> JournalReader::body() {
  try {
    std::string_view bytes = peek(kSealHeaderBytes);
    if (bytes.size() < kSealHeaderBytes) return {};
    const std::size_t whole = kSealHeaderBytes + read_seal_header(bytes).length;
    bytes = peek(std::min(whole, kReadBytes));
    // Memory for a long record only if it is there.
    if (whole > kReadBytes && position_.offset + whole <= file_.size()) bytes = peek(whole);
    if (bytes.size() < whole) return {};
    const std::string_view body = unseal(bytes);
    if (body.size() < kRecordHeadBytes || get<std::uint64_t>(body.substr(2)) != position_.sequence) return {};
    return std::pair(body, whole);
  } catch (const ArchiveError&) {
    return {};
  }
}

bool JournalReader::read_record(JournalRecord& record) {
  const std::optional<std::uint64_t> limit_here = limit();
  if (limit_here && position_.offset >= *limit_here) return false;
  const auto found = body();
  if (!found) return false;
  const auto& [bytes, whole] = *found;
  try {
    record = decode_record(get<std::uint16_t>(bytes), bytes.substr(kRecordHeadBytes));
  } catch (const ArchiveError& e) {
    throw StoreError(
        fmt::format("{} was written by another build of trawl (record {}: {}); finish the study with that "
                    "build, or move the journal away to go on from what {} holds",
                    segment_path(path_, position_.segment), position_.sequence, e.what(), path_));
  }
  position_.offset += whole;
  ++position_.sequence;
  return true;
}

}  // namespace trawl
