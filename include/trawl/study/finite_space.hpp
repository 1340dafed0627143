#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "trawl/study/conditions.hpp"
#include "trawl/study/search_space.hpp"

namespace trawl {

/// The points of a space in which every active parameter has finitely many values: whole numbers, choices,
/// floats with `step` (or with one value only). Points that differ only in inactive parameters are one.
/// `points` is for grids and has no effect.
///
/// Memory: the combinations of those parameters that a condition names.
class FiniteSpace {
 public:
  static constexpr std::int64_t kMaxCombinations = 1'000'000;

  explicit FiniteSpace(const SearchSpace& space);

  /// nullopt: a float without step is active somewhere, more than 64 bits count, or the parameters that
  /// conditions name have more than kMaxCombinations.
  [[nodiscard]] std::optional<std::int64_t> n_points() const { return n_points_; }
  /// Requires 0 <= index < n_points(). Active parameters, in the order of the space.
  [[nodiscard]] Parameters point(std::int64_t index) const;
  /// The place of a point of this space.
  [[nodiscard]] std::int64_t index_of(const Parameters& point) const;

 private:
  void find_deciders();
  void count();
  [[nodiscard]] bool is_active(std::size_t dimension, const Combination& combination) const;
  /// nullopt: more than can be counted.
  [[nodiscard]] std::optional<std::int64_t> count_under(const Combination& combination) const;
  [[nodiscard]] Combination combination_of(const Parameters& point) const;

  SearchSpace space_;
  std::vector<std::optional<std::size_t>> place_in_combination_;  // of a dimension that a condition names
  std::vector<Combination> combinations_;                         // sorted
  std::vector<std::int64_t> starts_;                              // the first index of each
  SearchSpace deciders_;
  std::vector<std::vector<ParameterValue>> decider_values_;
  std::optional<std::int64_t> n_points_;
};

}  // namespace trawl
