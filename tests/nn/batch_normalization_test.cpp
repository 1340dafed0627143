#include "trawl/nn/batch_normalization.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "trawl/base/random.hpp"
#include "trawl/nn/aligned_vector.hpp"

namespace trawl {
namespace {

/// The arrays of a layer, and its formulas row by row in double.
class Layer {
 public:
  Layer(std::int64_t rows, std::int64_t width)
      : z(static_cast<std::size_t>(rows * width)), rows_(rows), width_(width), normalized_(z.size()) {
    for (std::int64_t j = 0; j < width; ++j) {
      gamma.push_back(0.5F + 0.01F * static_cast<float>(j));
      moving_mean.push_back(0.1F * static_cast<float>(j));
      moving_variance.push_back(1.0F + 0.2F * static_cast<float>(j));
    }
    inverse_deviation_.resize(gamma.size());
  }

  /// Sums of column j are about `offset` and spread by 1 + j / 10.
  void draw(double offset, std::uint64_t seed) {
    RandomStream stream(StreamKey(seed).with("sums"));
    for (std::size_t i = 0; i < z.size(); ++i) {
      const double j = static_cast<double>(i % gamma.size());
      z[i] = static_cast<float>(offset + (1.0 + 0.1 * j) * stream.normal());
    }
  }
  BatchNormalization<float> arrays() {
    return {rows_,
            width_,
            gamma.data(),
            moving_mean.data(),
            moving_variance.data(),
            normalized_.data(),
            inverse_deviation_.data()};
  }
  float& at(std::int64_t row, std::size_t j) { return z[static_cast<std::size_t>(row * width_) + j]; }
  double normalized(std::int64_t row, std::size_t j) const {
    return normalized_[static_cast<std::size_t>(row * width_) + j];
  }
  double mean(std::size_t j) {
    double sum = 0.0;
    for (std::int64_t row = 0; row < rows_; ++row) sum += at(row, j);
    return sum / static_cast<double>(rows_);
  }
  double variance(std::size_t j) {
    const double center = mean(j);
    double sum = 0.0;
    for (std::int64_t row = 0; row < rows_; ++row) sum += std::pow(at(row, j) - center, 2.0);
    return sum / static_cast<double>(rows_);
  }

  AlignedVector<float> z;
  std::vector<float> gamma;
  std::vector<float> moving_mean;
  std::vector<float> moving_variance;

