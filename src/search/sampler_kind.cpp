// Lists all samplers with what a job has to know of them.
#include "trawl/search/sampler_kind.hpp"

#include "trawl/base/error.hpp"
#include "trawl/search/grid_sampler.hpp"
#include "trawl/search/latin_sampler.hpp"
#include "trawl/search/list_sampler.hpp"
#include "trawl/search/random_sampler.hpp"
#include "trawl/search/sobol_sampler.hpp"

namespace trawl {

const std::vector<const SamplerKind*>& sampler_kinds() {
  static const std::vector<const SamplerKind*> kKinds = {
      &random_kind(), &grid_kind(), &list_kind(), &sobol_kind(), &lhs_kind(),
  };
  return kKinds;
}

const SamplerKind& sampler_kind(const SearchDefinition& search) {
  for (const SamplerKind* kind : sampler_kinds()) {
    if (search.sampler == kind->word) return *kind;
  }
  TRAWL_CHECK(false, "sampler {}", search.sampler);
  return *sampler_kinds().front();
}

std::vector<std::string> sampler_words() {
  std::vector<std::string> words;
  for (const SamplerKind* kind : sampler_kinds()) words.emplace_back(kind->word);
  return words;
}

std::unique_ptr<Sampler> make_sampler(const SearchDefinition& search) {
  return sampler_kind(search).make(search);
}

}  // namespace trawl
