// Takes points of the Sobol sequence, scrambled by the seed.
#include "trawl/search/sobol_sampler.hpp"

#include <bit>
#include <memory>

#include <fmt/format.h>

namespace trawl {
namespace {

std::uint32_t reversed(std::uint32_t x) {
  x = (x & 0x55555555U) << 1 | (x >> 1 & 0x55555555U);
  x = (x & 0x33333333U) << 2 | (x >> 2 & 0x33333333U);
  x = (x & 0x0f0f0f0fU) << 4 | (x >> 4 & 0x0f0f0f0fU);
  x = (x & 0x00ff00ffU) << 8 | (x >> 8 & 0x00ff00ffU);
  return x << 16 | x >> 16;
}

/// A permutation in which a bit depends on itself and those below it: S. Laine and T. Karras, "Stratified
/// sampling for stochastic transparency" (2011), with Burley's constants.
std::uint32_t laine_karras(std::uint32_t x, std::uint32_t seed) {
  x += seed;
  for (const std::uint32_t factor : {0x6c50b47cU, 0xb82f1e52U, 0xc7afe638U, 0x8d22f6e6U}) x ^= x * factor;
  return x;
}

std::unique_ptr<Sampler> make_sobol(const SearchDefinition& search) {
  return std::make_unique<SobolSampler>(search);
}

std::string sobol_problem(const SearchDefinition& search) {
  constexpr std::size_t kMost = SobolSequence::kMaxDimensions;
  if (search.space.size() <= kMost) return {};
  return fmt::format(
      "found {} parameters; sampler: sobol takes at most {}: fix some of them, or take sampler: lhs or "
      "random",
      search.space.size(), kMost);
}

std::string sobol_hint(const SearchDefinition& search) {
  const auto n = static_cast<std::uint64_t>(design_size(search));
  if (n == 0 || std::has_single_bit(n)) return {};
  const std::uint64_t n_enqueued = search.enqueued.size();
  const std::uint64_t less = std::bit_floor(n) + n_enqueued;
  const std::uint64_t more = std::bit_ceil(n) + n_enqueued;
  return fmt::format(
      "sampler: sobol covers the space most evenly with a power of two of points{}: n_trials {} or {}",
      n_enqueued > 0 ? ", the enqueued ones aside" : "", less, more);
}

}  // namespace

std::uint32_t owen_scrambled(std::uint32_t x, std::uint32_t seed) {
  return reversed(laine_karras(reversed(x), seed));
}

SobolSampler::SobolSampler(const SearchDefinition& search)
    : DesignSampler(search), sequence_(search.space.size()) {
  const StreamKey key = StreamKey(search.seed).with("sobol");
  for (std::uint64_t i = 0; i < search.space.size(); ++i) keys_.push_back(key.with(i));
}

std::uint64_t SobolSampler::place(std::int64_t point, std::size_t dimension) const {
  const auto index = static_cast<std::uint64_t>(point);
  const StreamKey& key = keys_[dimension];
  const std::uint64_t bits =
      owen_scrambled(sequence_.at(index, dimension), static_cast<std::uint32_t>(key.value()));
  return bits << SobolSequence::kBits | RandomStream(key.with(index)).bits32();
}

const SamplerKind& sobol_kind() {
  static const SamplerKind kKind = {
      .word = "sobol", .make = make_sobol, .problem = sobol_problem, .hint = sobol_hint};
  return kKind;
}

}  // namespace trawl
