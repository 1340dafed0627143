#include "multiply_add_peak.hpp"

#include <cstddef>
#include <cstdint>

#include "trawl/base/clock.hpp"
#include "trawl/nn/lanes.hpp"

namespace trawl::bench {
namespace {

// So many chains hide the latency of two multiply-adds a cycle, and leave registers for the factors.
constexpr std::size_t kChains = kVectorRegisters == 32 ? 24 : 12;
constexpr std::int64_t kLinks = 100'000;

// Each chain tends to 1, so no value grows or becomes subnormal.
float multiply_add_chains(float factor) {
  const Lanes<float> a = Lanes<float>{} + factor;
  const Lanes<float> b = Lanes<float>{} + (1.0F - factor);
  Lanes<float> sums[kChains];
#pragma GCC unroll 24
  for (std::size_t i = 0; i < kChains; ++i) sums[i] = b * static_cast<float>(i);
  for (std::int64_t link = 0; link < kLinks; ++link) {
#pragma GCC unroll 24
    for (std::size_t i = 0; i < kChains; ++i) sums[i] = sums[i] * a + b;
  }
  Lanes<float> total{};
#pragma GCC unroll 24
  for (std::size_t i = 0; i < kChains; ++i) total += sums[i];
  return total[0];
}

}  // namespace

double multiply_add_peak(double seconds) {
  constexpr double kFlops = 2.0 * kLinks * kChains * kLanes<float>;
  volatile float factor = 0.5F;  // else the compiler would know the result
  volatile float result = multiply_add_chains(factor);
  const double start = steady_time();
  double elapsed = 0.0;
  double rounds = 0.0;
  for (; elapsed < seconds; ++rounds) {
    result = multiply_add_chains(factor);
    elapsed = steady_time() - start;
  }
  static_cast<void>(result);
  return rounds * kFlops / elapsed / 1e9;
}

}  // namespace trawl::bench
