// Places a parameter's values on a line.
#include "trawl/search/coordinate.hpp"

#include <algorithm>
#include <cmath>

#include "trawl/search/portable_math.hpp"
#include "trawl/study/grid.hpp"

namespace trawl {
namespace {

double number_of(const ParameterValue& value) {
  const auto* whole = std::get_if<std::int64_t>(&value);
  return whole != nullptr ? static_cast<double>(*whole) : std::get<double>(value);
}

}  // namespace

Coordinate::Coordinate(const Distribution& distribution) : distribution_(distribution) {
  if (const auto* categories = std::get_if<CategoricalDistribution>(&distribution)) {
    n_choices_ = static_cast<std::int64_t>(categories->choices.size());
    is_single_ = n_choices_ == 1;
    return;
  }
  if (const auto* real = std::get_if<FloatDistribution>(&distribution)) {
    is_log_ = real->log;
    is_discrete_ = real->step.has_value();
    step_ = real->step.value_or(0.0);
    n_ = is_discrete_ ? lattice_size(*real) : 1;
    is_single_ = is_discrete_ ? n_ == 1 : real->low == real->high;
    low_ = is_log_ ? portable::log(real->low) : real->low - step_ / 2;
    high_ = is_log_        ? portable::log(real->high)
            : is_discrete_ ? real->low + (static_cast<double>(n_) - 0.5) * step_
                           : real->high;
    return;
  }
  const auto& whole = std::get<IntDistribution>(distribution);
  is_log_ = whole.log;
  is_discrete_ = true;
  const auto first = static_cast<double>(whole.low);
  step_ = static_cast<double>(whole.step.value_or(1));
  n_ = (whole.high - whole.low) / whole.step.value_or(1) + 1;
  is_single_ = n_ == 1;
  low_ = first - step_ / 2;
  high_ = first + (static_cast<double>(n_) - 0.5) * step_;
  if (is_log_) {
    low_ = portable::log(low_);
    high_ = portable::log(high_);
  }
}

double Coordinate::at(const ParameterValue& value) const {
  if (const auto* categories = std::get_if<CategoricalDistribution>(&distribution_)) {
    const auto& choices = categories->choices;
    const auto found = std::find(choices.begin(), choices.end(), value);
    return found == choices.end() ? 0.0 : static_cast<double>(found - choices.begin());
  }
  const double number = number_of(value);
  return is_log_ ? portable::log(number) : number;
}

ParameterValue Coordinate::value(double place) const {
  if (const auto* categories = std::get_if<CategoricalDistribution>(&distribution_))
    return categories->choices[static_cast<std::size_t>(place)];
  if (const auto* real = std::get_if<FloatDistribution>(&distribution_)) {
    if (!is_discrete_) return std::clamp(is_log_ ? portable::exp(place) : place, real->low, real->high);
    const auto i = static_cast<std::int64_t>(std::floor((place - low_) / step_));
    return lattice_value(*real, std::clamp<std::int64_t>(i, 0, n_ - 1));
  }
  const auto& whole = std::get<IntDistribution>(distribution_);
  if (is_log_) {
    const double number = std::floor(portable::exp(place) + 0.5);
    return std::clamp(static_cast<std::int64_t>(number), whole.low, whole.high);
  }
  const auto i = static_cast<std::int64_t>(std::floor((place - low_) / step_));
  return whole.low + std::clamp<std::int64_t>(i, 0, n_ - 1) * whole.step.value_or(1);
}

Coordinate::Interval Coordinate::around(double place) const {
  if (!is_log_) return {place - step_ / 2, place + step_ / 2};
  const double number = std::floor(portable::exp(place) + 0.5);
  return {portable::log(number - step_ / 2), portable::log(number + step_ / 2)};
}

}  // namespace trawl
