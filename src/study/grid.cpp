// Lists the values that a grid takes.
#include "trawl/study/grid.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <type_traits>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

constexpr double kDecimalTolerance = 1e-12;  // far above the rounding of one product and one sum
constexpr double kLatticeTolerance = 1e-9;   // of a step: a high written in decimals is still met

double shortest_decimal(double value, double tolerance) {
  if (std::abs(value) <= tolerance) return 0.0;
  char digits[40] = {};
  for (int precision = 0; precision < 17; ++precision) {
    const auto end =
        std::to_chars(digits, digits + sizeof digits, value, std::chars_format::scientific, precision);
    double candidate = 0.0;
    std::from_chars(digits, end.ptr, candidate);
    if (std::abs(candidate - value) <= tolerance) return candidate;
  }
  return value;
}

double scale(const FloatDistribution& range) { return std::max(std::abs(range.low), std::abs(range.high)); }

// Rounding may leave a range that is narrower than the tolerance.
double within(const FloatDistribution& range, double value) {
  return std::clamp(value, range.low, range.high);
}

double inner_point(const FloatDistribution& range, double fraction) {
  if (!range.log) {
    const double value = range.low + fraction * (range.high - range.low);
    return within(range, shortest_decimal(value, kDecimalTolerance * scale(range)));
  }
  const double value =
      std::exp(std::log(range.low) + fraction * (std::log(range.high) - std::log(range.low)));
  return within(range, shortest_decimal(value, kDecimalTolerance * value));
}

// The ends are the bounds themselves, to the bit.
double spaced_point(const FloatDistribution& range, std::int64_t i) {
  if (i == 0) return range.low;
  if (i == *range.points - 1) return range.high;
  return inner_point(range, static_cast<double>(i) / static_cast<double>(*range.points - 1));
}

template <class T>
void add_once(std::vector<ParameterValue>& values, T value) {
  if (values.empty() || std::get<T>(values.back()) != value) values.emplace_back(value);
}

std::vector<ParameterValue> values_of(const FloatDistribution& range) {
  TRAWL_CHECK(range.step || range.points, "a grid over {} to {} without step or points", range.low,
              range.high);
  std::vector<ParameterValue> values;
  const std::int64_t n = range.step ? lattice_size(range) : *range.points;
  for (std::int64_t i = 0; i < n; ++i) {
    add_once(values, range.step ? lattice_value(range, i) : spaced_point(range, i));
  }
  return values;
}

std::vector<ParameterValue> values_of(const IntDistribution& range) {
  TRAWL_CHECK(range.step || range.points, "a grid over {} to {} without step or points", range.low,
              range.high);
  std::vector<ParameterValue> values;
  if (range.step) {
    const std::int64_t n = (range.high - range.low) / *range.step + 1;
    for (std::int64_t i = 0; i < n; ++i) add_once(values, range.low + i * *range.step);
    return values;
  }
  const FloatDistribution real{static_cast<double>(range.low), static_cast<double>(range.high), range.log,
                               std::nullopt, range.points};
  for (std::int64_t i = 0; i < *range.points; ++i) {
    add_once(values, static_cast<std::int64_t>(std::llround(spaced_point(real, i))));
  }
  return values;
}

std::vector<ParameterValue> values_of(const CategoricalDistribution& categories) {
  return categories.choices;
}

}  // namespace

std::int64_t lattice_size(const FloatDistribution& distribution) {
  const double steps = (distribution.high - distribution.low) / distribution.step.value();
  return static_cast<std::int64_t>(std::floor(steps + kLatticeTolerance)) + 1;
}

double lattice_value(const FloatDistribution& distribution, std::int64_t i) {
  if (i == 0) return distribution.low;
  const double value = distribution.low + static_cast<double>(i) * distribution.step.value();
  return within(distribution, shortest_decimal(value, kDecimalTolerance * scale(distribution)));
}

std::vector<ParameterValue> grid_values(const Distribution& distribution) {
  return std::visit([](const auto& any) { return values_of(any); }, distribution);
}

}  // namespace trawl
