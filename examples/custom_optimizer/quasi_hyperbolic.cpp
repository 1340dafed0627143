#include "quasi_hyperbolic.hpp"

template <class Scalar>
QuasiHyperbolic<Scalar>::QuasiHyperbolic(const trawl::OptimizerSettings& settings, std::int64_t n_parameters)
    : momentum_(static_cast<Scalar>(settings["momentum"])),
      nu_(static_cast<Scalar>(settings["nu"])),
      mean_(static_cast<std::size_t>(n_parameters)) {}

template <class Scalar>
void QuasiHyperbolic<Scalar>::begin_update(double learning_rate) {
  learning_rate_ = static_cast<Scalar>(learning_rate);
}

template <class Scalar>
void QuasiHyperbolic<Scalar>::apply(const trawl::UpdatedArray<Scalar>& array) {
  const auto penalty = static_cast<Scalar>(2.0 * array.l2);
  Scalar* mean = mean_.data() + array.at;
  for (std::int64_t i = 0; i < array.size; ++i) {
    const Scalar gradient = array.gradient[i] + penalty * array.weights[i];
    mean[i] = momentum_ * mean[i] + (1 - momentum_) * gradient;
    array.weights[i] -= learning_rate_ * ((1 - nu_) * gradient + nu_ * mean[i]);
  }
}

template class QuasiHyperbolic<float>;
template class QuasiHyperbolic<double>;

const trawl::OptimizerKind& quasi_hyperbolic_kind() {
  static const trawl::OptimizerKind kKind =
      trawl::optimizer_kind_of<QuasiHyperbolic>("quasi_hyperbolic", {"momentum", "nu"});
  return kKind;
}
