#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "trawl/search/adaptive_sampler.hpp"
#include "trawl/search/sampler.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// What the program has to know of a sampler to read its jobs, to say what it does and to make it. Each one's
/// stands beside its class; sampler_kinds() lists them, and nothing else names a sampler by its word.
struct SamplerKind {
  /// Where the number of points comes from: `n_trials`, the space, `search.trials`.
  enum class Points : std::uint8_t { drawn, counted, listed };

  const char* word;  ///< in job files: "sobol"
  /// Of one that learns: the points before the first proposal that is informed.
  std::unique_ptr<Sampler> (*make)(const SearchDefinition& search);
  Points points = Points::drawn;
  /// Why `enqueue` is an error, with what to do instead; nullptr: it is allowed.
  const char* no_enqueue = nullptr;
  /// No point of a finite space comes twice, so it has no more points than its space.
  bool is_distinct = false;
  /// Why another number of points is another study, with what to do instead; nullptr: a larger one changes no
  /// point that is there.
  const char* no_growth = nullptr;
  /// Why it cannot search this space, with what to do; "": it can.
  std::string (*problem)(const SearchDefinition& search) = nullptr;
  /// One that learns: what proposes the points, and needs a timetable. nullptr: they are known beforehand.
  std::unique_ptr<AdaptiveSampler> (*make_adaptive)(const SearchDefinition& search) = nullptr;
  /// What would make the points better, for `trawl check`; "": nothing.
  std::string (*hint)(const SearchDefinition& search) = nullptr;
};

/// All samplers, in the order in which messages and documents name them: trawl's, then those that were added.
const std::vector<const SamplerKind*>& sampler_kinds();
/// One more, of a program outside this tree: see add_sampler() in app/program.hpp. `kind` lives as long as
/// the process; added once more it changes nothing. Requires a word of lower-case letters, digits and _ that
/// no other sampler has. Before any job is read; not for two threads at once.
void add_sampler_kind(const SamplerKind& kind);
/// The kind that the definition names.
const SamplerKind& sampler_kind(const SearchDefinition& search);
/// "random", "grid", ...
std::vector<std::string> sampler_words();

}  // namespace trawl
