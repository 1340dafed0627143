// Counts and numbers the points of a space without continuous parameters.
#include "trawl/study/finite_space.hpp"

#include <algorithm>
#include <cmath>

#include "trawl/base/error.hpp"
#include "trawl/study/grid.hpp"

namespace trawl {
namespace {

std::optional<std::int64_t> size_of(const FloatDistribution& range) {
  if (range.low == range.high) return 1;
  if (!range.step) return std::nullopt;
  return lattice_size(range);
}

std::optional<std::int64_t> size_of(const IntDistribution& range) {
  std::int64_t span = 0;
  if (__builtin_sub_overflow(range.high, range.low, &span)) return std::nullopt;
  std::int64_t n = 0;
  if (__builtin_add_overflow(span / range.step.value_or(1), 1, &n)) return std::nullopt;
  return n;
}

std::optional<std::int64_t> size_of(const CategoricalDistribution& categories) {
  return static_cast<std::int64_t>(categories.choices.size());
}

std::optional<std::int64_t> size_of(const SearchDimension& dimension) {
  return std::visit([](const auto& any) { return size_of(any); }, dimension.distribution);
}

ParameterValue value_at(const FloatDistribution& range, std::int64_t i) {
  return i == 0 ? range.low : lattice_value(range, i);
}
ParameterValue value_at(const IntDistribution& range, std::int64_t i) {
  return range.low + i * range.step.value_or(1);
}
ParameterValue value_at(const CategoricalDistribution& categories, std::int64_t i) {
  return categories.choices[static_cast<std::size_t>(i)];
}

ParameterValue value_at(const SearchDimension& dimension, std::int64_t i) {
  return std::visit([i](const auto& any) { return value_at(any, i); }, dimension.distribution);
}

std::int64_t place_of(const FloatDistribution& range, const ParameterValue& value) {
  if (!range.step) return 0;
  return std::llround((std::get<double>(value) - range.low) / *range.step);
}
std::int64_t place_of(const IntDistribution& range, const ParameterValue& value) {
  return (std::get<std::int64_t>(value) - range.low) / range.step.value_or(1);
}
std::int64_t place_of(const CategoricalDistribution& categories, const ParameterValue& value) {
  const auto& choices = categories.choices;
  return std::find(choices.begin(), choices.end(), value) - choices.begin();
}

std::int64_t place_of(const SearchDimension& dimension, const ParameterValue& value) {
  return std::visit([&](const auto& any) { return place_of(any, value); }, dimension.distribution);
}

std::vector<ParameterValue> all_values(const SearchDimension& dimension, std::int64_t n) {
  std::vector<ParameterValue> values;
  for (std::int64_t i = 0; i < n; ++i) values.push_back(value_at(dimension, i));
  return values;
}

}  // namespace

FiniteSpace::FiniteSpace(const SearchSpace& space) : space_(space), place_in_combination_(space.size()) {
  find_deciders();
  count();
}

void FiniteSpace::find_deciders() {
  std::vector<std::string_view> names;
  for (const SearchDimension& dimension : space_) {
    for (const Condition& condition : dimension.when) names.push_back(condition.name);
  }
  deciders_ = with_ancestors(space_, names);
  for (std::size_t i = 0; i < deciders_.size(); ++i) {
    place_in_combination_[trawl::place_of(space_, deciders_[i].name).value()] = i;
  }
}

void FiniteSpace::count() {
  for (const SearchDimension& decider : deciders_) {
    const std::optional<std::int64_t> n = size_of(decider);
    if (!n || *n > kMaxCombinations) return;
    decider_values_.push_back(all_values(decider, *n));
  }
  bool counts = true;
  for_each_combination(deciders_, decider_values_, [&](const Combination& combination) {
    counts = static_cast<std::int64_t>(combinations_.size()) < kMaxCombinations;
    if (counts) combinations_.push_back(combination);
    return counts;
  });
  std::sort(combinations_.begin(), combinations_.end());
  std::int64_t n = 0;
  for (const Combination& combination : combinations_) {
    starts_.push_back(n);
    const std::optional<std::int64_t> under = count_under(combination);
    counts = counts && under && !__builtin_add_overflow(n, *under, &n);
    if (!counts) return;
  }
  if (counts) n_points_ = n;
}

bool FiniteSpace::is_active(std::size_t dimension, const Combination& combination) const {
  const auto& when = space_[dimension].when;
  return std::all_of(when.begin(), when.end(), [&](const Condition& condition) {
    const std::size_t parent = place_in_combination_[trawl::place_of(space_, condition.name).value()].value();
    if (combination[parent] == kInactive) return false;
    const ParameterValue& value = decider_values_[parent][static_cast<std::size_t>(combination[parent])];
    return std::find(condition.values.begin(), condition.values.end(), value) != condition.values.end();
  });
}

std::optional<std::int64_t> FiniteSpace::count_under(const Combination& combination) const {
  std::int64_t n = 1;
  for (std::size_t i = 0; i < space_.size(); ++i) {
    if (place_in_combination_[i] || !is_active(i, combination)) continue;
    const std::optional<std::int64_t> size = size_of(space_[i]);
    if (!size || __builtin_mul_overflow(n, *size, &n)) return std::nullopt;
  }
  return n;
}

// The last free dimension is the lowest digit.
Parameters FiniteSpace::point(std::int64_t index) const {
  TRAWL_CHECK(n_points_ && index >= 0 && index < *n_points_, "point {} of {}", index, n_points_.value_or(0));
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), index);
  const auto which = static_cast<std::size_t>(next - starts_.begin()) - 1;
  const Combination& combination = combinations_[which];
  std::int64_t rest = index - starts_[which];
  Parameters backwards;
  for (std::size_t i = space_.size(); i-- > 0;) {
    if (!is_active(i, combination)) continue;
    std::int64_t place = 0;
    if (place_in_combination_[i]) {
      place = combination[*place_in_combination_[i]];
    } else {
      const std::int64_t n = *size_of(space_[i]);
      place = rest % n;
      rest /= n;
    }
    backwards.emplace_back(space_[i].name, value_at(space_[i], place));
  }
  return {backwards.rbegin(), backwards.rend()};
}

Combination FiniteSpace::combination_of(const Parameters& point) const {
  Combination combination;
  for (const SearchDimension& decider : deciders_) {
    const ParameterValue* value = find_parameter(point, decider.name);
    combination.push_back(value == nullptr ? kInactive : place_of(decider, *value));
  }
  return combination;
}

std::int64_t FiniteSpace::index_of(const Parameters& point) const {
  const Combination combination = combination_of(point);
  const auto at = std::lower_bound(combinations_.begin(), combinations_.end(), combination);
  TRAWL_CHECK(n_points_ && at != combinations_.end() && *at == combination, "{} is not in the space",
              to_text(point));
  std::int64_t index = 0;
  for (std::size_t i = 0; i < space_.size(); ++i) {
    if (place_in_combination_[i] || !is_active(i, combination)) continue;
    const ParameterValue* value = find_parameter(point, space_[i].name);
    TRAWL_CHECK(value != nullptr, "{} has no {}", to_text(point), space_[i].name);
    index = index * *size_of(space_[i]) + place_of(space_[i], *value);
  }
  return starts_[static_cast<std::size_t>(at - combinations_.begin())] + index;
}

}  // namespace trawl
