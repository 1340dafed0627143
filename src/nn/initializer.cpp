// Draws the first weights.
#include "trawl/nn/initializer.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

constexpr std::array kWords = {"glorot_uniform", "glorot_normal", "he_uniform", "he_normal"};
constexpr double kTruncatedDeviation = 0.87962566103423978;

double variance(Initializer initializer, std::int64_t inputs, std::int64_t outputs) {
  const bool he = initializer == Initializer::he_uniform || initializer == Initializer::he_normal;
  return 2.0 / static_cast<double>(he ? inputs : inputs + outputs);
}

double truncated_normal(RandomStream& stream) {
  double value = stream.normal();
  while (std::abs(value) > 2.0) value = stream.normal();
  return value;
}

}  // namespace

std::vector<std::string> initializer_words() { return {kWords.begin(), kWords.end()}; }

Initializer initializer_called(std::string_view word) {
  const auto* const found = std::find(kWords.begin(), kWords.end(), word);
  TRAWL_CHECK(found != kWords.end(), "initializer {}", word);
  return static_cast<Initializer>(found - kWords.begin());
}

template <class Scalar>
void initialize(Initializer initializer, std::int64_t inputs, std::int64_t outputs, RandomStream stream,
                Scalar* weights) {
  const bool uniform = initializer == Initializer::glorot_uniform || initializer == Initializer::he_uniform;
  const double deviation = std::sqrt(variance(initializer, inputs, outputs));
  const double limit = std::sqrt(3.0) * deviation;
  for (std::int64_t i = 0; i < inputs * outputs; ++i) {
    const double value = uniform ? limit * (2.0 * stream.uniform() - 1.0)
                                 : deviation / kTruncatedDeviation * truncated_normal(stream);
    weights[i] = static_cast<Scalar>(value);
  }
}

template void initialize(Initializer, std::int64_t, std::int64_t, RandomStream, float*);
template void initialize(Initializer, std::int64_t, std::int64_t, RandomStream, double*);

}  // namespace trawl
