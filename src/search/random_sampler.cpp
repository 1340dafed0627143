#include "trawl/search/random_sampler.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "trawl/base/error.hpp"
#include "trawl/base/random.hpp"
#include "trawl/study/conditions.hpp"

namespace trawl {
namespace {

double log_uniform(double low, double high, RandomStream& stream) {
  return std::exp(std::log(low) + stream.uniform() * (std::log(high) - std::log(low)));
}

ParameterValue draw(const FloatDistribution& range, RandomStream& stream) {
  if (range.step) {
    const auto n = static_cast<std::uint64_t>(lattice_size(range));
    return lattice_value(range, static_cast<std::int64_t>(stream.below(n)));
  }
  const double value = range.log ? log_uniform(range.low, range.high, stream)
                                 : range.low + stream.uniform() * (range.high - range.low);
  return std::clamp(value, range.low, range.high);
}

ParameterValue draw(const IntDistribution& range, RandomStream& stream) {
  if (range.log) {
    const double value =
        log_uniform(static_cast<double>(range.low) - 0.5, static_cast<double>(range.high) + 0.5, stream);
    return std::clamp<std::int64_t>(std::llround(value), range.low, range.high);
  }
  const std::int64_t step = range.step.value_or(1);
  const auto n = static_cast<std::uint64_t>((range.high - range.low) / step + 1);
  return range.low + static_cast<std::int64_t>(stream.below(n)) * step;
}

ParameterValue draw(const CategoricalDistribution& categories, RandomStream& stream) {
  return categories.choices[stream.below(categories.choices.size())];
}

}  // namespace

RandomSampler::RandomSampler(SearchSpace space, std::int64_t n_points, std::uint64_t seed,
                             std::vector<Parameters> enqueued)
    : space_(std::move(space)), n_points_(n_points), seed_(seed), enqueued_(std::move(enqueued)) {}

Parameters RandomSampler::point(std::int64_t point) const {
  TRAWL_CHECK(point >= 0 && point < n_points_, "point {} of {}", point, n_points_);
  const StreamKey key = StreamKey(seed_).with(static_cast<std::uint64_t>(point));
  const auto place = static_cast<std::size_t>(point);
  const Parameters* known = place < enqueued_.size() ? &enqueued_[place] : nullptr;
  Parameters all;
  all.reserve(space_.size());
  for (const SearchDimension& dimension : space_) {
    const ParameterValue* value = known != nullptr ? find_parameter(*known, dimension.name) : nullptr;
    if (value != nullptr) {
      all.emplace_back(dimension.name, *value);
      continue;
    }
    RandomStream stream(key.with(dimension.name));
    all.emplace_back(dimension.name,
                     std::visit([&](const auto& any) { return draw(any, stream); }, dimension.distribution));
  }
  return active_parameters(space_, all);
}

}  // namespace trawl
