// Goes down the gradient with a velocity.
#include "trawl/nn/momentum.hpp"

namespace trawl {

template <class Scalar>
Momentum<Scalar>::Momentum(const OptimizerSettings& settings, std::int64_t n_parameters)
    : momentum_(static_cast<Scalar>(settings["momentum"])),
      velocity_(static_cast<std::size_t>(n_parameters)) {}

template <class Scalar>
void Momentum<Scalar>::begin_update(double learning_rate) {
  learning_rate_ = static_cast<Scalar>(learning_rate);
}

template <class Scalar>
void Momentum<Scalar>::apply(const UpdatedArray<Scalar>& array) {
  const Scalar mu = momentum_;
  const Scalar rate = learning_rate_;
  const auto penalty = static_cast<Scalar>(2.0 * array.l2);
  Scalar* __restrict w = array.weights;
  Scalar* __restrict v = velocity_.data() + array.at;
  const Scalar* __restrict gradient = array.gradient;
  for (std::int64_t i = 0; i < array.size; ++i) {
    const Scalar step = rate * (gradient[i] + penalty * w[i]);
    v[i] = mu * v[i] - step;
    w[i] += v[i];
  }
}

template class Momentum<float>;
template class Momentum<double>;

const OptimizerKind& momentum_kind() {
  static const OptimizerKind kKind = optimizer_kind_of<Momentum>("momentum", {"momentum"});
  return kKind;
}

}  // namespace trawl
