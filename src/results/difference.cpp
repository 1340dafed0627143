// Finds what first tells two studies apart.
#include "trawl/results/difference.hpp"

#include <algorithm>
#include <cmath>

#include "trawl/results/columns.hpp"

namespace trawl {
namespace {

using Difference = std::optional<std::string>;

Difference differ(const std::string& what, double a, double b) {
  if (same_number(a, b)) return std::nullopt;
  return fmt::format("{}: {} and {}", what, a, b);
}
template <class T>
Difference differ(const std::string& what, const T& a, const T& b) {
  if (a == b) return std::nullopt;
  return fmt::format("{}: {} and {}", what, a, b);
}

Difference differ(const TrialRow& a, const TrialRow& b) {
  const std::string who = fmt::format("trial {}", a.number);
  if (auto d = differ("trial number", a.number, b.number)) return d;
  if (auto d = differ(who + " state", std::string(to_text(a.state)), std::string(to_text(b.state)))) return d;
  if (auto d = differ(who + " parameters", to_text(a.parameters), to_text(b.parameters))) return d;
  if (auto d = differ(who + " n_epochs", a.n_epochs, b.n_epochs)) return d;
  if (auto d = differ(who + " best_epoch", a.best_epoch, b.best_epoch)) return d;
  return differ(who + " objective", a.objective, b.objective);
}

Difference differ(const MetricTable& metrics, const EpochRow& a, const EpochRow& b) {
  if (auto d = differ("trial of a row of /epochs", a.trial, b.trial)) return d;
  const std::string who = fmt::format("trial {} epoch", a.trial);
  if (auto d = differ(who, a.record.epoch, b.record.epoch)) return d;
  if (same_values(a.record.values, b.record.values)) return std::nullopt;
  for (std::size_t place = 0; place < metrics.size(); ++place) {
    const std::string what = fmt::format("{} {} {}", who, a.record.epoch, metrics.columns()[place].name);
    if (auto d = differ(what, a.record.values.at_or_nan(place), b.record.values.at_or_nan(place))) return d;
  }
  return std::nullopt;
}

Difference differ(const LegRow& a, const LegRow& b) {
  if (auto d = differ("trial of a row of /legs", a.trial, b.trial)) return d;
  const std::string who = fmt::format("trial {} leg from epoch {}", a.trial, a.from);
  if (auto d = differ(fmt::format("trial {} from of a leg", a.trial), a.from, b.from)) return d;
  if (auto d = differ(who + " until", a.until, b.until)) return d;
  if (auto d = differ(who + " parent", a.parent, b.parent)) return d;
  if (auto d = differ(who + " state", std::string(to_text(a.state)), std::string(to_text(b.state)))) return d;
  if (auto d = differ(who + " virtual_start", a.planned.virtual_start, b.planned.virtual_start)) return d;
  if (auto d = differ(who + " virtual_end", a.planned.virtual_end, b.planned.virtual_end)) return d;
  return differ(who + " value", a.value, b.value);
}

bool equal_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](float x, float y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

Difference differ(const LayerArray& a, const LayerArray& b) {
  const std::string who = fmt::format("best weights {}/{}", a.layer, a.name);
  if (auto d = differ("best weights", a.layer + "/" + a.name, b.layer + "/" + b.name)) return d;
  if (auto d = differ(who + " shape", fmt::format("{}", fmt::join(a.shape, "x")),
                      fmt::format("{}", fmt::join(b.shape, "x")))) {
    return d;
  }
  if (!equal_bits(a.values, b.values)) return who + ": other values";
  return std::nullopt;
}

template <class Row>
Difference differ(const std::string& what, const std::vector<Row>& a, const std::vector<Row>& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (auto d = differ(a[i], b[i])) return d;
  }
  return differ(what, a.size(), b.size());
}

Difference differ(const std::string& what, const MetricTable& metrics, std::span<const EpochRow> a,
                  std::span<const EpochRow> b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (auto d = differ(metrics, a[i], b[i])) return d;
  }
  return differ(what, a.size(), b.size());
}

