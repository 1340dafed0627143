#pragma once

#include <array>

#include "trawl/nn/optimizer_kind.hpp"

namespace trawl {

/// m += (1 - β₁)(g - m), v += (1 - β₂)(g² - v),
/// w -= η · √(1 - β₂ᵗ) / (1 - β₁ᵗ) · m / (√v + ε) with t = 1 at the first update
/// (keras/src/optimizers/adam.py; Kingma and Ba, ICLR 2015, in the form before its section 2.1's end,
/// where ε is not corrected for bias).
template <class Scalar>
class Adam : public Optimizer<Scalar> {
 public:
  Adam(const OptimizerSettings& settings, std::int64_t n_parameters);
  void begin_update(double learning_rate) override;
  void apply(const UpdatedArray<Scalar>& array) override;
  [[nodiscard]] OptimizerMemory<Scalar> memory() override { return {{first_, second_}, beta_powers_}; }

 private:
  double beta_1_;
  double beta_2_;
  std::array<double, 2> beta_powers_ = {1.0, 1.0};  // β₁ᵗ, β₂ᵗ
  Scalar epsilon_;
  Scalar step_ = 0;
  AlignedVector<Scalar> first_;
  AlignedVector<Scalar> second_;
};

/// `optimizer: adam`
const OptimizerKind& adam_kind();

}  // namespace trawl
