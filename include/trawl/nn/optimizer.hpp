// Changes weights by their gradient: what all optimizers have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "trawl/nn/aligned_vector.hpp"

namespace trawl {

/// One array of a network, or an aligned part of it, during an update. `at` is its place among all
/// parameters, where the optimizer keeps its state. The gradient of the penalty, 2 λ w, is added here: g =
/// gradient + 2 l2 w. Shapes: weights, gradient [size], each aligned to kBufferAlignment.
template <class Scalar>
struct UpdatedArray {
  std::int64_t at = 0;
  std::int64_t size = 0;
  Scalar* weights = nullptr;
  const Scalar* gradient = nullptr;
  double l2 = 0.0;
};

/// What an optimizer carries from one update to the next, in place: arrays of one value a parameter, and
/// single numbers. Equal ones make the next updates equal.
template <class Scalar>
struct OptimizerMemory {
  std::vector<std::span<Scalar>> arrays;
  std::span<double> numbers;
};

/// Changes the weights by their gradient. An update is begin_update, then `apply` once an array
/// or once each of its parts.
template <class Scalar>
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  virtual void begin_update(double learning_rate) = 0;
  virtual void apply(const UpdatedArray<Scalar>& array) = 0;
  /// Lives as long as the optimizer.
  [[nodiscard]] virtual OptimizerMemory<Scalar> memory() = 0;
  /// η where an update is w -= η · (gradient + 2 l2 w), and nothing else is to be remembered.
  [[nodiscard]] virtual std::optional<Scalar> descent_rate() const { return std::nullopt; }
};

}  // namespace trawl
