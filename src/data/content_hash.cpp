// Tells data sets apart.
#include "trawl/data/content_hash.hpp"

#include <cstring>

namespace trawl {

void ContentHash::add(const void* bytes, std::size_t n) {
  const auto* p = static_cast<const char*>(bytes);
  std::uint64_t word = 0;
  std::size_t left = n;
  for (; left >= sizeof word; p += sizeof word, left -= sizeof word) {
    std::memcpy(&word, p, sizeof word);
    add(word);
  }
  word = 0;
  std::memcpy(&word, p, left);
  add(word);
  add(static_cast<std::uint64_t>(n));
}

}  // namespace trawl
