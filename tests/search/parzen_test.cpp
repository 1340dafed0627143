#include "trawl/search/parzen.hpp"

#include <cmath>
#include <cstdint>

#include <gtest/gtest.h>

namespace trawl {
namespace {

using Places = std::vector<std::vector<double>>;

const CategoricalDistribution kThree = {{std::int64_t{0}, std::int64_t{1}, std::int64_t{2}}};

// Thirty points, so that the oldest weigh less.
double share(int i, int stride) { return (i * stride % 30) / 30.0; }

/// The kernels and the mixture as the formulas say, computed with NumPy and SciPy:
///   w = concatenate([linspace(1/30, 1, 5), ones(25), [1]]); w /= w.sum(); s = 0.2 * 30**(-1/8) * (high -
///   low) numbers: norm.pdf(x, m, s) / (cdf(high) - cdf(low)), the prior with s = high - low in the middle;
///   whole numbers: the mass from x - 0.5 to x + 0.5; choices: ((c == c_i) + 1/31) / (1 + 3/31), prior 1/3.
TEST(Parzen, IsTheMixtureOfTheFormulas) {
  std::vector<Coordinate> coordinates;
  coordinates.emplace_back(FloatDistribution{0.0, 0.6, false, {}, {}});
  coordinates.emplace_back(FloatDistribution{1e-4, 1.0, true, {}, {}});
  coordinates.emplace_back(IntDistribution{0, 12, false, {}, {}});
  coordinates.emplace_back(kThree);
  Places points;
  for (int i = 0; i < 30; ++i) {
    points.push_back({0.6 * share(i, 7), coordinates[1].at(std::pow(10.0, -4 + 4 * share(i, 11))),
                      static_cast<double>(i * 5 % 13), static_cast<double>(i % 3)});
  }
  const Parzen parzen(coordinates, points);
  const double expected[] = {-5.837830727626153, -6.400883334780165, -5.077512143117204,
                             -5.939753262122744, -4.398768899295653, -7.839514848650483};
  for (int i = 0; i < 6; ++i) {
    const std::vector<double> place = {0.1 * i, coordinates[1].at(std::pow(10.0, -4 + 0.6 * i)), 2.0 * i,
                                       static_cast<double>(i % 3)};
    EXPECT_NEAR(parzen.log_density(place), expected[i], 1e-11) << i;
  }
}

/// Optuna 3.1.0: _ParzenEstimator(observations, space, _ParzenEstimatorParameters(True, 1.0, True, False,
/// default_weights, True)).log_pdf(samples), of the last two parameters above. (Of floats that release leaves
/// out the width that a normal density is divided by.)
TEST(Parzen, IsOptunasWhereValuesAreDiscrete) {
  std::vector<Coordinate> coordinates;
  coordinates.emplace_back(IntDistribution{0, 12, false, {}, {}});
  coordinates.emplace_back(kThree);
  Places points;
  for (int i = 0; i < 30; ++i)
    points.push_back({static_cast<double>(i * 5 % 13), static_cast<double>(i % 3)});
  const Parzen parzen(coordinates, points);
  const double expected[] = {-4.1767054028,  -3.82515206339, -3.75487865871,
                             -3.61278812967, -3.37314836579, -3.52644116404};
  for (int i = 0; i < 6; ++i) {
    EXPECT_NEAR(parzen.log_density({2.0 * i, static_cast<double>(i % 3)}), expected[i], 1e-9) << i;
  }
}

TEST(Parzen, MassesOfAWholeSpaceAreOne) {
  const std::vector<Distribution> spaces = {
      IntDistribution{1, 9, false, {}, {}}, IntDistribution{1, 64, true, {}, {}},
      IntDistribution{0, 30, false, 5, {}}, FloatDistribution{0.0, 0.6, false, 0.15, {}}, kThree};
  for (const Distribution& distribution : spaces) {
    const std::vector<Coordinate> coordinates(1, Coordinate(distribution));
    Places all;
    if (const auto* whole = std::get_if<IntDistribution>(&distribution)) {
      for (std::int64_t x = whole->low; x <= whole->high; x += whole->step.value_or(1))
        all.push_back({coordinates[0].at(x)});
    } else if (std::holds_alternative<FloatDistribution>(distribution)) {
      for (const double x : {0.0, 0.15, 0.3, 0.45, 0.6}) all.push_back({x});
    } else {
      all = {{0.0}, {1.0}, {2.0}};
    }
    for (const std::size_t n_points : {0U, 1U, 3U}) {
      const Parzen parzen(coordinates,
                          Places(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n_points)));
      double sum = 0.0;
      for (const std::vector<double>& place : all) sum += std::exp(parzen.log_density(place));
      EXPECT_NEAR(sum, 1.0, 1e-12) << distribution.index() << " with " << n_points;
    }
  }
}

TEST(Parzen, SamplesAreValuesNearItsPoints) {
  const std::vector<Coordinate> coordinates = {Coordinate(FloatDistribution{0.0, 1.0, false, {}, {}}),
                                               Coordinate(IntDistribution{1, 100, false, {}, {}}),
                                               Coordinate(kThree)};
  const Parzen parzen(coordinates, Places(20, {0.25, 70.0, 2.0}));
  RandomStream random(StreamKey(1));
  int n_near = 0;
  for (int i = 0; i < 500; ++i) {
    const std::vector<double> place = parzen.sample(random);
    ASSERT_GE(place[0], 0.0);
    ASSERT_LE(place[0], 1.0);
    ASSERT_EQ(place[1], std::floor(place[1]));
    ASSERT_GE(place[1], 1.0);
    ASSERT_LE(place[1], 100.0);
    ASSERT_TRUE(place[2] == 0.0 || place[2] == 1.0 || place[2] == 2.0);
    if (std::abs(place[0] - 0.25) < 0.3 && std::abs(place[1] - 70.0) < 30.0 && place[2] == 2.0) ++n_near;
  }
  EXPECT_GT(n_near, 350);
}

}  // namespace
}  // namespace trawl
