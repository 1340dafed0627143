#pragma once

#include <optional>

#include "trawl/nn/optimizer_kind.hpp"

namespace trawl {

/// w -= η g (keras/src/optimizers/sgd.py, momentum = 0).
template <class Scalar>
class Sgd : public Optimizer<Scalar> {
 public:
  Sgd(const OptimizerSettings& /*settings*/, std::int64_t /*n_parameters*/) {}
  void begin_update(double learning_rate) override;
  void apply(const UpdatedArray<Scalar>& array) override;
  [[nodiscard]] OptimizerMemory<Scalar> memory() override { return {}; }
  [[nodiscard]] std::optional<Scalar> descent_rate() const override { return learning_rate_; }

 private:
  Scalar learning_rate_ = 0;
};

/// `optimizer: sgd`
const OptimizerKind& sgd_kind();

}  // namespace trawl
