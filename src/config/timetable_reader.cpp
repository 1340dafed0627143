// Reads whether results decide by a timetable.
#include "trawl/config/timetable_reader.hpp"

#include <fmt/format.h>

#include "trawl/config/keys.hpp"
#include "trawl/config/value_reader.hpp"
#include "trawl/search/pruner_kind.hpp"
#include "trawl/search/sampler_kind.hpp"

namespace trawl {
namespace {

constexpr const char* kSlots = "search.max_concurrent_trials";
constexpr const char* kStartup = "search.n_startup_trials";

void check_startup(const YamlTree* startup, bool learns, const Place& job, const SearchDefinition& search) {
  if (startup != nullptr && !learns) {
    fail(startup->place, kStartup,
         fmt::format("is for samplers that learn, and sampler: {} does not; remove it, or take sampler: tpe",
                     search.sampler));
  }
  if (!learns || search.n_startup_trials <= search.n_points) return;
  fail(
      startup != nullptr ? startup->place : job, kStartup,
      fmt::format("found {}{}, and there are {} points, so none would be informed; allowed: at most n_trials",
                  search.n_startup_trials, startup != nullptr ? "" : " (the default)", search.n_points));
}

}  // namespace

void read_timetable(const YamlTree* slots, const YamlTree* startup, const Place& job,
                    StudyDefinition& definition) {
  SearchDefinition& search = definition.search;
  const bool learns = sampler_kind(search).make_adaptive != nullptr;
  const bool prunes = definition.pruner.prunes();
  check_startup(startup, learns, job, search);
  if (slots != nullptr && !learns && !prunes) {
    fail(slots->place, kSlots,
         "is for searches in which results decide; take sampler: tpe or a pruner, or remove it: as many "
         "trials "
         "are trained at once as there are workers");
  }
  const bool needs_one = learns || (prunes && pruner_kind(definition.pruner).shapes == nullptr);
  if (needs_one && slots == nullptr) search.max_concurrent_trials = kDefaultConcurrentTrials;
}

}  // namespace trawl
