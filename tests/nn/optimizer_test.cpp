#include <array>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "trawl/base/random.hpp"
#include "trawl/nn/adam.hpp"
#include "trawl/nn/momentum.hpp"
#include "trawl/nn/nesterov.hpp"
#include "trawl/nn/optimizer_kind.hpp"
#include "trawl/nn/rmsprop.hpp"
#include "trawl/nn/sgd.hpp"

namespace trawl {
namespace {

constexpr std::int64_t kSize = 37;  // no multiple of any vector
constexpr int kUpdates = 20;
constexpr double kL2 = 0.01;

double rate_of(int update) { return 0.05 / (1.0 + 0.1 * update); }

/// One parameter, one update of the formula as the header states it. t is 1 at the first.
using Formula = std::function<void(double g, double rate, int t, double& w, std::array<double, 2>& state)>;

double gradient_of(int update, std::int64_t i) {
  RandomStream stream(
      StreamKey(5).with(static_cast<std::uint64_t>(update)).with(static_cast<std::uint64_t>(i)));
  return stream.normal();
}

std::vector<double> by_formula(const Formula& formula) {
  std::vector<double> weights;
  for (std::int64_t i = 0; i < kSize; ++i) {
    double w = 0.1 * static_cast<double>(i) - 1.0;
    std::array<double, 2> state{};
    for (int t = 0; t < kUpdates; ++t) formula(gradient_of(t, i) + 2 * kL2 * w, rate_of(t), t + 1, w, state);
    weights.push_back(w);
  }
  return weights;
}

template <class Scalar>
std::vector<double> by_optimizer(const OptimizerKind& kind) {
  constexpr std::int64_t kAt = 64;  // the array stands behind others
  const auto optimizer = make_optimizer<Scalar>(kind, kAt + kSize);
  AlignedVector<Scalar> weights(kSize);
  AlignedVector<Scalar> gradient(kSize);
  AlignedVector<Scalar> before(kAt, Scalar{1});
  const AlignedVector<Scalar> no_gradient(kAt);
  for (std::int64_t i = 0; i < kSize; ++i) {
    weights[static_cast<std::size_t>(i)] = static_cast<Scalar>(0.1 * static_cast<double>(i) - 1.0);
  }
  for (int t = 0; t < kUpdates; ++t) {
    for (std::int64_t i = 0; i < kSize; ++i) {
      gradient[static_cast<std::size_t>(i)] = static_cast<Scalar>(gradient_of(t, i));
    }
    optimizer->begin_update(rate_of(t));
    optimizer->apply({0, kAt, before.data(), no_gradient.data(), 0.0});
    optimizer->apply({kAt, kSize, weights.data(), gradient.data(), kL2});
  }
  EXPECT_EQ(before, AlignedVector<Scalar>(kAt, Scalar{1})) << "no gradient, no change";
  return {weights.begin(), weights.end()};
}

void expect_formula(const OptimizerKind& kind, const Formula& formula) {
  const std::vector<double> expected = by_formula(formula);
  const std::vector<double> in_double = by_optimizer<double>(kind);
  const std::vector<double> in_float = by_optimizer<float>(kind);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(in_double[i], expected[i], 1e-13) << "parameter " << i;
    // 20 updates of a few roundings of 6e-8 each, in weights of order 1.
    EXPECT_NEAR(in_float[i], expected[i], 2e-5) << "parameter " << i;
  }
}

TEST(Optimizer, SgdFollowsItsFormula) {
  expect_formula(sgd_kind(),
                 [](double g, double rate, int, double& w, std::array<double, 2>&) { w -= rate * g; });
}

TEST(Optimizer, MomentumKeepsTheLearningRateInsideTheVelocity) {
  expect_formula(momentum_kind(), [](double g, double rate, int, double& w, std::array<double, 2>& state) {
    state[0] = 0.9 * state[0] - rate * g;
    w += state[0];
  });
}

TEST(Optimizer, NesterovLooksAhead) {
  expect_formula(nesterov_kind(), [](double g, double rate, int, double& w, std::array<double, 2>& state) {
    state[0] = 0.9 * state[0] - rate * g;
    w += 0.9 * state[0] - rate * g;
  });
}

TEST(Optimizer, RmsPropHasEpsilonInsideTheRoot) {
  expect_formula(rmsprop_kind(), [](double g, double rate, int, double& w, std::array<double, 2>& state) {
    state[0] = 0.9 * state[0] + 0.1 * g * g;
    w -= rate * g / std::sqrt(state[0] + 1e-7);
  });
}

TEST(Optimizer, AdamCorrectsItsBias) {
  expect_formula(adam_kind(), [](double g, double rate, int t, double& w, std::array<double, 2>& state) {
    state[0] += 0.1 * (g - state[0]);
    state[1] += 0.001 * (g * g - state[1]);
    const double step = rate * std::sqrt(1 - std::pow(0.999, t)) / (1 - std::pow(0.9, t));
    w -= step * state[0] / (std::sqrt(state[1]) + 1e-7);
  });
}

TEST(Optimizer, EpsilonStandsWhereTheFormulaSays) {
  // With a tiny gradient ε decides: rmsprop moves by η g / √(0.1 g² + ε), adam's ε is outside.
  AlignedVector<double> gradient(1, 1e-5);
  AlignedVector<double> weights(1, 0.0);
  OptimizerSettings settings;
  settings["epsilon"] = 1e-2;
  const auto rmsprop = make_optimizer<double>(rmsprop_kind(), 1, settings);
  rmsprop->begin_update(1.0);
  rmsprop->apply({0, 1, weights.data(), gradient.data(), 0.0});
  EXPECT_NEAR(weights[0], -1e-5 / 0.1, 1e-9);
  const auto adam = make_optimizer<double>(adam_kind(), 1, settings);
  weights[0] = 0.0;
  adam->begin_update(1.0);
  adam->apply({0, 1, weights.data(), gradient.data(), 0.0});
  const double first_step = std::sqrt(0.001) / 0.1;
  EXPECT_NEAR(weights[0], -first_step * 1e-6 / (std::sqrt(0.001) * 1e-5 + 1e-2), 1e-12);
}

TEST(Optimizer, IsFoundByItsWord) {
  for (const std::string& word : optimizer_words()) EXPECT_EQ(optimizer_called(word).word, word);
  EXPECT_EQ(optimizer_words().size(), optimizer_kinds().size());
  EXPECT_THROW(optimizer_called("sdg"), std::logic_error);
}

TEST(Optimizer, TakesSettingsOfTheTableAlone) {
  const OptimizerSettings settings;
  for (const OptimizerKind* kind : optimizer_kinds()) {
    for (const char* name : kind->settings) EXPECT_NO_THROW(settings[name]) << kind->word;
  }
  EXPECT_THROW(settings["beta_3"], std::logic_error);
  for (const OptimizerSetting& setting : all_optimizer_settings()) {
    EXPECT_EQ(settings[setting.name], setting.initial);
    EXPECT_FALSE(optimizers_with(setting.name).empty()) << setting.name;
  }
  EXPECT_EQ(optimizers_with("epsilon"), (std::vector<std::string>{"rmsprop", "adam"}));
}

// The message with which a new optimizer is refused; "": it was taken.
std::string refusal(const OptimizerKind& kind, const std::vector<OptimizerSetting>& own = {}) {
  try {
    add_optimizer_kind(kind, own);
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "";
}

void expect_refused(const OptimizerKind& kind, const std::vector<OptimizerSetting>& own,
                    const std::string& words) {
  const std::string text = refusal(kind, own);
  EXPECT_NE(text.find(words), std::string::npos) << text;
}

TEST(Optimizer, OfAnotherProgramIsRefusedByName) {
  const OptimizerSetting nu = {.name = "nu", .initial = 0.5, .high = 1.0};
  expect_refused(optimizer_kind_of<Sgd>("adam", {}), {}, "there are two optimizers adam");
  for (const char* word : {"", "My-Sgd", "1st", "_sgd"}) {
    expect_refused(optimizer_kind_of<Sgd>(word, {}), {}, "an optimizer needs a word");
  }
  expect_refused({"mine", {}, nullptr, nullptr}, {}, "functions that make it");
  expect_refused(optimizer_kind_of<Sgd>("mine", {"nu"}), {}, "mine takes nu: describe it");
  expect_refused(optimizer_kind_of<Sgd>("mine", {}), {nu}, "mine does not take nu");
  expect_refused(optimizer_kind_of<Sgd>("mine", {"rho"}), {{.name = "rho", .initial = 0.5}},
                 "take a number rho already");
  expect_refused(optimizer_kind_of<Sgd>("mine", {"nu"}), {{.name = "nu", .initial = 2.0, .high = 1.0}},
                 "nu is 2 at first");
  expect_refused(optimizer_kind_of<Sgd>("mine", {"N"}), {{.name = "N", .initial = 2.0}}, "its name is N");
  const OptimizerSettings settings;  // from now on the table is in use
  expect_refused(optimizer_kind_of<Sgd>("mine", {"nu"}), {nu}, "nu comes too late");
  expect_refused(optimizer_kind_of<Sgd>("mine", {}), {}, "mine comes too late");
  EXPECT_EQ(refusal(sgd_kind()), "") << "added once more";
  EXPECT_EQ(optimizer_words().back(), "adam");
}

}  // namespace
}  // namespace trawl
