// Goes down the recent mean of the gradient, divided by its recent size.
#include "trawl/nn/adam.hpp"

#include <cmath>

namespace trawl {

template <class Scalar>
Adam<Scalar>::Adam(const OptimizerSettings& settings, std::int64_t n_parameters)
    : beta_1_(settings["beta_1"]),
      beta_2_(settings["beta_2"]),
      epsilon_(static_cast<Scalar>(settings["epsilon"])),
      first_(static_cast<std::size_t>(n_parameters)),
      second_(static_cast<std::size_t>(n_parameters)) {}

template <class Scalar>
void Adam<Scalar>::begin_update(double learning_rate) {
  beta_powers_[0] *= beta_1_;
  beta_powers_[1] *= beta_2_;
  step_ = static_cast<Scalar>(learning_rate * std::sqrt(1.0 - beta_powers_[1]) / (1.0 - beta_powers_[0]));
}

template <class Scalar>
void Adam<Scalar>::apply(const UpdatedArray<Scalar>& array) {
  const Scalar step = step_;
  const Scalar epsilon = epsilon_;
  const auto first_rate = static_cast<Scalar>(1.0 - beta_1_);
  const auto second_rate = static_cast<Scalar>(1.0 - beta_2_);
  const auto penalty = static_cast<Scalar>(2.0 * array.l2);
  Scalar* __restrict w = array.weights;
  Scalar* __restrict m = first_.data() + array.at;
  Scalar* __restrict v = second_.data() + array.at;
  const Scalar* __restrict gradient = array.gradient;
  for (std::int64_t i = 0; i < array.size; ++i) {
    const Scalar g = gradient[i] + penalty * w[i];
    m[i] += first_rate * (g - m[i]);
    v[i] += second_rate * (g * g - v[i]);
    w[i] -= step * m[i] / (std::sqrt(v[i]) + epsilon);
  }
}

template class Adam<float>;
template class Adam<double>;

const OptimizerKind& adam_kind() {
  static const OptimizerKind kKind = optimizer_kind_of<Adam>("adam", {"beta_1", "beta_2", "epsilon"});
  return kKind;
}

}  // namespace trawl
