#pragma once

#include <cstddef>
#include <vector>

#include "trawl/base/random.hpp"
#include "trawl/search/coordinate.hpp"

namespace trawl {

/// A density over several parameters at once: a mixture of a kernel around each of some points, and a wide
/// one, the prior. J. Bergstra et al., "Algorithms for hyper-parameter optimization" (2011), in the form of
/// Optuna's multivariate TPE (3.1): numbers have normal kernels that are cut off at the bounds, discrete ones
/// their mass in the interval of a value; choices have the place of the point with more weight. The latest
/// 25 points and the prior weigh 1, older ones less. Widths follow D. W. Scott's rule for so many points in
/// so many dimensions, and are not below a hundredth of the range.
class Parzen {
 public:
  /// `points`: places of all coordinates, by number, the oldest first; [points][coordinates.size()].
  /// `coordinates` outlive it.
  Parzen(const std::vector<Coordinate>& coordinates, const std::vector<std::vector<double>>& points);

  [[nodiscard]] std::vector<double> sample(RandomStream& random) const;
  /// Of the density, or of the mass where values are discrete.
  [[nodiscard]] double log_density(const std::vector<double>& place) const;

 private:
  /// A kernel in one numeric dimension.
  struct Normal {
    double mean = 0.0;
    double width = 1.0;
    double below_low = 0.0;  // share of the whole normal distribution below the lower bound
    double within = 1.0;     // share between the bounds
  };
  void add_normals(std::size_t dimension, const std::vector<std::vector<double>>& points);
  [[nodiscard]] double share_of(std::size_t dimension, std::size_t kernel, double place,
                                const Coordinate::Interval& interval) const;

  const std::vector<Coordinate>& coordinates_;
  std::size_t n_kernels_;         // the last one is the prior
  std::size_t n_dimensions_ = 0;  // those with more than one value
  std::vector<double> weights_;
  std::vector<std::vector<Normal>> normals_;  // by dimension, then by kernel; none for choices
  std::vector<std::vector<double>> chosen_;   // by dimension, then by kernel: the choice of its point
};

}  // namespace trawl
