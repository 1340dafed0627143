#include "trawl/archive/bytes.hpp"

#include <cstddef>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "trawl/study/trial_store.hpp"

namespace trawl {
namespace {

std::string ascending(int n) {
  std::string bytes;
  for (int i = 0; i < n; ++i) bytes += static_cast<char>(i);
  return bytes;
}

// RFC 3720, section B.4, and the usual check value.
TEST(Crc32c, KnownAnswers) {
  EXPECT_EQ(crc32c(""), 0U);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
  EXPECT_EQ(crc32c(ascending(32)), 0x46DD794EU);
  const std::string up = ascending(32);
  EXPECT_EQ(crc32c(std::string(up.rbegin(), up.rend())), 0x113FDB5CU);
}

TEST(Crc32c, ContinuesAtAnyCut) {
  const std::string bytes = ascending(100);
  const std::uint32_t whole = crc32c(bytes);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    EXPECT_EQ(crc32c(bytes.substr(cut), crc32c(bytes.substr(0, cut))), whole) << cut;
  }
}

TEST(Crc32c, IsTheSameWithoutTheProcessorsInstruction) {
  const std::string bytes = ascending(100);
  for (std::size_t n = 0; n <= bytes.size(); ++n) {
    const auto part = std::string_view(bytes).substr(0, n);
    EXPECT_EQ(internal::crc32c_by_table(part, 17), crc32c(part, 17)) << n;
  }
}

TrialFinished finished_trial() {
  TrialFinished event;
  event.trial = 12;
  event.attempt = 2;
  event.time = 1.5e9;
  event.outcome.objective = 0.975;
  event.outcome.weights = {{"hidden_0", "weights", {2, 3}, {1, 2, 3, 4, 5, 6}},
                           {"output", "bias", {1}, {0.5F}}};
  return event;
}

TEST(Encode, RoundTripOfEveryKindOfEvent) {
  TrialStarted started;
  started.trial = {
      5,
      2,
      1,
      {{"dropout", 0.25},
       {"batch_size", std::int64_t{32}},
       {"optimizer", std::string("adam")},
       {"flag", true},
       {"hidden", std::vector<std::int64_t>{128, 64}},
       {"learning_rate_schedule", Form{"step", {{"rate", 0.5}, {"updates", std::int64_t{100}}}}}}};
  started.host = "node-1";
  EpochRecord record;
  record.epoch = 3;
  record.values = {0.25, 0.5};
  const std::vector<TrialEvent> events = {
      started,
      EpochsReported{5, 1, {record}},
      finished_trial(),
      AttemptFailed{5, 1, 2.0, "killed by signal 11", FailureCause::cluster},
      MessageLogged{1.0, MessageLogged::Level::error, 5, "text"},
      WorkerSeen{1, "node-1", 3, 1.0, 2.0, kNan},
      TrialPaused{5, 2, 9, 0.25, 1.5, 3.0}};
  const std::string bytes = encode(events);
  const auto read = decode<std::vector<TrialEvent>>(bytes);
  ASSERT_EQ(read.size(), events.size());
  EXPECT_EQ(encode(read), bytes);
  EXPECT_EQ(std::get<TrialStarted>(read[0]).trial.parameters, started.trial.parameters);
  EXPECT_EQ(std::get<TrialStarted>(read[0]).host, "node-1");
  EXPECT_EQ(std::get<EpochsReported>(read[1]).records.at(0).values[1], 0.5);
  EXPECT_EQ(std::get<TrialFinished>(read[2]).outcome.weights, finished_trial().outcome.weights);
  EXPECT_EQ(std::get<AttemptFailed>(read[3]).reason, "killed by signal 11");
  EXPECT_EQ(std::get<MessageLogged>(read[4]).level, MessageLogged::Level::error);
  EXPECT_EQ(std::get<AttemptFailed>(read[3]).cause, FailureCause::cluster);
  EXPECT_EQ(std::get<WorkerSeen>(read[5]).trials, 3);
  EXPECT_EQ(std::get<TrialPaused>(read[6]).epoch, 9);
}

// Few of them lie in the object, many elsewhere.
TEST(Encode, ValuesOfAnEpochAreOneBlock) {
  for (const std::size_t n : {0U, 1U, 7U, 8U, 500U}) {
    EpochRecord record{3, 0.5, MetricValues(n)};
    for (std::size_t i = 0; i < n; ++i) record.values[i] = static_cast<double>(i) / 3;
    const std::string bytes = encode(record);
    EXPECT_EQ(bytes.size(), (3 + n) * sizeof(double));
    EXPECT_TRUE(same_values(decode<EpochRecord>(bytes).values, record.values)) << n;
    for (std::size_t cut = 0; cut < std::min<std::size_t>(bytes.size(), 100); ++cut) {
      EXPECT_THROW(decode<EpochRecord>(std::string_view(bytes).substr(0, cut)), ArchiveError)
          << n << ": " << cut;
    }
  }
  std::string wild = encode(EpochRecord{});
  wild.back() = '\x40';  // a count of 2^62 values
  EXPECT_THROW(decode<EpochRecord>(wild), ArchiveError);
}

TEST(Encode, KeepsTheBitsOfNan) {
  const auto bits = std::uint64_t{0x7ff8000000000abcU};
  double nan = 0.0;
  std::memcpy(&nan, &bits, sizeof nan);
  const auto read = decode<double>(encode(nan));
  std::uint64_t read_bits = 0;
  std::memcpy(&read_bits, &read, sizeof read);
  EXPECT_EQ(read_bits, bits);
}

TEST(Encode, OptionalAndMap) {
  using Value = std::map<std::string, std::optional<std::int64_t>>;
  const Value value = {{"a", 1}, {"b", std::nullopt}};
  EXPECT_EQ(decode<Value>(encode(value)), value);
}

TEST(Decode, EveryTruncationIsAnArchiveError) {
  const std::string bytes = encode(TrialEvent(finished_trial()));
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_THROW(decode<TrialEvent>(std::string_view(bytes).substr(0, n)), ArchiveError) << n;
  }
}

