#include "golden_sampler.hpp"

#include <cmath>
#include <memory>

#include <trawl/base/random.hpp>

namespace {

// Solves g^(n + 1) = g + 1, by Newton's method from above.
double golden_ratio(std::size_t n) {
  double g = 2.0;
  for (int i = 0; i < 60; ++i) {
    double power = 1.0;  // g^n
    for (std::size_t k = 0; k < n; ++k) power *= g;
    g -= (power * g - g - 1.0) / (static_cast<double>(n + 1) * power - 1.0);
  }
  return g;
}

}  // namespace

GoldenSampler::GoldenSampler(const trawl::SearchDefinition& search) : DesignSampler(search) {
  const double ratio = golden_ratio(space().size());
  double step = 1.0;
  for (const trawl::SearchDimension& dimension : space()) {
    step /= ratio;
    steps_.push_back(static_cast<std::uint64_t>(std::ldexp(step, 64)));
    begins_.push_back(trawl::StreamKey(search.seed).with("golden").with(dimension.name).value());
  }
}

// What is beyond 1 begins at 0 again: unsigned numbers do that.
std::uint64_t GoldenSampler::place(std::int64_t point, std::size_t dimension) const {
  return begins_[dimension] + static_cast<std::uint64_t>(point) * steps_[dimension];
}

const trawl::SamplerKind& golden_kind() {
  static const trawl::SamplerKind kKind = {
      .word = "golden", .make = [](const trawl::SearchDefinition& search) -> std::unique_ptr<trawl::Sampler> {
        return std::make_unique<GoldenSampler>(search);
      }};
  return kKind;
}
