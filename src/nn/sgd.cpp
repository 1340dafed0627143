// Goes down the gradient, and remembers nothing.
#include "trawl/nn/sgd.hpp"

namespace trawl {

template <class Scalar>
void Sgd<Scalar>::begin_update(double learning_rate) {
  learning_rate_ = static_cast<Scalar>(learning_rate);
}

template <class Scalar>
void Sgd<Scalar>::apply(const UpdatedArray<Scalar>& array) {
  const Scalar rate = learning_rate_;
  const auto penalty = static_cast<Scalar>(2.0 * array.l2);
  Scalar* __restrict w = array.weights;
  const Scalar* __restrict gradient = array.gradient;
  for (std::int64_t i = 0; i < array.size; ++i) w[i] -= rate * (gradient[i] + penalty * w[i]);
}

template class Sgd<float>;
template class Sgd<double>;

const OptimizerKind& sgd_kind() {
  static const OptimizerKind kKind = optimizer_kind_of<Sgd>("sgd", {});
  return kKind;
}

}  // namespace trawl
