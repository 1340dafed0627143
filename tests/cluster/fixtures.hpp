#pragma once

#include <string>
#include <utility>
#include <vector>

#include "trawl/cluster/master.hpp"
#include "trawl/train/perceptron_metrics.hpp"

namespace trawl::testing {

/// A study of `n_points` points without parameters, ranked by val_accuracy.
inline StudyDefinition make_study(std::int64_t n_points, std::int64_t repeats = 1) {
  StudyDefinition study;
  study.search.n_points = n_points;
  study.search.repeats = repeats;
  study.metrics = perceptron_metrics();
  study.objective.metric = "val_accuracy";
  return study;
}

inline StudyProgress fresh_progress(const StudyDefinition& study) {
  return {study.n_trials(), study.search.repeats, study.objective.direction};
}

/// Point i has the one parameter "index" = i.
class IndexSampler : public Sampler {
 public:
  explicit IndexSampler(std::int64_t n_points) : n_points_(n_points) {}
  [[nodiscard]] std::int64_t n_points() const override { return n_points_; }
  [[nodiscard]] Parameters point(std::int64_t point) const override { return {{"index", point}}; }

 private:
  std::int64_t n_points_;
};

inline LegDone done(TrialNumber trial, double objective, std::int64_t attempt = 1) {
  TrialOutcome outcome;
  outcome.objective = objective;
  outcome.best_epoch = 0;
  outcome.n_epochs = 1;
  outcome.weights = {{"output", "bias", {1}, {static_cast<float>(trial)}}};
  return {trial, attempt, outcome};
}

inline Report report(std::vector<TrialNews> news, std::int64_t wanted) {
  Report message;
  message.news = std::move(news);
  message.wanted = wanted;
  return message;
}

inline std::vector<Assignment> assignments(const Decision& decision) {
  const auto* run = std::get_if<RunTrials>(&*decision.reply);
  return run == nullptr ? std::vector<Assignment>{} : run->assignments;
}

inline bool is_stop(const Decision& decision) { return std::holds_alternative<Stop>(*decision.reply); }

template <class T>
std::vector<T> events_of(const std::vector<TrialEvent>& events) {
  std::vector<T> found;
  for (const TrialEvent& event : events) {
    if (const T* typed = std::get_if<T>(&event)) found.push_back(*typed);
  }
  return found;
}

}  // namespace trawl::testing
