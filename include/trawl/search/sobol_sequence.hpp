#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace trawl {

/// The Sobol sequence in base 2, with the direction numbers of S. Joe and F. Y. Kuo, "Constructing Sobol
/// sequences with better two-dimensional projections", SIAM J. Sci. Comput. 30 (2008) 2635-2654: their file
/// new-joe-kuo-6.21201 (criterion D(6)), which SciPy takes too. Points are in the order of the Gray code
/// (I. A. Antonov and V. M. Saleev, 1979), as SciPy's: any of them without those before it.
class SobolSequence {
 public:
  static constexpr std::size_t kMaxDimensions = 100;
  static constexpr unsigned kBits = 32;

  /// Requires n_dimensions <= kMaxDimensions.
  explicit SobolSequence(std::size_t n_dimensions);

  /// Of point `index` in `dimension`, in units of 2^-32. Requires index < 2^32.
  [[nodiscard]] std::uint32_t at(std::uint64_t index, std::size_t dimension) const;

 private:
  std::vector<std::array<std::uint32_t, kBits>> directions_;
};

}  // namespace trawl
