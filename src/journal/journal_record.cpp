// Lists the kinds of records, and lays them out in bytes.
#include "trawl/journal/journal_record.hpp"

namespace trawl {
namespace {

template <class Word>
void put(std::string& bytes, Word word) {
  for (std::size_t i = 0; i < sizeof(Word); ++i)
    bytes.push_back(static_cast<char>((word >> (8 * i)) & 0xFFU));
}

template <std::size_t I = 0>
JournalRecord decode_alternative(std::uint16_t type, std::string_view payload) {
  if constexpr (I < std::variant_size_v<JournalRecord>) {
    if (type == I) return decode<std::variant_alternative_t<I, JournalRecord>>(payload);
    return decode_alternative<I + 1>(type, payload);
  } else {
    throw ArchiveError(fmt::format("unknown type {} of a journal record", type));
  }
}

}  // namespace

std::size_t begin_record(std::string& bytes, std::uint16_t type, std::uint64_t sequence) {
  const std::size_t begin = bytes.size();
  bytes.resize(begin + kSealHeaderBytes);
  put(bytes, type);
  put(bytes, sequence);
  return begin;
}

JournalRecord decode_record(std::uint16_t type, std::string_view payload) {
  return decode_alternative(type, payload);
}

}  // namespace trawl
