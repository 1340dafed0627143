#pragma once

#include "trawl/nn/optimizer.hpp"

namespace trawl {

/// s = ρ s + (1 - ρ) g², then w -= η g / √(s + ε), ε inside the root
/// (keras/src/optimizers/rmsprop.py; Tieleman and Hinton, Coursera lecture 6.5, 2012).
template <class Scalar>
class RmsProp : public Optimizer<Scalar> {
 public:
  RmsProp(double rho, double epsilon, std::int64_t n_parameters);
  void begin_update(double learning_rate) override;
  void apply(const UpdatedArray<Scalar>& array) override;
  [[nodiscard]] OptimizerMemory<Scalar> memory() override { return {{mean_square_}, {}}; }

 private:
  Scalar rho_;
  Scalar epsilon_;
  Scalar learning_rate_ = 0;
  AlignedVector<Scalar> mean_square_;
};

}  // namespace trawl
