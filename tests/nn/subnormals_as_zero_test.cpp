#include "trawl/nn/subnormals_as_zero.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "trawl/nn/adam.hpp"
#include "trawl/nn/perceptron.hpp"

namespace trawl {
namespace {

float half_of(float value) {
  const volatile float factor = 0.5F;
  return value * factor;
}

TEST(SubnormalsAsZero, AreAsUsualAfterwards) {
  constexpr float kSmallest = std::numeric_limits<float>::min();
  {
    const SubnormalsAsZero subnormals;
    EXPECT_EQ(half_of(kSmallest), 0.0F);
  }
  EXPECT_GT(half_of(kSmallest), 0.0F);
}

TEST(SubnormalsAsZero, AnOptimizerRemembersNone) {
  Perceptron<float> network({2, {4}, 2}, 1);
  network.initialize(Initializer::he_normal, StreamKey(1));
  const auto adam = make_optimizer<float>(adam_kind(), network.n_parameters());
  network.labels()[0] = 1;
  // The second input falls silent: what is remembered of it decays past the smallest normal number.
  for (int update = 0; update < 2000; ++update) {
    network.features()[0] = 1.0F;
    network.features()[1] = update == 0 ? 1.0F : 0.0F;
    network.train(1, *adam, 1e-3, 0.0, {}, nullptr);
  }
  for (const auto& array : adam->memory().arrays) {
    for (const float value : array) EXPECT_NE(std::fpclassify(value), FP_SUBNORMAL);
  }
}

}  // namespace
}  // namespace trawl
