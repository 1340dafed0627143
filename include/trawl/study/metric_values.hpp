// Holds one epoch's values, without asking for memory for a few.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <memory>
#include <utility>

namespace trawl {

/// The values of one epoch, in the order of the study's metric table. Few of them lie in the object itself:
/// a search of short trials moves millions of records a minute.
class MetricValues {
 public:
  using value_type = double;

  MetricValues() = default;
  /// So many NaN.
  explicit MetricValues(std::size_t n) {
    resize(n);
    std::fill(begin(), end(), std::numeric_limits<double>::quiet_NaN());
  }
  MetricValues(std::initializer_list<double> values) {
    resize(values.size());
    std::copy(values.begin(), values.end(), data());
  }
  MetricValues(const MetricValues& other) : size_(other.size_), few_(other.few_) {
    if (other.many_) copy_many(other);
  }
  MetricValues(MetricValues&& other) noexcept
      : size_(std::exchange(other.size_, 0)), few_(other.few_), many_(std::move(other.many_)) {}
  MetricValues& operator=(const MetricValues& other) {
    if (other.many_) return *this = MetricValues(other);
    many_.reset();
    size_ = other.size_;
    few_ = other.few_;
    return *this;
  }
  MetricValues& operator=(MetricValues&& other) noexcept {
    size_ = std::exchange(other.size_, 0);
    few_ = other.few_;
    many_ = std::move(other.many_);
    return *this;
  }
  ~MetricValues() = default;

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] double* data() { return many_ ? many_.get() : few_.data(); }
  [[nodiscard]] const double* data() const { return many_ ? many_.get() : few_.data(); }
  [[nodiscard]] double* begin() { return data(); }
  [[nodiscard]] double* end() { return data() + size_; }
  [[nodiscard]] const double* begin() const { return data(); }
  [[nodiscard]] const double* end() const { return data() + size_; }
  /// Requires place < size().
  [[nodiscard]] double& operator[](std::size_t place) { return data()[place]; }
  [[nodiscard]] double operator[](std::size_t place) const { return data()[place]; }
  /// NaN where there are fewer values.
  [[nodiscard]] double at_or_nan(std::size_t place) const {
    return place < size_ ? data()[place] : std::numeric_limits<double>::quiet_NaN();
  }
  /// Room for so many values, which are to be written then.
  void resize(std::size_t n) {
    many_ = n > kFew ? std::make_unique<double[]>(n) : nullptr;  // NOLINT(cppcoreguidelines-avoid-c-arrays)
    size_ = n;
  }

 private:
  static constexpr std::size_t kFew = 7;  // trawl's own program has so many

  void copy_many(const MetricValues& other) {
    resize(other.size_);
    std::copy(other.begin(), other.end(), data());
  }

  std::size_t size_ = 0;
  std::array<double, kFew> few_ = {};
  std::unique_ptr<double[]> many_;  // NOLINT(cppcoreguidelines-avoid-c-arrays); instead of few_
};

/// As many values, equal or both NaN.
inline bool same_values(const MetricValues& a, const MetricValues& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

}  // namespace trawl
