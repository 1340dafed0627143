#include "trawl/nn/initializer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace trawl {
namespace {

std::vector<double> drawn(Initializer initializer, std::int64_t inputs, std::int64_t outputs) {
  std::vector<double> weights(static_cast<std::size_t>(inputs * outputs));
  initialize(initializer, inputs, outputs, RandomStream(StreamKey(7).with("weights").with(0)),
             weights.data());
  return weights;
}

struct Moments {
  double mean = 0.0;
  double variance = 0.0;
  double largest = 0.0;
};

Moments moments_of(const std::vector<double>& values) {
  Moments moments;
  for (const double value : values) {
    moments.mean += value;
    moments.variance += value * value;
    moments.largest = std::max(moments.largest, std::abs(value));
  }
  moments.mean /= static_cast<double>(values.size());
  moments.variance /= static_cast<double>(values.size());
  return moments;
}

constexpr std::int64_t kInputs = 800;
constexpr std::int64_t kOutputs = 200;

void expect_moments(Initializer initializer, double variance, double limit) {
  const Moments moments = moments_of(drawn(initializer, kInputs, kOutputs));
  // 160,000 draws: the mean is off by √v / 400, the variance by about v · 1.4 / 400; five of each.
  EXPECT_NEAR(moments.mean, 0.0, 5.0 * std::sqrt(variance) / 400.0);
  EXPECT_NEAR(moments.variance, variance, 5.0 * variance * 1.4 / 400.0);
  EXPECT_LE(moments.largest, limit);
  EXPECT_GT(moments.largest, 0.999 * limit);
}

TEST(Initializer, UniformFillsItsInterval) {
  const double glorot = 2.0 / (kInputs + kOutputs);
  const double he = 2.0 / kInputs;
  expect_moments(Initializer::glorot_uniform, glorot, std::sqrt(3.0 * glorot));
  expect_moments(Initializer::he_uniform, he, std::sqrt(3.0 * he));
}

TEST(Initializer, NormalIsCutAtTwoDeviationsAndKeepsItsVariance) {
  const double glorot = 2.0 / (kInputs + kOutputs);
  const double he = 2.0 / kInputs;
  expect_moments(Initializer::glorot_normal, glorot, 2.0 * std::sqrt(glorot) / 0.87962566103423978);
  expect_moments(Initializer::he_normal, he, 2.0 * std::sqrt(he) / 0.87962566103423978);
}

TEST(Initializer, FloatsAreTheDoublesRounded) {
  std::vector<float> weights(12);
  initialize(Initializer::he_normal, 4, 3, RandomStream(StreamKey(7).with("weights").with(0)),
             weights.data());
  const std::vector<double> exact = drawn(Initializer::he_normal, 4, 3);
  for (std::size_t i = 0; i < weights.size(); ++i) EXPECT_EQ(weights[i], static_cast<float>(exact[i]));
}

TEST(Initializer, GoldenValues) {
  // Results of earlier versions depend on these: they may not change.
  const std::array<float, 4> uniform = {-0.77113861F, 0.97046858F, -0.87767822F, -1.1873698F};
  const std::array<float, 4> normal = {0.4088611F, 0.44233322F, -0.84332055F, 0.026549185F};
  std::array<float, 4> weights{};
  const RandomStream stream(StreamKey(7).with(3).with(0).with("weights").with(0));
  initialize(Initializer::glorot_uniform, 2, 2, stream, weights.data());
  for (std::size_t i = 0; i < weights.size(); ++i) EXPECT_FLOAT_EQ(weights[i], uniform[i]);
  initialize(Initializer::glorot_normal, 2, 2, stream, weights.data());
  for (std::size_t i = 0; i < weights.size(); ++i) EXPECT_FLOAT_EQ(weights[i], normal[i]);
}

}  // namespace
}  // namespace trawl
