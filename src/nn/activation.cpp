// Adds the bias and bends the sums.
#include "trawl/nn/activation.hpp"

#include <Eigen/Core>

namespace trawl {
namespace {

template <class Scalar>
using Flat = Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>, Eigen::Aligned64>;

template <class Scalar>
void activate_relu(const Scalar* bias, std::int64_t rows, std::int64_t width, Scalar* z, Scalar* slopes) {
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

template <class Scalar>
void add_bias(const Scalar* bias, std::int64_t rows, std::int64_t width, Scalar* z) {
  for (std::int64_t row = 0; row < rows; ++row, z += width) {
    for (std::int64_t i = 0; i < width; ++i) z[i] += bias[i];
  }
}

template <class Scalar>
void activate(Activation activation, const Scalar* bias, std::int64_t rows, std::int64_t width, Scalar* z,
              Scalar* slopes) {
  if (activation == Activation::relu) return activate_relu(bias, rows, width, z, slopes);
  add_bias(bias, rows, width, z);
  const std::int64_t n = rows * width;
  Flat<Scalar> out(z, n);
  if (activation == Activation::tanh) {
    out = out.tanh();
    for (std::int64_t i = 0; slopes != nullptr && i < n; ++i) slopes[i] = 1 - z[i] * z[i];
  } else {
    out = (1 + (-out).exp()).inverse();
    for (std::int64_t i = 0; slopes != nullptr && i < n; ++i) slopes[i] = z[i] * (1 - z[i]);
  }
}

template void activate(Activation, const float*, std::int64_t, std::int64_t, float*, float*);
template void activate(Activation, const double*, std::int64_t, std::int64_t, double*, double*);
template void add_bias(const float*, std::int64_t, std::int64_t, float*);
template void add_bias(const double*, std::int64_t, std::int64_t, double*);

}  // namespace trawl
