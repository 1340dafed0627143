#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <vector>

namespace trawl {

/// The values of one epoch, in the order of the study's metric table. Few of them lie in the object itself:
/// a search of short trials moves millions of records a minute.
class MetricValues {
 public:
  using value_type = double;

  MetricValues() = default;
  /// So many NaN.
  explicit MetricValues(std::size_t n) { resize(n); }
  MetricValues(std::initializer_list<double> values) {
    resize(values.size());
    std::copy(values.begin(), values.end(), data());
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] double* data() { return is_few() ? few_.data() : many_.data(); }
  [[nodiscard]] const double* data() const { return is_few() ? few_.data() : many_.data(); }
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
  /// Forgets what was there: all values are NaN.
  void resize(std::size_t n) {
    size_ = n;
    many_.resize(is_few() ? 0 : n);
    std::fill(begin(), end(), std::numeric_limits<double>::quiet_NaN());
  }

 private:
  static constexpr std::size_t kFew = 7;  // the perceptron's
  [[nodiscard]] bool is_few() const { return size_ <= kFew; }

  std::size_t size_ = 0;
  std::array<double, kFew> few_ = {};
  std::vector<double> many_;
};

/// As many values, equal or both NaN.
inline bool same_values(const MetricValues& a, const MetricValues& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

}  // namespace trawl
