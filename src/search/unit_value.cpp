// Turns a place between 0 and 1 into a parameter's value.
#include "trawl/search/unit_value.hpp"

#include <algorithm>
#include <cmath>

#include "trawl/base/random.hpp"
#include "trawl/study/grid.hpp"

namespace trawl {
namespace {

double log_between(double low, double high, std::uint64_t place) {
  return std::exp(std::log(low) + as_fraction(place) * (std::log(high) - std::log(low)));
}

struct ValueAt {
  std::uint64_t place;

  ParameterValue operator()(const FloatDistribution& range) const {
    if (range.step) {
      const auto n = static_cast<std::uint64_t>(lattice_size(range));
      return lattice_value(range, static_cast<std::int64_t>(share_at(place, n)));
    }
    const double value = range.log ? log_between(range.low, range.high, place)
                                   : range.low + as_fraction(place) * (range.high - range.low);
    return std::clamp(value, range.low, range.high);
  }

  ParameterValue operator()(const IntDistribution& range) const {
    if (range.log) {
      const double value =
          log_between(static_cast<double>(range.low) - 0.5, static_cast<double>(range.high) + 0.5, place);
      return std::clamp<std::int64_t>(std::llround(value), range.low, range.high);
    }
    const std::int64_t step = range.step.value_or(1);
    const auto n = static_cast<std::uint64_t>((range.high - range.low) / step + 1);
    return range.low + static_cast<std::int64_t>(share_at(place, n)) * step;
  }

  ParameterValue operator()(const CategoricalDistribution& categories) const {
    return categories.choices[share_at(place, categories.choices.size())];
  }
};

}  // namespace

ParameterValue value_at(const Distribution& distribution, std::uint64_t place) {
  return std::visit(ValueAt{place}, distribution);
}

}  // namespace trawl
