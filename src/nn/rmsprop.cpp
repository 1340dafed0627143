// Goes down the gradient, divided by its recent size.
#include "trawl/nn/rmsprop.hpp"

#include <cmath>

namespace trawl {

template <class Scalar>
RmsProp<Scalar>::RmsProp(const OptimizerSettings& settings, std::int64_t n_parameters)
    : rho_(static_cast<Scalar>(settings["rho"])),
      epsilon_(static_cast<Scalar>(settings["epsilon"])),
      mean_square_(static_cast<std::size_t>(n_parameters)) {}

template <class Scalar>
void RmsProp<Scalar>::begin_update(double learning_rate) {
  learning_rate_ = static_cast<Scalar>(learning_rate);
}

template <class Scalar>
void RmsProp<Scalar>::apply(const UpdatedArray<Scalar>& array) {
  const Scalar rate = learning_rate_;
  const Scalar rho = rho_;
  const Scalar epsilon = epsilon_;
  const auto penalty = static_cast<Scalar>(2.0 * array.l2);
  Scalar* __restrict w = array.weights;
  Scalar* __restrict s = mean_square_.data() + array.at;
  const Scalar* __restrict gradient = array.gradient;
  for (std::int64_t i = 0; i < array.size; ++i) {
    const Scalar g = gradient[i] + penalty * w[i];
    s[i] = rho * s[i] + (1 - rho) * g * g;
    w[i] -= rate * g / std::sqrt(s[i] + epsilon);
  }
}

template class RmsProp<float>;
template class RmsProp<double>;

const OptimizerKind& rmsprop_kind() {
  static const OptimizerKind kKind = optimizer_kind_of<RmsProp>("rmsprop", {"rho", "epsilon"});
  return kKind;
}

}  // namespace trawl
