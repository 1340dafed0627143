#include "trawl/nn/sparse_batch.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/nn/samples.hpp"
#include "trawl/base/random.hpp"
#include "trawl/nn/optimizer_kind.hpp"

namespace trawl {
namespace {

constexpr std::int64_t kFeatures = 300;  // more than stay in the nearest cache together
constexpr std::int64_t kClasses = 5;

/// Normal features, each 0 with probability `zeros`, dense and by their non-zeros.
template <class Scalar>
struct RandomRows {
  RandomRows(std::int64_t rows, double zeros, StreamKey key) : nonzeros(static_cast<std::size_t>(rows)) {
    RandomStream stream(key);
    for (auto& row : nonzeros) {
      for (std::int32_t i = 0; i < kFeatures; ++i) {
        const auto value = static_cast<Scalar>(stream.uniform() < zeros ? 0.0 : stream.normal());
        features.push_back(value);
        if (value != 0) row.push_back({i, value});
      }
      labels.push_back(static_cast<std::int32_t>(stream.below(kClasses)));
    }
  }

  void load(Perceptron<Scalar>& network) const {
    std::copy(labels.begin(), labels.end(), network.labels());
    if (!network.takes_nonzeros()) std::copy(features.begin(), features.end(), network.features());
    for (std::size_t row = 0; network.takes_nonzeros() && row < nonzeros.size(); ++row) {
      network.set_nonzeros(static_cast<std::int64_t>(row), nonzeros[row]);
    }
  }

  std::vector<Scalar> features;
  std::vector<std::vector<Nonzero<Scalar>>> nonzeros;
  std::vector<std::int32_t> labels;
};

TEST(SparseBatch, ColumnsHoldWhatTheRowsHold) {
  for (const double zeros : {0.0, 0.6, 1.0}) {
    SparseBatch<double> batch(kFeatures, 10, 10 * kFeatures);
    for (const std::int64_t n : {10, 3}) {
      const RandomRows<double> rows(n, zeros, StreamKey(1));
      for (std::int64_t row = 0; row < n; ++row)
        batch.set_row(row, rows.nonzeros[static_cast<std::size_t>(row)]);
      batch.transpose(0, n);
      std::vector<double> dense(rows.features.size());
      for (std::int64_t column = 0; column < kFeatures; ++column) {
        for (const auto& [row, value] : batch.column(column)) {
          dense[static_cast<std::size_t>(row * kFeatures + column)] = value;
        }
      }
      EXPECT_EQ(dense, rows.features) << zeros;
      batch.transpose(n - 1, 1);
      for (const auto& [column, value] : rows.nonzeros.back()) {
        ASSERT_EQ(batch.column(column).size(), 1U);
        EXPECT_EQ(batch.column(column)[0].index, 0);
        EXPECT_EQ(batch.column(column)[0].value, value);
      }
    }
  }
}

TEST(SparseBatch, MoreNonzerosThanThereIsRoomForAreOurFault) {
  const RandomRows<float> rows(2, 0.0, StreamKey(1));
  SparseBatch<float> batch(kFeatures, 2, 2 * kFeatures - 1);
  for (std::int64_t row = 0; row < 2; ++row) batch.set_row(row, rows.nonzeros[static_cast<std::size_t>(row)]);
  batch.transpose(0, 1);
  EXPECT_THROW(batch.transpose(0, 2), std::logic_error);
}

/// A share of zeros, an optimizer, l2.
class SparseTraining : public testing::TestWithParam<std::tuple<double, std::string, double>> {
 protected:
  /// Weights and what else is learnt after a few mini-batches of 1 to 150 rows.
  template <class Scalar, class Step>
  std::vector<Scalar> trained(Perceptron<Scalar> network, const Step& step) const {
    const auto& [zeros, kind, l2] = GetParam();
    network.initialize(Initializer::glorot_uniform, StreamKey(1));
    const auto optimizer = make_optimizer<Scalar>(optimizer_called(kind), network.n_parameters());
    std::uint64_t seed = 0;
    for (const std::int64_t rows : {33, 1, 1, 1, 2, 150, 16, 1, 7, 33, 1, 1}) {
      const RandomRows<Scalar> batch(rows, zeros, StreamKey(2).with(seed++));
      batch.load(network);
      step(network, *optimizer, rows);
    }
    return {network.parameters(0), network.parameters(0) + network.n_parameters()};
  }

