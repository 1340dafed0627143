// Bends sums into -1 to 1.
#include "trawl/nn/tanh.hpp"

#include <Eigen/Core>

namespace trawl {
namespace {

template <class Scalar>
void apply(const Scalar* bias, std::int64_t rows, std::int64_t width, Scalar* z, Scalar* slopes) {
  add_bias(bias, rows, width, z);
  const std::int64_t n = rows * width;
  Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>, Eigen::Aligned64> out(z, n);
  out = out.tanh();
  for (std::int64_t i = 0; slopes != nullptr && i < n; ++i) slopes[i] = 1 - z[i] * z[i];
}

}  // namespace

const Activation& tanh_activation() {
  static const Activation kActivation = {"tanh", apply<float>, apply<double>};
  return kActivation;
}

}  // namespace trawl
