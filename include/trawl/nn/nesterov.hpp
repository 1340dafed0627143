#pragma once

#include "trawl/nn/optimizer_kind.hpp"

namespace trawl {

/// v = μ v - η g, then w += μ v - η g (keras/src/optimizers/sgd.py, nesterov=True; Sutskever et al.,
/// ICML 2013, with the weights kept at the point looked ahead to).
template <class Scalar>
class Nesterov : public Optimizer<Scalar> {
 public:
  Nesterov(const OptimizerSettings& settings, std::int64_t n_parameters);
  void begin_update(double learning_rate) override;
  void apply(const UpdatedArray<Scalar>& array) override;
  [[nodiscard]] OptimizerMemory<Scalar> memory() override { return {{velocity_}, {}}; }

 private:
  Scalar momentum_;
  Scalar learning_rate_ = 0;
  AlignedVector<Scalar> velocity_;
};

/// `optimizer: nesterov`
const OptimizerKind& nesterov_kind();

}  // namespace trawl
