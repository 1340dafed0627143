#include "trawl/nn/dense.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "trawl/base/random.hpp"
#include "trawl/nn/activation.hpp"
#include "trawl/nn/aligned_vector.hpp"
#include "trawl/nn/relu.hpp"
#include "trawl/nn/sigmoid.hpp"
#include "trawl/nn/tanh.hpp"

namespace trawl {
namespace {

using Values = AlignedVector<double>;

Values random_values(std::int64_t n, const std::string& name) {
  RandomStream stream(StreamKey(3).with(name));
  Values values(static_cast<std::size_t>(n));
  for (double& value : values) value = stream.normal();
  return values;
}

double& at(Values& values, std::int64_t columns, std::int64_t i, std::int64_t j) {
  return values[static_cast<std::size_t>(i * columns + j)];
}

/// The three products by their definition, beside Eigen's.
class DenseProducts : public testing::TestWithParam<DenseProduct> {
 protected:
  const DenseProduct shape = GetParam();
  Values x = random_values(shape.rows * shape.inputs, "x");
  Values w = random_values(shape.inputs * shape.outputs, "w");
  Values delta = random_values(shape.rows * shape.outputs, "delta");
};

void expect_near(const Values& actual, const Values& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  // Sums of at most 2000 products of order 1, added in another order.
  for (std::size_t i = 0; i < actual.size(); ++i) ASSERT_NEAR(actual[i], expected[i], 1e-11) << i;
}

TEST_P(DenseProducts, Forward) {
  Values y(static_cast<std::size_t>(shape.rows * shape.outputs), 99.0);
  Values expected(y.size());
  for (std::int64_t row = 0; row < shape.rows; ++row) {
    for (std::int64_t i = 0; i < shape.inputs; ++i) {
      for (std::int64_t j = 0; j < shape.outputs; ++j) {
        at(expected, shape.outputs, row, j) += at(x, shape.inputs, row, i) * at(w, shape.outputs, i, j);
      }
    }
  }
  dense_forward(shape, x.data(), w.data(), y.data());
  expect_near(y, expected);
}

TEST_P(DenseProducts, GradientOverwritesThenAdds) {
  Values dw(w.size(), 99.0);
  Values db(static_cast<std::size_t>(shape.outputs), 99.0);
  Values expected_w(dw.size());
  Values expected_b(db.size());
  for (std::int64_t row = 0; row < shape.rows; ++row) {
    for (std::int64_t j = 0; j < shape.outputs; ++j) {
      const double error = at(delta, shape.outputs, row, j);
      expected_b[static_cast<std::size_t>(j)] += 2.0 * error;
      for (std::int64_t i = 0; i < shape.inputs; ++i) {
        at(expected_w, shape.outputs, i, j) += 2.0 * at(x, shape.inputs, row, i) * error;
      }
    }
  }
  for (const double keep : {0.0, 1.0}) {
    dense_gradient(shape, x.data(), shape.inputs, delta.data(), keep, dw.data());
    bias_gradient(shape.rows, shape.outputs, delta.data(), keep, db.data());
  }
  expect_near(dw, expected_w);
  expect_near(db, expected_b);
}

TEST_P(DenseProducts, Backward) {
  const Values slopes = random_values(shape.rows * shape.inputs, "slopes");
  Values dx(x.size(), 99.0);
  Values expected(dx.size());
  for (std::int64_t row = 0; row < shape.rows; ++row) {
    for (std::int64_t i = 0; i < shape.inputs; ++i) {
      double& sum = at(expected, shape.inputs, row, i);
      for (std::int64_t j = 0; j < shape.outputs; ++j) {
        sum += at(delta, shape.outputs, row, j) * at(w, shape.outputs, i, j);
      }
      sum *= slopes[static_cast<std::size_t>(row * shape.inputs + i)];
    }
  }
  dense_backward(shape, delta.data(), w.data(), slopes.data(), dx.data());
  expect_near(dx, expected);
}

// Among them more rows than are multiplied unpacked, and a depth of several panels.
INSTANTIATE_TEST_SUITE_P(Shapes, DenseProducts,
                         testing::Values(DenseProduct{1, 1, 1}, DenseProduct{1, 50, 30},
                                         DenseProduct{2, 3, 5}, DenseProduct{33, 65, 17},
                                         DenseProduct{70, 130, 192}, DenseProduct{5, 20, 2000},
                                         DenseProduct{5, 2000, 20}));

TEST(SumOfSquares, AddsBlocksInDouble) {
  AlignedVector<float> ones(1000001, 1.0F);
  EXPECT_EQ(sum_of_squares(ones.data(), 1000001), 1000001.0);
}

class Activations : public testing::TestWithParam<std::string> {};

TEST_P(Activations, NanIsNotHidden) {
  constexpr std::int64_t kWidth = 37;
  const AlignedVector<float> bias(kWidth);
  for (std::size_t bad = 0; bad < kWidth; ++bad) {
    AlignedVector<float> z(kWidth, 0.5F);
    z[bad] = std::numeric_limits<float>::quiet_NaN();
    activate(activation_called(GetParam()), bias.data(), 1, kWidth, z.data(), nullptr);
    EXPECT_TRUE(std::isnan(z[bad])) << bad;
  }
}

TEST_P(Activations, SlopesAreTheDerivative) {
  constexpr double kStep = 1e-6;
  const Values bias(1, 0.25);
  for (const double sum : {-3.0, -0.4, 0.3, 2.0}) {
    Values z = {sum - 0.25, sum - 0.25 - kStep, sum - 0.25 + kStep};
    Values slopes(3);
    activate(activation_called(GetParam()), bias.data(), 3, 1, z.data(), slopes.data());
    EXPECT_NEAR(slopes[0], (z[2] - z[1]) / (2 * kStep), 1e-8) << sum;
  }
}

TEST(Activation, ValuesAreTheFunctions) {
  const AlignedVector<float> bias(1);
  for (const float z : {-20.0F, -2.0F, 0.0F, 0.1F, 5.0F, 90.0F}) {
    AlignedVector<float> relu(33, z);
    AlignedVector<float> tanh(33, z);
    AlignedVector<float> sigmoid(33, z);
    activate(relu_activation(), bias.data(), 33, 1, relu.data(), nullptr);
    activate(tanh_activation(), bias.data(), 33, 1, tanh.data(), nullptr);
    activate(sigmoid_activation(), bias.data(), 33, 1, sigmoid.data(), nullptr);
    for (std::size_t i = 0; i < 33; ++i) {  // whole vectors and what is left behind them
      EXPECT_EQ(relu[i], std::max(z, 0.0F));
      EXPECT_NEAR(tanh[i], std::tanh(z), 5e-7);
      EXPECT_NEAR(sigmoid[i], 1.0 / (1.0 + std::exp(-static_cast<double>(z))), 5e-7);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Activations, testing::ValuesIn(activation_words()));

}  // namespace
}  // namespace trawl
