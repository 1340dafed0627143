#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "trawl/archive/bytes.hpp"
#include "trawl/journal/journaled_study.hpp"
#include "trawl/study/identity.hpp"
#include "trawl/study/test_evaluation.hpp"
#include "trawl/study/trial_store.hpp"

namespace trawl {

/// A start or resume: a new row of /provenance.
struct SessionStarted {
  RunProvenance provenance;
  double time = kNan;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& provenance& time;
  }
};

/// The session ended in order. After a kill there is none.
struct SessionEnded {
  double time = kNan;
  std::int64_t exit_code = 0;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& time& exit_code;
  }
};

/// All that a published file held stands before this record: the file is not needed any more.
struct PublishedFileTaken {
  std::int64_t n_trials = 0;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& n_trials;
  }
};

/// The alternative's index is the type in the journal: new ones go to the end.
using JournalRecord = std::variant<JournaledStudy, SessionStarted, TrialEvent, TestEvaluation, SessionEnded,
                                   PublishedFileTaken>;

template <class T, std::size_t I = 0>
constexpr std::uint16_t record_type() {
  if constexpr (std::is_same_v<T, std::variant_alternative_t<I, JournalRecord>>)
    return I;
  else
    return record_type<T, I + 1>();
}

/// A place in a journal: a segment, a byte in it, and the number of the record that starts there.
struct JournalPosition {
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;
  std::uint64_t sequence = 0;
  bool operator==(const JournalPosition&) const = default;
};

/// A segment is kJournalMagic, the sealed head, and records. A record is the seal of
/// (type: 2 bytes, sequence number: 8 bytes, payload: encode() of the alternative), little-endian.
/// The last letter is the encoding; that of other builds begins with the same letters.
constexpr std::string_view kJournalMagic = "TRAWLJN4";
constexpr std::string_view kAnyJournalMagic = "TRAWLJN";
constexpr std::size_t kRecordHeadBytes = 2 + 8;
constexpr std::uint32_t kJournalVersion = 5;

struct SegmentHead {
  std::uint32_t version = kJournalVersion;
  std::uint64_t nonce = 0;  ///< of its writer: another run's segment of the same number has another
  std::uint64_t segment = 0;
  /// How much of every earlier segment counts. What its writer added after it was taken over does not.
  std::vector<std::uint64_t> lengths;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*format*/) {
    archive& version& nonce& segment& lengths;
  }
};

/// Makes room for a seal at the end of `bytes`, and puts a record's head behind it. Returns where the room
/// begins.
std::size_t begin_record(std::string& bytes, std::uint16_t type, std::uint64_t sequence);

/// Appends the bytes of one record to `bytes`.
template <class Payload>
void add_record(std::string& bytes, std::uint16_t type, std::uint64_t sequence, const Payload& payload) {
  const std::size_t begin = begin_record(bytes, type, sequence);
  encode_onto(bytes, payload);
  seal_in_place(bytes, begin);
}

/// Throws ArchiveError if the payload is not of its type, or the type is unknown.
JournalRecord decode_record(std::uint16_t type, std::string_view payload);

}  // namespace trawl
