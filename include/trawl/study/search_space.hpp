#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "trawl/study/parameter.hpp"

namespace trawl {

/// Both bounds are allowed values. With `step` the values are low, low + step, ...
/// With `points` a grid takes so many, evenly spaced (in the logarithm if `log`).
/// Not both; no `step` with `log`; low > 0 if `log`.
struct FloatDistribution {
  double low = 0.0;
  double high = 1.0;
  bool log = false;
  std::optional<double> step;
  std::optional<std::int64_t> points;
};

/// As FloatDistribution, over whole numbers; a grid rounds its points to the nearest
/// and keeps equal ones once.
struct IntDistribution {
  std::int64_t low = 0;
  std::int64_t high = 1;
  bool log = false;
  std::optional<std::int64_t> step;
  std::optional<std::int64_t> points;
};

/// Equally likely values, all of one kind or of several, none twice.
struct CategoricalDistribution {
  std::vector<ParameterValue> choices;
};

using Distribution = std::variant<FloatDistribution, IntDistribution, CategoricalDistribution>;

/// That another parameter of the space has one of some values.
struct Condition {
  std::string name;
  std::vector<ParameterValue> values;
};

struct SearchDimension {
  std::string name;
  Distribution distribution;
  /// The parameter is active, and part of a point, where all of these hold; an inactive one has no value, so
  /// no condition on it holds. Conditions name parameters of the space, and never lead back to where they
  /// began.
  std::vector<Condition> when = {};
};

/// The dimensions in the order of the job file.
using SearchSpace = std::vector<SearchDimension>;

/// Is it a value that may be drawn? `points` is for grids and has no effect.
bool contains(const Distribution& distribution, const ParameterValue& value);

/// The space as JSON, for /study/space:
/// [{"name": "dropout", "kind": "float", "low": 0, "high": 0.6, "log": false}, ...], with
/// "when": {"optimizer": ["momentum", "nesterov"]} where there are conditions.
std::string to_json(const SearchSpace& space);

}  // namespace trawl
