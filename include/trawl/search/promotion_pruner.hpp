#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "trawl/search/pruner.hpp"
#include "trawl/search/rungs.hpp"
#include "trawl/study/metric.hpp"
#include "trawl/study/pruner.hpp"

namespace trawl {

/// Asynchronous successive halving with promotion: L. Li et al., "A System for Massively Parallel
/// Hyperparameter Tuning" (2018). Whenever somebody is free, the highest rung is looked at first: of the n
/// values there the best floor(n / reduction_factor) go on, the best one first, each once. Points that have
/// failed count among the n. Nothing that went on is ever taken back. With brackets of several shapes, as
/// Hyperband has them, points enter them in the order of BracketLayout, and those of one shape are compared
/// with each other.
///
/// Ties go to the lower number.
class PromotionPruner : public Pruner {
 public:
  PromotionPruner(const PrunerDefinition& pruner, std::vector<BracketShape> shapes, Direction direction);

  [[nodiscard]] std::int64_t first_epoch(std::int64_t point) const override;
  void take(std::int64_t point, std::int64_t epoch, double value) override;
  std::optional<Promotion> next() override;
  std::optional<Promotion> next_of_last() override;

 private:
  using Ranked = std::pair<double, std::int64_t>;  // lower is better, then the point
  /// Those that have a value there.
  struct Rung {
    std::int64_t n = 0;        // the failed ones too
    std::set<Ranked> best;     // the places of those that go on
    std::set<Ranked> rest;     // without the failed ones
    std::set<Ranked> waiting;  // of the best, those that have not gone on yet
    std::set<Ranked> gone_on;
  };

  [[nodiscard]] std::size_t shape_of(std::int64_t point) const;
  /// The place in rungs_.
  [[nodiscard]] std::size_t rung_at(std::int64_t epoch) const;
  [[nodiscard]] std::int64_t epoch_of(std::size_t rung) const;
  void fill_places(Rung& rung) const;
  Promotion go_on(Rung& rung, std::size_t place, const Ranked& ranked) const;

  std::int64_t reduction_factor_;
  Direction direction_;
  std::vector<std::int64_t> rungs_;
  std::vector<BracketShape> shapes_;
  std::int64_t round_ = 0;
  std::vector<std::vector<Rung>> values_;  // by shape, then by place in rungs_; the last rung has none
};

/// With the brackets of the PrunerKind that the definition names.
std::unique_ptr<Pruner> make_promotion_pruner(const PrunerDefinition& pruner, Direction direction);

}  // namespace trawl