/// Of their curves; units and directions are no results.
Difference differ(const MetricTable& a, const MetricTable& b) {
  return differ("metrics", fmt::format("{}", fmt::join(a.names(), ", ")),
                fmt::format("{}", fmt::join(b.names(), ", ")));
}

/// Without what was tried again, which differs from run to run as the number of attempts does.
std::vector<LegRow> lasting(std::span<const LegRow> legs) {
  std::vector<LegRow> rows;
  for (std::size_t i = 0; i < legs.size(); ++i) {
    const bool is_last = i + 1 == legs.size() || legs[i + 1].trial != legs[i].trial;
    if (is_last || legs[i].state == TrialState::paused) rows.push_back(legs[i]);
  }
  return rows;
}

/// Files of version 1 have none.
Difference differ_in_legs(const std::string& what, std::span<const LegRow> a, std::span<const LegRow> b) {
  if (a.empty() || b.empty()) return std::nullopt;
  return differ(what, lasting(a), lasting(b));
}

Difference differ(const BestNetwork& a, const BestNetwork& b) {
  if (auto d = differ("best trial", a.trial, b.trial)) return d;
  if (auto d = differ("best objective", a.objective, b.objective)) return d;
  return differ("number of best weights' arrays", a.weights, b.weights);
}

Difference differ(const TestEvaluation& a, const TestEvaluation& b) {
  if (auto d = differ("test_accuracy", a.accuracy, b.accuracy)) return d;
  return differ("test_cross_entropy", a.cross_entropy, b.cross_entropy);
}

template <class T>
Difference differ_if_there(const std::string& what, const std::optional<T>& a, const std::optional<T>& b) {
  if (a && b) return differ(*a, *b);
  if (a.has_value() == b.has_value()) return std::nullopt;
  return fmt::format("{}: only in the {} file", what, a ? "first" : "second");
}

/// Only where both files hold it: those of older versions do not.
Difference differ(const FeatureScaling& a, const FeatureScaling& b) {
  if (a.offset.empty() || b.offset.empty()) return std::nullopt;
  if (auto d = differ("number of scaled features", a.offset.size(), b.offset.size())) return d;
  for (std::size_t i = 0; i < a.offset.size(); ++i) {
    const std::string who = fmt::format("scaling of feature {}", i);
    if (auto d = differ(who + " offset", a.offset[i], b.offset[i])) return d;
    if (auto d = differ(who + " factor", a.factor[i], b.factor[i])) return d;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> first_difference_of_trial(const StudyTables& a, const StudyTables& b,
                                                     TrialNumber trial) {
  const auto i = static_cast<std::size_t>(trial);
  if (auto d = differ(a.trials.at(i), b.trials.at(i))) return d;
  const std::string legs = fmt::format("trial {} number of legs", trial);
  if (auto d = differ_in_legs(legs, legs_of(a, trial), legs_of(b, trial))) return d;
  return differ(fmt::format("trial {} number of rows of /epochs", trial), a.metrics, epochs_of(a, trial),
                epochs_of(b, trial));
}

std::optional<std::string> first_difference(const StudyTables& a, const StudyTables& b) {
  if (auto d = differ("number of trials", a.trials, b.trials)) return d;
  if (auto d = differ(a.metrics, b.metrics)) return d;
  if (auto d = differ("number of rows of /epochs", a.metrics, a.epochs, b.epochs)) return d;
  if (auto d = differ_in_legs("number of rows of /legs", a.legs, b.legs)) return d;
  if (auto d = differ_if_there("best network", a.best, b.best)) return d;
  if (auto d = differ(a.scaling, b.scaling)) return d;
  return differ_if_there("test figures", a.test, b.test);
}

}  // namespace trawl
