#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <trawl/search/design_sampler.hpp>
#include <trawl/search/sampler_kind.hpp>

/// Each parameter goes round by steps of its own: powers of 1/g, where g solves g^(n + 1) = g + 1 for n
/// parameters; with one of them g is the golden ratio (M. Roberts, "The unreasonable effectiveness of
/// quasirandom sequences", 2018). The seed says where each begins. A larger n_trials changes no point.
class GoldenSampler : public trawl::DesignSampler {
 public:
  explicit GoldenSampler(const trawl::SearchDefinition& search);

 protected:
  [[nodiscard]] std::uint64_t place(std::int64_t point, std::size_t dimension) const override;

 private:
  std::vector<std::uint64_t> begins_;  // in units of 2^-64, as the steps
  std::vector<std::uint64_t> steps_;
};

/// `sampler: golden`
const trawl::SamplerKind& golden_kind();
