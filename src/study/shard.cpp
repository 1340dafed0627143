// Says which points one element of a job array runs.
#include "trawl/study/shard.hpp"

#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace trawl {
namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string to_text(const Shard& shard) { return fmt::format("{}/{}", shard.index, shard.count); }

std::string described(const Shard& shard) {
  return shard.is_whole() ? "the whole study" : "shard " + to_text(shard);
}

bool from_text(std::string_view text, Shard& shard) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const std::optional<std::int64_t> index = whole_number(text.substr(0, slash));
  const std::optional<std::int64_t> count = whole_number(text.substr(slash + 1));
  if (!index || !count || *index < 0 || *index >= *count) return false;
  shard = {*index, *count};
  return true;
}

}  // namespace trawl
