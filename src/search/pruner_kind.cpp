// Lists all pruners with what a job has to know of them.
#include "trawl/search/pruner_kind.hpp"

#include "trawl/base/error.hpp"
#include "trawl/search/hyperband.hpp"
#include "trawl/search/percentile_pruner.hpp"
#include "trawl/search/successive_halving.hpp"

namespace trawl {

const std::vector<const PrunerKind*>& pruner_kinds() {
  static const std::vector<const PrunerKind*> kKinds = {
      &successive_halving_kind(),
      &hyperband_kind(),
      &median_kind(),
      &percentile_kind(),
  };
  return kKinds;
}

const PrunerKind& pruner_kind(const PrunerDefinition& pruner) {
  for (const PrunerKind* kind : pruner_kinds()) {
    if (pruner.kind == kind->word) return *kind;
  }
  TRAWL_CHECK(false, "pruner {}", pruner.kind);
  return *pruner_kinds().front();
}

std::vector<std::string> pruner_words() {
  std::vector<std::string> words = {"none"};
  for (const PrunerKind* kind : pruner_kinds()) words.emplace_back(kind->word);
  return words;
}

}  // namespace trawl
