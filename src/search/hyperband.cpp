// Hedges against early rungs that mislead: later brackets begin at later rungs.
#include "trawl/search/hyperband.hpp"

#include "trawl/search/promotion_pruner.hpp"

namespace trawl {
namespace {

std::vector<BracketShape> hyperband_shapes(std::int64_t n_rungs, std::int64_t reduction_factor) {
  std::vector<BracketShape> shapes;
  std::int64_t power = 1;  // eta^s
  for (std::int64_t s = 0; s < n_rungs; ++s, power *= reduction_factor) {
    const std::int64_t n_points = (n_rungs * power - 1) / (s + 1) + 1;
    shapes.insert(shapes.begin(), {static_cast<std::size_t>(n_rungs - 1 - s), n_points});
  }
  return shapes;
}

}  // namespace

const PrunerKind& hyperband_kind() {
  static const PrunerKind kKind = {.word = "hyperband",
                                   .make = make_promotion_pruner,
                                   .numbers = {"min_resource", "reduction_factor"},
                                   .shapes = hyperband_shapes,
                                   .other_names = {"HyperbandPruner", "HyperBandScheduler"}};
  return kKind;
}

}  // namespace trawl
