// Silences outputs at random.
#include "trawl/nn/dropout.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "trawl/base/error.hpp"

namespace trawl {

template <class Scalar>
void apply_dropout(double rate, RandomStream& stream, std::int64_t n, Scalar* outputs, Scalar* slopes) {
  TRAWL_CHECK(rate >= 0.0 && rate < 1.0, "dropout rate {}", rate);
  if (rate == 0.0) return;
  const auto threshold = static_cast<std::uint32_t>(std::min(rate * 0x1p32, 0x1p32 - 1.0));
  const auto scale = static_cast<Scalar>(1.0 / (1.0 - rate));
  std::array<std::uint32_t, 512> words;
  for (std::int64_t begin = 0; begin < n; begin += std::ssize(words)) {
    const auto block = static_cast<std::size_t>(std::min<std::int64_t>(std::ssize(words), n - begin));
    stream.fill(words.data(), block);
    Scalar* out = outputs + begin;
    Scalar* slope = slopes + begin;
    for (std::size_t i = 0; i < block; ++i) {
      const Scalar factor = words[i] >= threshold ? scale : Scalar{0};
      out[i] *= factor;
      slope[i] *= factor;
    }
  }
}

template void apply_dropout(double, RandomStream&, std::int64_t, float*, float*);
template void apply_dropout(double, RandomStream&, std::int64_t, double*, double*);

}  // namespace trawl
