// Computes the loss, its gradient, and how many rows were right.
#include "trawl/nn/cross_entropy.hpp"

#include <cmath>

#include <Eigen/Core>

namespace trawl {
namespace {

/// Subtracts the row's largest value and returns its first place.
template <class Scalar>
std::int64_t shift_by_largest(std::int64_t classes, Scalar* row) {
  std::int64_t largest = 0;
  for (std::int64_t i = 1; i < classes; ++i) {
    if (row[i] > row[largest]) largest = i;
  }
  const Scalar shift = row[largest];
  for (std::int64_t i = 0; i < classes; ++i) row[i] -= shift;
  return largest;
}

template <class Scalar>
double sum_of_row(std::int64_t classes, const Scalar* row) {
  double sum = 0.0;
  for (std::int64_t i = 0; i < classes; ++i) sum += static_cast<double>(row[i]);
  return sum;
}

}  // namespace

template <class Scalar>
BatchSums softmax_cross_entropy(const std::int32_t* labels, std::int64_t rows, std::int64_t classes,
                                double scale, Scalar* logits) {
  BatchSums sums;
  for (std::int64_t row = 0; row < rows; ++row) {
    Scalar* shifted = logits + row * classes;
    if (shift_by_largest(classes, shifted) == labels[row]) ++sums.correct;
    sums.cross_entropy -= static_cast<double>(shifted[labels[row]]);
  }
  Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>, Eigen::Aligned64> all(logits, rows * classes);
  all = all.exp();
  const auto gradient_scale = static_cast<Scalar>(scale);
  for (std::int64_t row = 0; row < rows; ++row) {
    Scalar* exps = logits + row * classes;
    const double sum = sum_of_row(classes, exps);
    sums.cross_entropy += std::log(sum);
    const auto factor = static_cast<Scalar>((scale == 0.0 ? 1.0 : scale) / sum);
    for (std::int64_t i = 0; i < classes; ++i) exps[i] *= factor;
    exps[labels[row]] -= gradient_scale;
  }
  return sums;
}

template BatchSums softmax_cross_entropy(const std::int32_t*, std::int64_t, std::int64_t, double, float*);
template BatchSums softmax_cross_entropy(const std::int32_t*, std::int64_t, std::int64_t, double, double*);

}  // namespace trawl
