// A journal. An input is its segments one behind the other; each begins with the magic letters.
#include <cstring>

#include "fuzzing.hpp"
#include "trawl/base/error.hpp"
#include "trawl/journal/journal_reader.hpp"
#include "trawl/journal/journal_writer.hpp"

namespace trawl::fuzzing {
namespace {

std::vector<std::string> segments_of(std::string_view bytes) {
  std::vector<std::string> segments;
  while (!bytes.empty()) {
    const std::size_t next = std::min(bytes.find(kAnyJournalMagic, 1), bytes.size());
    segments.emplace_back(bytes.substr(0, next));
    bytes.remove_prefix(next);
  }
  return segments;
}

// The length of the sealed value at `at` if it is whole.
std::optional<std::size_t> sealed_at(std::string_view bytes, std::size_t at) {
  SealHeader header;
  if (at + kSealHeaderBytes > bytes.size()) return std::nullopt;
  std::memcpy(&header, bytes.data() + at, kSealHeaderBytes);
  if (header.length > bytes.size() - at - kSealHeaderBytes) return std::nullopt;
  const std::string_view payload = bytes.substr(at + kSealHeaderBytes, header.length);
  if (internal::crc32c_by_table(payload, 0) != header.crc) return std::nullopt;
  return kSealHeaderBytes + header.length;
}

std::uint64_t sequence_at(std::string_view bytes, std::size_t record) {
  std::uint64_t sequence = 0;
  std::memcpy(&sequence, bytes.data() + record + kSealHeaderBytes + sizeof(std::uint16_t), sizeof sequence);
  return sequence;
}

// How many records stand in a row in a journal of one segment, whatever they hold: found without the reader.
std::uint64_t whole_records(std::string_view segment) {
  if (segment.substr(0, kJournalMagic.size()) != kJournalMagic) return 0;
  std::size_t at = kJournalMagic.size();
  std::optional<std::size_t> length = sealed_at(segment, at);  // the head
  std::uint64_t n = 0;
  while (length) {
    at += *length;
    length = sealed_at(segment, at);
    if (!length || *length < kSealHeaderBytes + kRecordHeadBytes || sequence_at(segment, at) != n) break;
    ++n;
  }
  return n;
}

// The bytes of a record that was read are those in the file, with their checksum.
void check_record(const JournalRecord& record, const JournalPosition& end,
                  const std::vector<std::string>& segments) {
  std::string bytes;
  const auto encode_again = [&]<class Payload>(const Payload& payload) {
    add_record(bytes, record_type<Payload>(), end.sequence - 1, payload);
  };
  std::visit(encode_again, record);
  FUZZ_CHECK(end.segment < segments.size() && bytes.size() <= end.offset, "{} {}", end.segment, end.offset);
  FUZZ_CHECK(segments[end.segment].compare(end.offset - bytes.size(), bytes.size(), bytes) == 0, "record {}",
             end.sequence - 1);
}

void run(std::string_view bytes) {
  static const MemoryFolder kFolder;
  const std::vector<std::string> segments = segments_of(bytes);
  if (segments.size() > 5) return;
  remove_journal(kFolder.file("r.h5"));
  for (std::size_t i = 0; i < segments.size(); ++i) {
    kFolder.write(segment_path("r.h5", i), segments[i]);
  }
  std::uint64_t n = 0;
  const bool to_its_end = accepted<StoreError>([&] {
    JournalReader reader(kFolder.file("r.h5"));
    while (const std::optional<JournalRecord> record = reader.next()) {
      check_record(*record, reader.position(), segments);
      ++n;
    }
  });
  if (segments.size() != 1) return;
  // A torn tail ends a journal without an error; an error has another reason.
  const std::uint64_t whole = whole_records(segments[0]);
  const std::string_view head = segments[0];
  const bool other_build = head.substr(0, kJournalMagic.size()) != kJournalMagic;
  FUZZ_CHECK(!to_its_end || n == whole || other_build, "{} of {} records", n, whole);
  FUZZ_CHECK(to_its_end || n < whole || other_build || n == 0, "an error behind all {} records", n);
}

std::string written_journal() {
  const MemoryFolder folder;
  const std::string path = folder.file("r.h5");
  JournaledStudy study;
  study.run_id = "run";
  study.parameters = {
      {"l2", ParameterColumn::Storage::float64, "float", 0.0, 1.0, false, {}},
      {"optimizer", ParameterColumn::Storage::choice, "categorical", 0, 0, false, {std::string("adam")}}};
  TrialOutcome outcome;
  outcome.weights = {{"output", "bias", {2}, {1.5F, -2.5F}}};
  std::vector<std::uint64_t> lengths;
  std::uint64_t sequence = 0;
  {
    JournalWriter writer(path, {}, 0, 1.0, 1U << 30);
    writer.append_one(study);
    writer.append_one(
        SessionStarted{{"host", 1, 2, "cpu", "build", "versions", "commit", "command", ""}, 1.0});
    writer.append_one(TrialEvent(
        TrialStarted{{0, 0, 0, {{"l2", 0.5}, {"optimizer", std::string("adam")}}}, 1, 1, "host", 2.0}));
    writer.append_one(TrialEvent(EpochsReported{0, 1, {EpochRecord{}, EpochRecord{}}}));
    writer.append_one(TrialEvent(TrialFinished{0, 1, 3.0, outcome}));
    writer.append_one(TrialEvent(AttemptFailed{1, 1, 3.0, "why"}));
    writer.append_one(TrialEvent(TrialRetried{0, 4.0}));
    writer.append_one(TrialEvent(TrialPaused{1, 2, 3, 0.5, 1.0, 5.0}));
    writer.append_one(TrialEvent(LegPlanned{1, "tpe", 12, 3.5, 4.0}));
    lengths = {writer.position().offset};
    sequence = writer.position().sequence;
  }
  {
    JournalWriter writer(path, lengths, sequence, 1.0, 1U << 30);
    writer.append_one(TrialEvent(MessageLogged{1.0, MessageLogged::Level::error, 1, "text"}));
    writer.append_one(TrialEvent(WorkerSeen{1, "host", 2, 3.0, 4.0, kNan}));
    writer.append_one(TestEvaluation{0.5, 0.25});
    writer.append_one(PublishedFileTaken{2});
    writer.append_one(SessionEnded{5.0, 75});
  }
  return folder.read(segment_path("r.h5", 0)) + folder.read(segment_path("r.h5", 1));
}

std::vector<std::string> seeds() {
  const std::string journal = written_journal();
  return {journal, journal.substr(0, journal.find(kAnyJournalMagic, 1)), "TRAWLJN1 of another build"};
}

// Checksums and sequence numbers.
void repair(std::string& bytes) {
  std::vector<std::string> segments = segments_of(bytes);
  std::uint64_t sequence = 0;
  bytes.clear();
  for (std::string& segment : segments) {
    repair_seals(segment, kJournalMagic.size());
    std::size_t at = kJournalMagic.size();
    std::optional<std::size_t> length = sealed_at(segment, at);
    while (length) {
      at += *length;
      length = sealed_at(segment, at);
      if (!length || *length < kSealHeaderBytes + kRecordHeadBytes) break;
      std::memcpy(segment.data() + at + kSealHeaderBytes + sizeof(std::uint16_t), &sequence, sizeof sequence);
      ++sequence;
    }
    repair_seals(segment, kJournalMagic.size());
    bytes += segment;
  }
}

}  // namespace

const Target target{.run = run, .seeds = seeds, .repair = repair};

}  // namespace trawl::fuzzing
