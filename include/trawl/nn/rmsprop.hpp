#pragma once

#include "trawl/nn/optimizer_kind.hpp"

namespace trawl {

/// s = ρ s + (1 - ρ) g², then w -= η g / √(s + ε), ε inside the root
/// (keras/src/optimizers/rmsprop.py; Tieleman and Hinton, Coursera lecture 6.5, 2012).
template <class Scalar>
class RmsProp : public Optimizer<Scalar> {
 public:
  RmsProp(const OptimizerSettings& settings, std::int64_t n_parameters);
  void begin_update(double learning_rate) override;
  void apply(const UpdatedArray<Scalar>& array) override;
  [[nodiscard]] OptimizerMemory<Scalar> memory() override { return {{mean_square_}, {}}; }

 private:
  Scalar rho_;
  Scalar epsilon_;
  Scalar learning_rate_ = 0;
  AlignedVector<Scalar> mean_square_;
};

/// `optimizer: rmsprop`
const OptimizerKind& rmsprop_kind();

}  // namespace trawl