 private:
  std::int64_t rows_;
  std::int64_t width_;
  AlignedVector<float> normalized_;
  std::vector<float> inverse_deviation_;
};

struct Size {
  std::int64_t rows;
  std::int64_t width;
};
class BatchNormalizationSizes : public testing::TestWithParam<Size> {};

TEST_P(BatchNormalizationSizes, NormalizesByTheBatchAndMovesItsStatistics) {
  const auto [rows, width] = GetParam();
  Layer layer(rows, width);
  layer.draw(100.0, 1);  // far from 0: one pass over squares would lose the variance
  Layer before = layer;
  normalize_batch(layer.arrays(), layer.z.data());
  for (std::size_t j = 0; j < layer.gamma.size(); ++j) {
    const double mean = before.mean(j);
    const double variance = before.variance(j);
    const double deviation = std::sqrt(variance + 1e-3);
    for (std::int64_t row = 0; row < rows; row += 1 + rows / 7) {
      // The mean is a float32 near 100, so 4e-6 off at worst; the sums before it are off by less.
      const double expected = (before.at(row, j) - mean) / deviation;
      ASSERT_NEAR(layer.normalized(row, j), expected, 1e-5 + 1e-5 * std::abs(expected)) << row << " " << j;
      ASSERT_NEAR(layer.at(row, j), before.gamma[j] * expected, 1e-5 + 1e-5 * std::abs(expected));
    }
    ASSERT_NEAR(layer.moving_mean[j], 0.99 * before.moving_mean[j] + 0.01 * mean, 1e-6);
    // Blocks of 64 squares in float32: 4e-6 relative at worst, a hundredth of it moves.
    ASSERT_NEAR(layer.moving_variance[j], 0.99 * before.moving_variance[j] + 0.01 * variance,
                1e-6 * before.moving_variance[j] + 1e-7 * variance);
  }
}

TEST_P(BatchNormalizationSizes, BackwardSumsAreThoseOfAllRows) {
  const auto [rows, width] = GetParam();
  Layer layer(rows, width);
  layer.draw(0.0, 2);
  normalize_batch(layer.arrays(), layer.z.data());
  // 48,000 additions of 0.1 in float32 would be off by 1e-3 of their sum.
  AlignedVector<float> delta(layer.z.size(), 0.1F);
  for (std::size_t i = 0; i < delta.size(); i += 3) delta[i] = 0.4F;
  const AlignedVector<float> before = delta;
  std::vector<float> dgamma(layer.gamma.size());
  std::vector<float> dbeta(layer.gamma.size());
  batch_normalization_backward(layer.arrays(), delta.data(), dgamma.data(), dbeta.data());
  for (std::size_t j = 0; j < layer.gamma.size(); ++j) {
    double beta = 0.0;
    double gamma = 0.0;
    double magnitude = 0.0;
    double left = 0.0;
    for (std::int64_t row = 0; row < rows; ++row) {
      const double error = before[static_cast<std::size_t>(row * width) + j];
      beta += error;
      gamma += error * layer.normalized(row, j);
      magnitude += std::abs(error * layer.normalized(row, j));
      left += delta[static_cast<std::size_t>(row * width) + j];
    }
    ASSERT_NEAR(dbeta[j], beta, 2e-6 * beta);
    ASSERT_NEAR(dgamma[j], gamma, 2e-6 * magnitude);
    ASSERT_NEAR(left, 0.0, 2e-6 * beta) << "a common shift of a column's sums changes nothing";
  }
}

INSTANTIATE_TEST_SUITE_P(All, BatchNormalizationSizes,
                         testing::Values(Size{2, 1}, Size{32, 64}, Size{63, 130}, Size{64, 10}, Size{65, 3},
                                         Size{48000, 67}));

TEST(BatchNormalization, MovingStatisticsFollowSeveralBatches) {
  Layer layer(20, 5);
  std::vector<double> mean(layer.moving_mean.begin(), layer.moving_mean.end());
  std::vector<double> variance(layer.moving_variance.begin(), layer.moving_variance.end());
  for (std::uint64_t batch = 0; batch < 300; ++batch) {
    layer.draw(3.0, batch);
    for (std::size_t j = 0; j < 5; ++j) {
      mean[j] = 0.99 * mean[j] + 0.01 * layer.mean(j);
      variance[j] = 0.99 * variance[j] + 0.01 * layer.variance(j);
    }
    normalize_batch(layer.arrays(), layer.z.data());
  }
  for (std::size_t j = 0; j < 5; ++j) {
    EXPECT_NEAR(layer.moving_mean[j], mean[j], 1e-5);
    EXPECT_NEAR(layer.moving_variance[j], variance[j], 1e-5);
    EXPECT_NEAR(mean[j], 3.0, 0.3) << "0.99^300 = 0.05 of the start is left";
  }
}

TEST(BatchNormalization, InferenceTakesTheMovingStatistics) {
  Layer layer(9, 130);
  layer.draw(2.0, 3);
  Layer before = layer;
  normalize_by_moving_statistics(layer.arrays(), layer.z.data());
  for (std::int64_t row = 0; row < 9; ++row) {
    for (std::size_t j = 0; j < 130; ++j) {
      const double expected = static_cast<double>(before.gamma[j]) *
                              (static_cast<double>(before.at(row, j)) - before.moving_mean[j]) /
                              std::sqrt(before.moving_variance[j] + 1e-3);
      ASSERT_NEAR(layer.at(row, j), expected, 1e-6 + 1e-6 * std::abs(expected));
    }
  }
  EXPECT_EQ(layer.moving_mean, before.moving_mean);
  EXPECT_EQ(layer.moving_variance, before.moving_variance);
}

TEST(BatchNormalization, OneRowBecomesZeroAndPassesNoGradient) {
  Layer layer(1, 3);
  layer.z = {1e20F, -7.0F, 0.0F};
  normalize_batch(layer.arrays(), layer.z.data());
  EXPECT_EQ(layer.z, (AlignedVector<float>{0.0F, 0.0F, 0.0F}));
  AlignedVector<float> delta = {1.0F, 2.0F, 3.0F};
  std::vector<float> dgamma(3);
  std::vector<float> dbeta(3);
  batch_normalization_backward(layer.arrays(), delta.data(), dgamma.data(), dbeta.data());
  EXPECT_EQ(delta, (AlignedVector<float>{0.0F, 0.0F, 0.0F}));
  EXPECT_EQ(dgamma, (std::vector<float>{0.0F, 0.0F, 0.0F}));
  EXPECT_EQ(dbeta, (std::vector<float>{1.0F, 2.0F, 3.0F}));
}

}  // namespace
}  // namespace trawl
