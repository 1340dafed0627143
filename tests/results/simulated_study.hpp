#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/journal/test_folder.hpp"
#include "tests/train/metric_places.hpp"
#include "trawl/base/error.hpp"
#include "trawl/results/difference.hpp"
#include "trawl/results/read_results.hpp"
#include "trawl/results/results_store.hpp"

namespace trawl::testing {

inline RunProvenance provenance() {
  return {"node1", 4711, 3, "a CPU", "a build", "versions", "abc", "trawl run", ""};
}

/// Publishes often, waits little.
inline StoreOptions quick() { return {0.2, 0.005, 0.01, 1U << 30}; }

/// Trials whose outcomes are functions of their numbers. Every seventh fails with a reason.
struct SimulatedStudy {
  std::int64_t n_points = 12;
  std::int64_t repeats = 1;
  std::int64_t n_epochs = 4;
  std::string name = "simulated";
  Shard shard = {};
  bool never_fails = false;

  [[nodiscard]] StudyDescription description() const {
    StudyDescription description;
    description.data = {80, 20, 10, 4, 3};
    description.scaling = {
        {0.0, -1.5, 1e9, 4.0}, {1.0 / 255.0, 0.25, 1e-9, 0.0}, {"a", "b,c", "d", "\u00e9"}};
    description.shard = shard;
    StudyDefinition& definition = description.definition;
    definition.name = name;
    definition.metrics = perceptron_metrics();
    definition.objective.metric = "val_accuracy";
    definition.search.n_points = n_points;
    definition.search.repeats = repeats;
    definition.search.seed = 7;
    definition.search.space = {
        {"learning_rate", FloatDistribution{1e-4, 1e-1, true, {}, {}}},
        {"batch_size", IntDistribution{1, 512, false, {}, {}}},
        {"optimizer", CategoricalDistribution{{std::string("sgd"), std::string("adam")}}},
        {"hidden", CategoricalDistribution{{std::vector<std::int64_t>{64, 32}, std::vector<std::int64_t>{}}}},
        {"l2", CategoricalDistribution{{0.0, std::int64_t{1}}}},
        {"flag", CategoricalDistribution{{true, false}}}};
    description.job_text = "study: " + name + "  # as written: µ\n";
    description.job_resolved = fmt::format("study: {}\nsearch: {{n_trials: {}}}\n", name, n_points);
    description.identity =
        fmt::format("study: {}\nseed: 7\ntraining.epochs: {}\ndata_hash: 0", name, n_epochs);
    return description;
  }

  [[nodiscard]] Trial trial(TrialNumber number) const {
    const std::int64_t point = number / repeats;
    const double x = static_cast<double>(point);
    ParameterValue l2 = 0.0;
    if (point % 2 == 1) l2 = std::int64_t{1};
    return {number,
            point,
            number % repeats,
            {{"learning_rate", 1e-4 + x / 3e5},
             {"batch_size", point % 512 + 1},
             {"optimizer", std::string(point % 2 == 0 ? "sgd" : "adam")},
             {"hidden", point % 3 == 0 ? std::vector<std::int64_t>{64, 32} : std::vector<std::int64_t>{}},
             {"l2", l2},
             {"flag", point % 2 == 0}}};
  }

  [[nodiscard]] static bool fails(TrialNumber number) { return number % 7 == 6; }

  [[nodiscard]] static EpochRecord record(TrialNumber number, std::int64_t epoch) {
    const double x = std::sin(static_cast<double>(number * 37 + epoch));
    return {epoch, 1e-3 * static_cast<double>(epoch), {x, x / 3, x * x, 2 * x, x / 7, 0.5 + x / 2.5, 0.01}};
  }

  [[nodiscard]] TrialOutcome outcome(TrialNumber number) const {
    TrialOutcome outcome;
    outcome.n_epochs = n_epochs;
    outcome.seconds = 0.5;
    if (fails(number) && !never_fails) {
      outcome.state = TrialState::failed;
      outcome.error = "train_loss is not finite — epoch 3";
      return outcome;
    }
    outcome.objective = record(number, n_epochs - 1).values[kValAccuracy];
    outcome.best_epoch = n_epochs - 1;
    const auto x = static_cast<float>(number);
    outcome.weights = {{"hidden_0", "weights", {2, 3}, {x, 1, 2, 3, 4, 5}},
                       {"hidden_0", "bias", {3}, {x, 7, 8}}};
    return outcome;
  }

  /// All events of one training, each to be appended by itself.
  [[nodiscard]] std::vector<TrialEvent> events(TrialNumber number, std::int64_t attempt = 1) const {
    std::vector<TrialEvent> events;
    events.emplace_back(TrialStarted{trial(number), attempt, 1 + number % 3, "node2", 100.0});
    for (std::int64_t e = 0; e < n_epochs; ++e) {
      events.emplace_back(EpochsReported{number, attempt, {record(number, e)}});
    }
    events.emplace_back(TrialFinished{number, attempt, 200.0, outcome(number)});
    return events;
  }

  /// Runs what is not finished; `after_append` may sleep.
  template <class AfterAppend>
  void run(ResultsStore& store, AfterAppend after_append) const {
    const StudyProgress& progress = store.progress();
    for (TrialNumber n = 0; n < progress.n_trials(); ++n) {
      if (progress.is_finished(n) || !progress.is_in_shard(n)) continue;
      for (TrialEvent& event : events(n, progress.attempts(n).started + 1)) {
        store.append({std::move(event)});
        after_append();
      }
    }
  }

  /// Opens, runs to the end and completes.
  StudyStart finish(const std::string& path) const {
    const auto store = ResultsStore::open(path, description(), provenance(), quick());
    if (store->start() != StudyStart::already_complete) {
      run(*store, [] {});
      store->complete(TestEvaluation{0.9, 0.3}, 0);
    }
    return store->start();
  }

  /// The tables of an undisturbed run.
  [[nodiscard]] StudyTables undisturbed(const Folder& folder) const {
    const std::string path = folder.file("undisturbed.h5");
    finish(path);
    StudyTables tables = read_results(path);
    std::filesystem::remove(path);
    return tables;
  }
};

#define EXPECT_SAME(a, b)                                                  \
  do {                                                                     \
    const ::trawl::StudyTables& tables_a = a;                              \
    const ::trawl::StudyTables& tables_b = b;                              \
    const auto difference = ::trawl::first_difference(tables_a, tables_b); \
    EXPECT_FALSE(difference) << *difference;                               \
    EXPECT_EQ(tables_a.scaling.offset, tables_b.scaling.offset);           \
    EXPECT_EQ(tables_a.scaling.factor, tables_b.scaling.factor);           \
    EXPECT_EQ(tables_a.scaling.names, tables_b.scaling.names);             \
  } while (false)

}  // namespace trawl::testing
