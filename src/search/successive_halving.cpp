// Compares all points from the first rung on.
#include "trawl/search/successive_halving.hpp"

#include "trawl/search/promotion_pruner.hpp"

namespace trawl {
namespace {

std::vector<BracketShape> halving_shapes(std::int64_t n_rungs, std::int64_t reduction_factor) {
  std::int64_t n_points = 1;
  for (std::int64_t rung = 1; rung < n_rungs; ++rung) n_points *= reduction_factor;
  return {{0, n_points}};
}

}  // namespace

const PrunerKind& successive_halving_kind() {
  static const PrunerKind kKind = {.word = "successive_halving",
                                   .make = make_promotion_pruner,
                                   .numbers = {"min_resource", "reduction_factor"},
                                   .shapes = halving_shapes,
                                   .other_names = {"sha", "asha", "halving", "ASHAScheduler",
                                                   "AsyncHyperBandScheduler", "SuccessiveHalvingPruner"}};
  return kKind;
}

}  // namespace trawl
