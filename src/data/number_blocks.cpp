// Keeps numbers as float as long as that loses nothing.
#include "trawl/data/number_blocks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>

#include <sys/mman.h>

namespace trawl {
namespace {

// Both count, as a loop that ends early is not made in vectors.

template <class T>
bool are_finite(std::span<const T> values) {
  std::int64_t n_bad = 0;
  for (const T value : values) n_bad += std::abs(value) <= std::numeric_limits<T>::max() ? 0 : 1;
  return n_bad == 0;
}

/// Not beyond 2^53 either, where whole numbers may have become others on their way to double: a float would
/// hide that the differences are lost.
template <class T>
bool fit_float(std::span<const T> values) {
  constexpr double kLastWhole = 0x1p53;
  std::int64_t n_bad = 0;
  for (const T value : values) {
    const auto wide = static_cast<double>(value);
    const bool fits = static_cast<double>(static_cast<float>(wide)) == wide && std::abs(wide) < kLastWhole;
    n_bad += fits ? 0 : 1;
  }
  return n_bad == 0;
}

/// Room for n values in large pages, where the system has any: the first touch of many small ones takes as
/// long as the reading.
template <class T>
void reserve(std::vector<T>& values, std::size_t n) {
  constexpr std::size_t kPage = 4096;
  if (values.capacity() >= n) return;
  values.reserve(n);
  void* begin = values.data();
  std::size_t bytes = n * sizeof(T);
  if (std::align(kPage, kPage, begin, bytes) != nullptr) madvise(begin, bytes, MADV_HUGEPAGE);
}

}  // namespace

void NumberBlocks::widen() {
  fit_float_ = false;
  reserve(doubles_, n_);
  doubles_.assign(floats_.begin(), floats_.end());
  floats_ = {};
}

template <class T>
void NumberBlocks::add_any(std::span<const T> block) {
  if constexpr (std::is_floating_point_v<T>) are_finite_ = are_finite_ && are_finite(block);
  if constexpr (!std::is_same_v<T, float>) {
    if (fit_float_ && !fit_float(block)) widen();
  }
  if (fit_float_) {
    reserve(floats_, n_);
    floats_.insert(floats_.end(), block.begin(), block.end());
  } else {
    doubles_.insert(doubles_.end(), block.begin(), block.end());
  }
}

void NumberBlocks::add(std::span<const float> block) { add_any(block); }
void NumberBlocks::add(std::span<const double> block) { add_any(block); }
void NumberBlocks::add(std::span<const std::int32_t> block) { add_any(block); }
void NumberBlocks::add(std::span<const std::int64_t> block) { add_any(block); }

std::int64_t NumberBlocks::first_not_finite() const {
  if (are_finite_) return -1;
  const auto first = [](const auto& values) {
    return std::find_if(values.begin(), values.end(), [](auto x) { return !std::isfinite(x); }) -
           values.begin();
  };
  return fit_float_ ? first(floats_) : first(doubles_);
}

double NumberBlocks::operator[](std::int64_t i) const {
  const auto at = static_cast<std::size_t>(i);
  return fit_float_ ? static_cast<double>(floats_[at]) : doubles_[at];
}

Features NumberBlocks::take() {
  if (fit_float_) return std::move(floats_);
  return std::move(doubles_);
}

}  // namespace trawl