  template <class Scalar>
  Perceptron<Scalar> network(bool sparse) const {
    return {shape, 150, sparse ? std::optional<std::int64_t>(150 * kFeatures) : std::nullopt};
  }

  template <class Scalar>
  void expect_same_bits() const {
    const double l2 = std::get<2>(GetParam());
    const auto train = [l2](Perceptron<Scalar>& network, Optimizer<Scalar>& optimizer, std::int64_t rows) {
      network.train(rows, optimizer, 0.01, l2, {}, nullptr);
    };
    EXPECT_EQ(trained(network<Scalar>(true), train), trained(network<Scalar>(false), train));
  }

  // 37 outputs: whole vectors and what is left behind them.
  const PerceptronShape shape{kFeatures, {37, 16}, kClasses, &activation_called("tanh"), {false, true}};
};

TEST_P(SparseTraining, GivesTheBitsOfDenseTraining) {
  expect_same_bits<float>();
  expect_same_bits<double>();
}

// One row's update of dense inputs waits until the weights are read.
TEST_P(SparseTraining, WhoReadsTheWeightsOnTheWayChangesNothing) {
  const double l2 = std::get<2>(GetParam());
  for (const int reader : {0, 1, 2, 3}) {
    const auto train = [&](Perceptron<float>& network, Optimizer<float>& optimizer, std::int64_t rows) {
      network.train(rows, optimizer, 0.01, l2, {}, nullptr);
      if (reader == 1) {
        EXPECT_NE(std::as_const(network).parameters(0), nullptr);
      }
      if (reader == 2) {
        EXPECT_GT(network.squared_weights(), 0.0);
      }
      if (reader == 3) network.evaluate(std::min<std::int64_t>(rows, 2));
    };
    EXPECT_EQ(trained(network<float>(false), train), trained(network<float>(true), train)) << reader;
  }
}

TEST_P(SparseTraining, IsWhatTheGradientAndAnUpdateDo) {
  const double l2 = std::get<2>(GetParam());
  const auto train = [l2](Perceptron<double>& network, Optimizer<double>& optimizer, std::int64_t rows) {
    network.train(rows, optimizer, 0.01, l2, {}, nullptr);
  };
  const auto update = [l2](Perceptron<double>& network, Optimizer<double>& optimizer, std::int64_t rows) {
    network.accumulate_gradient(rows, rows, Accumulate::overwrite, {}, nullptr);
    network.update(optimizer, 0.01, l2);
  };
  const std::vector<double> expected = trained(network<double>(false), update);
  for (const bool sparse : {false, true}) {
    const std::vector<double> actual = trained(network<double>(sparse), train);
    ASSERT_EQ(actual.size(), expected.size());
    // A few updates of values of order 1.
    for (std::size_t i = 0; i < actual.size(); ++i) ASSERT_NEAR(actual[i], expected[i], 1e-12) << i;
    EXPECT_EQ(trained(network<double>(sparse), update), expected);
  }
}

INSTANTIATE_TEST_SUITE_P(All, SparseTraining,
                         testing::Combine(testing::Values(0.0, 0.3, 0.8, 0.97, 1.0),
                                          testing::ValuesIn(optimizer_words()), testing::Values(0.0, 0.01)));

TEST(SparseEvaluation, GivesTheBitsOfDenseEvaluation) {
  const RandomRows<float> rows(33, 0.8, StreamKey(1));
  for (const std::vector<std::int64_t>& hidden : {std::vector<std::int64_t>{}, {150}}) {
    const PerceptronShape shape{kFeatures, hidden, kClasses};
    Perceptron<float> dense(shape, 33);
    Perceptron<float> sparse(shape, 33, 0);
    for (Perceptron<float>* network : {&dense, &sparse}) {
      network->initialize(Initializer::he_normal, StreamKey(1));
      rows.load(*network);
    }
    EXPECT_EQ(sparse.evaluate(33).cross_entropy, dense.evaluate(33).cross_entropy);
  }
}

}  // namespace
}  // namespace trawl
