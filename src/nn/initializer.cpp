// Draws the first weights.
#include "trawl/nn/initializer.hpp"

#include <cmath>

namespace trawl {
namespace {

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
