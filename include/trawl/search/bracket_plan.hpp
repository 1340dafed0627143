#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "trawl/search/plan.hpp"
#include "trawl/search/rungs.hpp"
#include "trawl/search/sampler.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// Successive halving and Hyperband over points that are known beforehand (see BracketLayout): all points of
/// a bracket are trained to a rung; when the last of their results is in, the best go on to the next.
///
/// Meanwhile points of the next brackets are trained; what an older bracket has goes first. When all have
/// begun, what has the most epochs before it goes first: it decides when the search ends. A point's value is
/// the mean over its repeats, which go on together; ties go to the lower number. A point with a failed
/// repeat, or whose value is NaN, is last and never goes on: where too few others are left its place stays
/// empty, at all later rungs too. A trial that ended by itself has its value at all later rungs: it takes its
/// place among those that go on, without a leg.
///
/// Results that an earlier run has found are told as their legs are named once more. Only brackets that have
/// begun and are not over are in memory.
class BracketPlan : public Plan {
 public:
  /// `sampler` outlives the plan.
  BracketPlan(const Sampler& sampler, const PrunerDefinition& pruner, std::int64_t repeats,
              Direction direction);

  std::optional<Leg> next() override;
  void take(const LegResult& result) override;
  [[nodiscard]] Parameters point(std::int64_t point) const override { return sampler_.point(point); }
  [[nodiscard]] std::int64_t n_ready() const override { return n_ready_; }
  [[nodiscard]] bool is_over() const override;
  [[nodiscard]] bool decides() const override { return true; }

  /// Brackets in memory.
  [[nodiscard]] std::int64_t n_open() const { return static_cast<std::int64_t>(open_.size()); }

 private:
  /// A repeat of a point at the rung of its bracket.
  struct Repeat {
    enum class State : std::uint8_t { ready, named, paused, ended, failed };
    State state = State::ready;
    double value = kNan;  ///< paused, ended

    [[nodiscard]] bool has_result() const { return state > State::named; }
  };
  struct OpenBracket {
    std::vector<std::int64_t> places;  ///< at each of its rungs
    std::size_t step = 0;              ///< which of them it is at
    std::size_t rung = 0;              ///< the same in all rungs
    std::int64_t from_epoch = 0;
    std::vector<std::int64_t> points;  ///< at this rung, ascending
    std::vector<Repeat> repeats;       ///< of all of them, one point after the other
    std::size_t next_ready = 0;        ///< no repeat before it is ready
    std::size_t n_missing = 0;         ///< repeats without a result
  };

  [[nodiscard]] std::int64_t most_urgent() const;
  void open_next();
  void enter_rung(std::int64_t number, OpenBracket& bracket);
  void go_on(std::int64_t number);
  void promote(OpenBracket& bracket) const;
  [[nodiscard]] std::vector<std::size_t> going_on(const OpenBracket& bracket) const;
  [[nodiscard]] double value_of(const OpenBracket& bracket, std::size_t place) const;
  [[nodiscard]] std::int64_t until_epoch(const OpenBracket& bracket) const;
  static void set(Repeat& repeat, const LegResult& result);

  const Sampler& sampler_;
  BracketLayout layout_;
  std::int64_t repeats_;
  Direction direction_;
  std::map<std::int64_t, OpenBracket> open_;  // by number
  std::set<std::int64_t> ready_;              // those with a leg that next() can name
  std::int64_t next_bracket_ = 0;
  std::int64_t n_ready_ = 0;
};

}  // namespace trawl
