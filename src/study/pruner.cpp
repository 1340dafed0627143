// Says which trials are trained further than others.
#include "trawl/study/pruner.hpp"

#include <array>
#include <cstddef>

namespace trawl {
namespace {

constexpr std::array kPrunerWords = {"none", "successive_halving", "hyperband"};

}  // namespace

const char* to_text(PrunerDefinition::Kind kind) { return kPrunerWords.at(static_cast<std::size_t>(kind)); }

std::vector<std::string> pruner_words() { return {kPrunerWords.begin(), kPrunerWords.end()}; }

std::int64_t default_min_resource(std::int64_t max_resource) {
  constexpr std::int64_t kShare = 9;
  return (max_resource - 1) / kShare + 1;
}

}  // namespace trawl
