// Lists all samplers with what a job has to know of them.
#include "trawl/search/sampler_kind.hpp"

#include <string_view>

#include "trawl/base/error.hpp"
#include "trawl/base/word.hpp"
#include "trawl/search/grid_sampler.hpp"
#include "trawl/search/latin_sampler.hpp"
#include "trawl/search/list_sampler.hpp"
#include "trawl/search/random_sampler.hpp"
#include "trawl/search/sobol_sampler.hpp"
#include "trawl/search/tpe_sampler.hpp"

namespace trawl {
namespace {

std::vector<const SamplerKind*>& kinds() {
  static std::vector<const SamplerKind*> all = {
      &random_kind(), &grid_kind(), &list_kind(), &sobol_kind(), &lhs_kind(), &tpe_kind(),
  };
  return all;
}

}  // namespace

const std::vector<const SamplerKind*>& sampler_kinds() { return kinds(); }

void add_sampler_kind(const SamplerKind& kind) {
  TRAWL_CHECK(kind.word != nullptr && is_word(kind.word) && kind.make != nullptr,
              "a sampler needs a word such as my_sampler, and a function that makes it; its word is {}",
              kind.word == nullptr ? "missing" : kind.word);
  for (const SamplerKind* other : kinds()) {
    if (other == &kind) return;
    TRAWL_CHECK(std::string_view(other->word) != kind.word, "there are two samplers {}", kind.word);
  }
  kinds().push_back(&kind);
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
