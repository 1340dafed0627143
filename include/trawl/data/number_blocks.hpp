#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "trawl/data/table.hpp"

namespace trawl {

/// Numbers that come block by block. They are kept as float, which takes half of the memory and time, as long
/// as a float holds each of them exactly; from the first other one on, all of them as double.
class NumberBlocks {
 public:
  /// `n`: how many there will be.
  explicit NumberBlocks(std::size_t n) : n_(n) {}

  void add(std::span<const float> block);
  void add(std::span<const double> block);
  void add(std::span<const std::int32_t> block);
  void add(std::span<const std::int64_t> block);

  /// Index of the first number that is not finite; -1: there is none.
  [[nodiscard]] std::int64_t first_not_finite() const;
  [[nodiscard]] double operator[](std::int64_t i) const;
  Features take();

 private:
  template <class T>
  void add_any(std::span<const T> block);
  void widen();

  std::size_t n_;
  bool are_finite_ = true;
  bool fit_float_ = true;
  std::vector<float> floats_;    ///< empty once a number did not fit
  std::vector<double> doubles_;  ///< empty before
};

}  // namespace trawl
