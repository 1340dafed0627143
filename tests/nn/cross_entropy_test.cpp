#include "trawl/nn/cross_entropy.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "trawl/nn/aligned_vector.hpp"

namespace trawl {
namespace {

TEST(CrossEntropy, MatchesTheFormula) {
  AlignedVector<double> logits = {1.0, 2.0, 0.5, -1.0, 0.0, 3.0};
  const std::int32_t labels[] = {1, 0};
  const double first = std::exp(1.0) + std::exp(2.0) + std::exp(0.5);
  const double second = std::exp(-1.0) + 1.0 + std::exp(3.0);
  const BatchSums sums = softmax_cross_entropy(labels, 2, 3, 0.0, logits.data());
  EXPECT_NEAR(sums.cross_entropy, std::log(first) - 2.0 + std::log(second) + 1.0, 1e-12);
  EXPECT_EQ(sums.correct, 1);
  EXPECT_NEAR(logits[0], std::exp(1.0) / first, 1e-12) << "without a scale: the probabilities";
  EXPECT_NEAR(logits[5], std::exp(3.0) / second, 1e-12);
}

TEST(CrossEntropy, GradientIsProbabilityMinusOneHotScaled) {
  AlignedVector<double> logits = {1.0, 2.0};
  const std::int32_t labels[] = {0};
  const double p = 1.0 / (1.0 + std::exp(1.0));
  softmax_cross_entropy(labels, 1, 2, 0.25, logits.data());
  EXPECT_NEAR(logits[0], 0.25 * (p - 1.0), 1e-12);
  EXPECT_NEAR(logits[1], 0.25 * (1.0 - p), 1e-12);
}

TEST(CrossEntropy, LargeLogitsDoNotOverflow) {
  AlignedVector<float> logits = {1e30F, -1e30F, 0.0F};
  const std::int32_t labels[] = {0};
  EXPECT_EQ(softmax_cross_entropy(labels, 1, 3, 1.0, logits.data()).cross_entropy, 0.0);
}

TEST(CrossEntropy, TiesGoToTheFirstClass) {
  AlignedVector<float> logits = {2.0F, 2.0F, 2.0F, 2.0F};
  const std::int32_t labels[] = {0, 1};
  EXPECT_EQ(softmax_cross_entropy(labels, 2, 2, 0.0, logits.data()).correct, 1);
}

TEST(CrossEntropy, NanInAnyLogitIsNotHidden) {
  for (std::size_t bad = 0; bad < 40; ++bad) {
    AlignedVector<float> logits(40, 1.0F);
    logits[bad] = std::numeric_limits<float>::quiet_NaN();
    const std::int32_t labels[] = {3, 0, 9, 5};
    EXPECT_TRUE(std::isnan(softmax_cross_entropy(labels, 4, 10, 1.0, logits.data()).cross_entropy)) << bad;
  }
}

}  // namespace
}  // namespace trawl
