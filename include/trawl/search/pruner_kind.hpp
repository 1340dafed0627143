#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "trawl/search/pruner.hpp"
#include "trawl/search/rungs.hpp"
#include "trawl/study/metric.hpp"
#include "trawl/study/pruner.hpp"

namespace trawl {

/// What the program has to know of a pruner: which points it compares, and which numbers of its definition
/// count. The rest is the same for all of them: BracketPlan, or a Timetable. Each one's stands beside its
/// definition; pruner_kinds() lists them, and nothing else names a pruner by its word.
struct PrunerKind {
  const char* word;  ///< in job files: "hyperband"
  /// What decides on a timetable.
  std::unique_ptr<Pruner> (*make)(const PrunerDefinition& pruner, Direction direction);
  /// The names of its numbers in job files, beside max_resource.
  std::vector<std::string> numbers = {};
  /// For points that are known beforehand, without a timetable. nullptr: it always has one.
  ///
  /// The kinds of brackets, in the order in which they take points, again and again: at which of `n_rungs`
  /// rungs each begins, and with how many points. At least one; each keeps one point for the last rung or
  /// more. The numbers allow for reduction_factor^(n_rungs - 1) points without an overflow.
  std::vector<BracketShape> (*shapes)(std::int64_t n_rungs, std::int64_t reduction_factor) = nullptr;
  /// What it is called elsewhere, for "did you mean".
  std::vector<std::string> other_names = {};
};

/// All pruners, in the order in which messages and documents name them.
const std::vector<const PrunerKind*>& pruner_kinds();
/// The kind that the definition names. Requires one that prunes.
const PrunerKind& pruner_kind(const PrunerDefinition& pruner);
/// "none", "successive_halving", ...
std::vector<std::string> pruner_words();

}  // namespace trawl
