#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "trawl/search/plan.hpp"

namespace trawl::testing {

/// The smallest plan that decides: of every four trials, all trained for 2 epochs, the two with the largest
/// values go on to 5, and the better of those to its end. Ties go to the lower number; a failed one never
/// goes on.
class SmallHalving : public Plan {
 public:
  static constexpr std::int64_t kGroup = 4;
  static inline const std::vector<std::int64_t> kRungs = {2, 5, kToTheEnd};

  SmallHalving(const Sampler& sampler, std::int64_t n_trials) : sampler_(sampler) {
    for (TrialNumber trial = 0; trial < n_trials; ++trial) {
      groups_[trial / kGroup].trials.push_back(trial);
      ready_.insert({trial / kGroup, trial});
    }
  }

  std::optional<Leg> next() override {
    if (ready_.empty()) return std::nullopt;
    const auto [number, trial] = *ready_.begin();
    ready_.erase(ready_.begin());
    const std::size_t rung = groups_.at(number).rung;
    return Leg{{trial, trial, 0, sampler_.point(trial)}, rung == 0 ? 0 : kRungs[rung - 1], kRungs[rung]};
  }
  void take(const LegResult& result) override {
    Group& group = groups_.at(result.trial / kGroup);
    group.arrived.push_back(result);
    if (group.arrived.size() == group.trials.size()) go_on(result.trial / kGroup, group);
  }
  [[nodiscard]] Parameters point(std::int64_t point) const override { return sampler_.point(point); }
  [[nodiscard]] std::int64_t n_ready() const override { return std::ssize(ready_); }
  [[nodiscard]] bool is_over() const override {
    return std::all_of(groups_.begin(), groups_.end(), [](const auto& g) { return g.second.trials.empty(); });
  }
  [[nodiscard]] bool decides() const override { return true; }

 protected:
  /// All results of a rung, as they came; the best first.
  virtual std::vector<LegResult> ranked(std::vector<LegResult> arrived) const {
    std::sort(arrived.begin(), arrived.end(), [](const LegResult& a, const LegResult& b) {
      return a.value != b.value ? a.value > b.value : a.trial < b.trial;
    });
    return arrived;
  }

 private:
  struct Group {
    std::size_t rung = 0;
    std::vector<TrialNumber> trials;  // at this rung; none: it is over
    std::vector<LegResult> arrived;
  };

  void go_on(std::int64_t number, Group& group) {
    const std::size_t n_places = group.trials.size() / 2;
    std::vector<LegResult> valid = std::exchange(group.arrived, {});
    valid.erase(
        std::remove_if(valid.begin(), valid.end(), [](const LegResult& r) { return std::isnan(r.value); }),
        valid.end());
    valid = ranked(std::move(valid));
    valid.resize(std::min(valid.size(), n_places));
    group.trials.clear();
    if (++group.rung == kRungs.size()) return;
    for (const LegResult& result : valid) {
      group.trials.push_back(result.trial);
      if (result.state == TrialState::complete)
        group.arrived.push_back(result);  // it has this value at all later rungs
      else
        ready_.insert({number, result.trial});
    }
    if (!group.trials.empty() && group.arrived.size() == group.trials.size()) go_on(number, group);
  }

  const Sampler& sampler_;
  std::map<std::int64_t, Group> groups_;
  std::set<std::pair<std::int64_t, TrialNumber>> ready_;
};

/// Wrong: who comes first goes on.
class HalvingByArrival : public SmallHalving {
 public:
  using SmallHalving::SmallHalving;

 protected:
  std::vector<LegResult> ranked(std::vector<LegResult> arrived) const override { return arrived; }
};

/// Wrong: among others, how often a trial was started.
class HalvingByAttempt : public SmallHalving {
 public:
  HalvingByAttempt(const Sampler& sampler, std::int64_t n_trials,
                   std::function<std::int64_t(TrialNumber)> attempts)
      : SmallHalving(sampler, n_trials), attempts_(std::move(attempts)) {}

 protected:
  std::vector<LegResult> ranked(std::vector<LegResult> arrived) const override {
    for (LegResult& result : arrived) result.value -= static_cast<double>(attempts_(result.trial));
    return SmallHalving::ranked(std::move(arrived));
  }

 private:
  std::function<std::int64_t(TrialNumber)> attempts_;
};

}  // namespace trawl::testing
