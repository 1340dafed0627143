// Estimates the density of points by a kernel around each.
#include "trawl/search/parzen.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "trawl/search/portable_math.hpp"

namespace trawl {
namespace {

constexpr std::size_t kFull = 25;  // points that weigh 1

/// Of so many points, the oldest first, then of the prior; their sum is 1.
std::vector<double> weights_of(std::size_t n_points) {
  std::vector<double> weights(n_points + 1, 1.0);
  if (n_points > kFull) {
    const std::size_t n = n_points - kFull;
    const double first = 1.0 / static_cast<double>(n_points);
    for (std::size_t i = 0; i < n; ++i) {
      const double share = n == 1 ? 0.0 : static_cast<double>(i) / static_cast<double>(n - 1);
      weights[i] = first + share * (1.0 - first);
    }
  }
  double sum = 0.0;
  for (const double weight : weights) sum += weight;
  for (double& weight : weights) weight /= sum;
  return weights;
}

/// Of the range: 0.2 n^(-1 / (d + 4)).
double scotts_width(std::size_t n_points, std::size_t n_dimensions) {
  const double power = -1.0 / (static_cast<double>(n_dimensions) + 4.0);
  return 0.2 * portable::exp(power * portable::log(static_cast<double>(n_points)));
}

}  // namespace

Parzen::Parzen(const std::vector<Coordinate>& coordinates, const std::vector<std::vector<double>>& points)
    : coordinates_(coordinates),
      n_kernels_(points.size() + 1),
      weights_(weights_of(points.size())),
      normals_(coordinates.size()),
      chosen_(coordinates.size()) {
  for (const Coordinate& coordinate : coordinates) n_dimensions_ += coordinate.is_single() ? 0 : 1;
  for (std::size_t i = 0; i < coordinates.size(); ++i) {
    if (coordinates[i].is_single()) continue;
    if (coordinates[i].n_choices() == 0) {
      add_normals(i, points);
    } else {
      for (const std::vector<double>& point : points) chosen_[i].push_back(point[i]);
    }
  }
}

void Parzen::add_normals(std::size_t dimension, const std::vector<std::vector<double>>& points) {
  const Coordinate& coordinate = coordinates_[dimension];
  const double range = coordinate.high() - coordinate.low();
  const double n_kernels = static_cast<double>(n_kernels_);
  constexpr double kMostKernels = 100.0;
  const double least = range / std::min(kMostKernels, 1.0 + n_kernels);
  const double width =
      points.empty() ? range : std::clamp(scotts_width(points.size(), n_dimensions_) * range, least, range);
  const auto add = [&](double mean, double its_width) {
    const double low = (coordinate.low() - mean) / its_width;
    const double high = (coordinate.high() - mean) / its_width;
    normals_[dimension].push_back(
        {mean, its_width, portable::normal_below(low), portable::normal_between(low, high)});
  };
  for (const std::vector<double>& point : points) add(point[dimension], width);
  add(coordinate.low() + range / 2, range);
}

std::vector<double> Parzen::sample(RandomStream& random) const {
  double share = random.uniform();
  std::size_t kernel = 0;
  while (kernel + 1 < n_kernels_ && share >= weights_[kernel]) share -= weights_[kernel++];
  std::vector<double> place(coordinates_.size(), 0.0);
  for (std::size_t i = 0; i < coordinates_.size(); ++i) {
    const Coordinate& coordinate = coordinates_[i];
    if (coordinate.is_single()) {
      place[i] = coordinate.n_choices() > 0 ? 0.0 : coordinate.at(coordinate.value(coordinate.low()));
      continue;
    }
    const double u = random.uniform();
    if (coordinate.n_choices() > 0) {
      const auto n = static_cast<double>(coordinate.n_choices());
      const double extra = kernel + 1 < n_kernels_ ? 1.0 / (1.0 + n / static_cast<double>(n_kernels_)) : 0.0;
      const double choice = std::min(n - 1.0, std::floor((u - extra) / (1.0 - extra) * n));
      place[i] = u < extra ? chosen_[i][kernel] : choice;
      continue;
    }
    const Normal& normal = normals_[i][kernel];
    constexpr double kTiny = 1e-300;
    const double below = std::clamp(normal.below_low + u * normal.within, kTiny, 1.0 - 0x1.0p-53);
    const double drawn = normal.mean + normal.width * portable::normal_quantile(below);
    const double inside = std::clamp(drawn, coordinate.low(), coordinate.high());
    place[i] = coordinate.at(coordinate.value(inside));  // discrete ones: of the value itself
  }
  return place;
}

double Parzen::share_of(std::size_t dimension, std::size_t kernel, double place,
                        const Coordinate::Interval& interval) const {
  const Coordinate& coordinate = coordinates_[dimension];
  if (coordinate.n_choices() > 0) {
    const auto n = static_cast<double>(coordinate.n_choices());
    if (kernel + 1 == n_kernels_) return 1.0 / n;
    const double all = 1.0 / static_cast<double>(n_kernels_);
    return ((chosen_[dimension][kernel] == place ? 1.0 : 0.0) + all) / (1.0 + n * all);
  }
  const Normal& normal = normals_[dimension][kernel];
  if (coordinate.is_discrete()) {
    const double low = (interval.low - normal.mean) / normal.width;
    const double high = (interval.high - normal.mean) / normal.width;
    return portable::normal_between(low, high) / normal.within;
  }
  constexpr double kInverseSqrtOf2Pi = 0.39894228040143267794;
  const double z = (place - normal.mean) / normal.width;
  return kInverseSqrtOf2Pi * portable::exp(-0.5 * z * z) / (normal.width * normal.within);
}

double Parzen::log_density(const std::vector<double>& place) const {
  std::vector<Coordinate::Interval> intervals(coordinates_.size());
  for (std::size_t i = 0; i < coordinates_.size(); ++i) {
    if (coordinates_[i].is_discrete()) intervals[i] = coordinates_[i].around(place[i]);
  }
  double sum = 0.0;
  for (std::size_t kernel = 0; kernel < n_kernels_; ++kernel) {
    double product = weights_[kernel];
    for (std::size_t i = 0; i < coordinates_.size(); ++i) {
      if (!coordinates_[i].is_single()) product *= share_of(i, kernel, place[i], intervals[i]);
    }
    sum += product;
  }
  return portable::log(sum);
}

}  // namespace trawl
