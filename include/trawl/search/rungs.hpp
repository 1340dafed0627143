#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "trawl/study/pruner.hpp"

namespace trawl {

/// A kind of bracket: a group of points that share rungs.
struct BracketShape {
  std::size_t first_rung = 0;  ///< place in the rungs
  std::int64_t n_points = 1;   ///< of a whole one
};

/// One bracket: consecutive points of the study.
struct Bracket {
  std::int64_t number = 0;
  std::size_t first_rung = 0;
  std::int64_t first_point = 0;
  std::int64_t n_points = 1;
  bool is_whole = true;  ///< false: the study ends within it
};

/// The epochs at which trials are compared: min_resource, times reduction_factor and so on as long as it is
/// below max_resource, and max_resource itself. Whole numbers only: logarithms lose a rung to rounding.
std::vector<std::int64_t> rungs_of(const PrunerDefinition& pruner);

/// Those at which points are promoted on a timetable: rungs_of(), without one that is so close to the end
/// that what stays there would have cost little more: max_resource is at least sqrt(reduction_factor) times
/// the rung before it.
std::vector<std::int64_t> promotion_rungs(const PrunerDefinition& pruner);

/// Which points of a study are compared with which, where, and how many of them go on. Points enter brackets
/// in their order; when one is full the next begins.
///
/// The pruner's PrunerKind says where each bracket begins, and with how many points. Of n at a rung
/// floor(n / reduction_factor) go on. So of a last bracket that the study cuts short maybe none is trained
/// to the end; only if it is the study's first one the best goes on always.
class BracketLayout {
 public:
  /// Requires a pruner that prunes, with 1 <= min_resource < max_resource.
  BracketLayout(const PrunerDefinition& pruner, std::int64_t n_points);

  [[nodiscard]] const std::vector<std::int64_t>& rungs() const { return rungs_; }
  /// In the order in which they take points.
  [[nodiscard]] const std::vector<BracketShape>& shapes() const { return shapes_; }
  /// Points of one bracket of each shape.
  [[nodiscard]] std::int64_t round() const { return round_; }
  [[nodiscard]] std::int64_t n_points() const { return n_points_; }
  [[nodiscard]] std::int64_t n_brackets() const;
  [[nodiscard]] Bracket bracket(std::int64_t number) const;
  /// The number of the one that has the point.
  [[nodiscard]] std::int64_t bracket_of(std::int64_t point) const;
  /// How many of its points may be trained to each rung, from its first rung on.
  [[nodiscard]] std::vector<std::int64_t> places(const Bracket& bracket) const;

  /// How many points of the study are trained to each rung, as one goes through without a failure.
  [[nodiscard]] std::vector<std::int64_t> n_reaching() const;
  /// The epochs of that.
  [[nodiscard]] std::int64_t n_epochs() const;

 private:
  struct Count {
    std::vector<std::int64_t> reaching;
    std::int64_t epochs = 0;
  };
  [[nodiscard]] Count count() const;

  std::int64_t reduction_factor_;
  std::int64_t n_points_;
  std::vector<std::int64_t> rungs_;
  std::vector<BracketShape> shapes_;
  std::int64_t round_ = 0;
};

}  // namespace trawl
