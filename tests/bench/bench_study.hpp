#pragma once

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

#include "trawl/results/results_store.hpp"
#include "trawl/study/objective.hpp"
#include "trawl/train/perceptron_metrics.hpp"

namespace trawl::bench {

/// CPU seconds of the calling thread, or of all threads of this process.
inline double cpu_time(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// A folder in $TMPDIR (or /tmp) that goes with it: on the disk, not in memory.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / fmt::format("trawl-bench-{}", getpid())) {
    std::filesystem::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string file() const { return path_ / "bench.h5"; }

 private:
  std::filesystem::path path_;
};

/// A random search over four parameters, as the README's.
inline StudyDescription describe(std::int64_t n_trials) {
  StudyDescription description;
  description.data = {48'000, 12'000, 10'000, 784, 10};
  SearchDefinition& search = description.definition.search;
  description.definition.name = "bench";
  description.definition.metrics = perceptron_metrics();
  description.definition.objective.metric = "val_accuracy";
  search.n_points = n_trials;
  search.seed = 7;
  search.space = {{"batch_size", CategoricalDistribution{{std::int64_t{16}, std::int64_t{32}}}},
                  {"dropout", FloatDistribution{0.0, 0.6, false, {}, {}}},
                  {"l2", FloatDistribution{1e-6, 1e-2, true, {}, {}}},
                  {"learning_rate", FloatDistribution{1e-3, 3e-1, true, {}, {}}}};
  description.identity = fmt::format("study: bench\nn_trials: {}\n", n_trials);
  return description;
}

inline RunProvenance provenance() { return {"here", getpid(), 1, "", "", "", "", "bench", ""}; }

/// A record of a curve that does not compress better than a real one: losses have all their digits,
/// accuracies are shares of 12,000 rows.
inline EpochRecord record(TrialNumber trial, std::int64_t epoch) {
  const auto x = static_cast<double>(trial % 1000 + 1);
  const double loss = std::exp(-static_cast<double>(epoch) / x);
  const double accuracy = std::floor(12'000 * (1 - 0.9 * loss)) / 12'000;
  return {epoch, 1e-3 * x, {loss, 0.9 * loss, accuracy, 1.1 * loss, loss / 1.2, accuracy, 0.01}};
}

/// Takes no time: reports so many epochs and is done. The first trials become better and better, as in any
/// random search.
class NullObjective : public Objective {
 public:
  explicit NullObjective(std::int64_t n_epochs) : n_epochs_(n_epochs) {}
  std::optional<TrialOutcome> evaluate(const Trial& trial, TrialObserver& observer) override {
    for (std::int64_t epoch = 0; epoch < n_epochs_; ++epoch) observer.on_epoch(record(trial.number, epoch));
    if (observer.stop_requested()) return std::nullopt;
    TrialOutcome outcome;
    outcome.objective = 1.0 - 1.0 / static_cast<double>(trial.number % 1000 + 2);
    outcome.n_epochs = n_epochs_;
    outcome.best_epoch = n_epochs_ - 1;
    return outcome;
  }

 private:
  std::int64_t n_epochs_;
};

}  // namespace trawl::bench
