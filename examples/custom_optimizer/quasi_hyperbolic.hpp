#pragma once

#include <cstdint>

#include <trawl/nn/optimizer_kind.hpp>

/// m = μ m + (1 - μ) g, then w -= η ((1 - ν) g + ν m): ν = 0 is plain descent (J. Ma and D. Yarats,
/// "Quasi-hyperbolic momentum and Adam for deep learning", 2019).
template <class Scalar>
class QuasiHyperbolic : public trawl::Optimizer<Scalar> {
 public:
  QuasiHyperbolic(const trawl::OptimizerSettings& settings, std::int64_t n_parameters);
  void begin_update(double learning_rate) override;
  void apply(const trawl::UpdatedArray<Scalar>& array) override;
  /// What checkpoints hold.
  [[nodiscard]] trawl::OptimizerMemory<Scalar> memory() override { return {{mean_}, {}}; }

 private:
  Scalar momentum_;
  Scalar nu_;
  Scalar learning_rate_ = 0;
  trawl::AlignedVector<Scalar> mean_;  // m, a value for each parameter
};

/// `optimizer: quasi_hyperbolic`. It shares `momentum` with others; `nu` is its own.
const trawl::OptimizerKind& quasi_hyperbolic_kind();
