#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trawl {

/// The part of a study that one element of a job array runs: every count-th point from `index` on, each
/// with all its repeats, so that a shard can rank its points and keep the weights of its best.
struct Shard {
  std::int64_t index = 0;
  std::int64_t count = 1;  ///< 1: the whole study

  [[nodiscard]] bool is_whole() const { return count == 1; }
  [[nodiscard]] bool has_point(std::int64_t point) const { return point % count == index; }
  /// How many of so many points it has; none where there are more shards than points.
  [[nodiscard]] std::int64_t share_of(std::int64_t n_points) const {
    return (n_points - index + count - 1) / count;
  }
  bool operator==(const Shard&) const = default;
  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& index& count;
  }
};

/// "1/4", as `--shard` takes it.
std::string to_text(const Shard& shard);
/// "shard 1/4", or "the whole study"
std::string described(const Shard& shard);
/// False unless the text is INDEX/COUNT with 0 <= INDEX < COUNT; `shard` is left as it was then.
bool from_text(std::string_view text, Shard& shard);

}  // namespace trawl
