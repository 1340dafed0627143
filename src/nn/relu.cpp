// Passes on what is above 0.
#include "trawl/nn/relu.hpp"

namespace trawl {
namespace {

template <class Scalar>
void apply(const Scalar* bias, std::int64_t rows, std::int64_t width, Scalar* z, Scalar* slopes) {
  for (std::int64_t row = 0; row < rows; ++row, z += width) {
    for (std::int64_t i = 0; i < width; ++i) {
      const Scalar sum = z[i] + bias[i];
      z[i] = sum < 0 ? 0 : sum;  // in this order NaN stays
    }
    if (slopes == nullptr) continue;
    for (std::int64_t i = 0; i < width; ++i) slopes[i] = z[i] > 0 ? Scalar{1} : Scalar{0};
    slopes += width;
  }
}

}  // namespace

const Activation& relu_activation() {
  static const Activation kActivation = {"relu", apply<float>, apply<double>};
  return kActivation;
}

}  // namespace trawl
