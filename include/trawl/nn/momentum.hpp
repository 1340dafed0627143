#pragma once

#include "trawl/nn/optimizer_kind.hpp"

namespace trawl {

/// v = μ v - η g, then w += v (keras/src/optimizers/sgd.py; Polyak, 1964). The learning rate stands
/// inside v: a rate that falls reaches old gradients only through μ.
template <class Scalar>
class Momentum : public Optimizer<Scalar> {
 public:
  Momentum(const OptimizerSettings& settings, std::int64_t n_parameters);
  void begin_update(double learning_rate) override;
  void apply(const UpdatedArray<Scalar>& array) override;
  [[nodiscard]] OptimizerMemory<Scalar> memory() override { return {{velocity_}, {}}; }

 private:
  Scalar momentum_;
  Scalar learning_rate_ = 0;
  AlignedVector<Scalar> velocity_;
};

/// `optimizer: momentum`
const OptimizerKind& momentum_kind();

}  // namespace trawl