TEST(Decode, BytesThatAreLeftAreAnArchiveError) {
  const std::string bytes = encode(std::string("abc")) + "x";
  EXPECT_THROW(decode<std::string>(bytes), ArchiveError);
}

TEST(Decode, AnUnknownAlternativeIsAnArchiveError) {
  using Value = std::variant<bool, double>;
  std::string bytes = encode(Value(true));
  bytes[0] = 7;
  EXPECT_THROW(decode<Value>(bytes), ArchiveError);
}

TEST(Decode, AWildCountIsFoundBeforeMemoryIsAskedFor) {
  std::string bytes = encode(std::vector<double>{1.0, 2.0});
  bytes[6] = 1;  // of the count's eight bytes
  EXPECT_THROW(decode<std::vector<double>>(bytes), ArchiveError);
  EXPECT_THROW(decode<std::string>(bytes), ArchiveError);
}

TEST(Seal, InPlaceIsTheSameBehindOtherBytes) {
  const std::string before = "before";
  std::string bytes = before + std::string(kSealHeaderBytes, '\0') + "payload";
  seal_in_place(bytes, before.size());
  EXPECT_EQ(bytes, before + seal("payload"));
  EXPECT_EQ(encode_sealed(std::string("text")), seal(encode(std::string("text"))));
}

TEST(Seal, RoundTrip) {
  for (const std::string& payload : {std::string(), std::string("a"), std::string(100'000, 'x')}) {
    const std::string bytes = seal(payload);
    EXPECT_EQ(bytes.size(), kSealHeaderBytes + payload.size());
    EXPECT_EQ(read_seal_header(bytes).length, payload.size());
    EXPECT_EQ(unseal(bytes), payload);
  }
}

TEST(Seal, EveryFlippedBitIsFound) {
  const std::string bytes = seal(encode(TrialEvent(finished_trial())));
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_THROW(unseal(damaged), ArchiveError) << "bit " << bit;
  }
}

TEST(Seal, EveryTruncationAndAnyTailIsFound) {
  const std::string bytes = seal("some payload");
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_THROW(unseal(std::string_view(bytes).substr(0, n)), ArchiveError) << n;
  }
  EXPECT_THROW(unseal(bytes + "x"), ArchiveError);
}

TEST(Seal, AWildLengthIsFoundBeforeMemoryIsAskedFor) {
  std::string bytes = seal("abc");
  const std::uint32_t wild = kMaxSealedBytes + 1;
  std::memcpy(bytes.data(), &wild, sizeof wild);
  EXPECT_THROW(read_seal_header(bytes), ArchiveError);
}

TEST(Decode, RefusesWhatIsNoValueOfItsType) {
  EXPECT_THROW(decode<bool>("\x02"), ArchiveError);
  EXPECT_THROW(decode<MessageLogged::Level>("\x03"), ArchiveError);
  EXPECT_EQ(decode<MessageLogged::Level>("\x02"), MessageLogged::Level::error);
  EXPECT_EQ(decode<TrialState>("\x05"), TrialState::paused);
  EXPECT_THROW(decode<TrialState>("\x06"), ArchiveError);
  EXPECT_THROW(decode<FailureCause>("\x02"), ArchiveError);
}

// 8000 bytes that announce as many elements: of numbers they hold too few, of larger ones none.
TEST(Decode, AsksForNoMoreMemoryThanTheElementsThatAreThere) {
  const std::string bytes = encode(std::uint64_t{8000}) + std::string(8000, '\0');
  EXPECT_THROW(decode<std::vector<double>>(bytes), ArchiveError);
  struct Large {
    static int& made() {
      static int n = 0;
      return n;
    }
    Large() { ++made(); }
    std::uint64_t first = 0;
    char rest[1000] = {};
    void serialize(internal::ReadingArchive& archive, unsigned /*version*/) { archive& first; }
  };
  EXPECT_THROW(decode<std::vector<Large>>(bytes), ArchiveError);
  EXPECT_LE(Large::made(), 1001);
}

}  // namespace
}  // namespace trawl
