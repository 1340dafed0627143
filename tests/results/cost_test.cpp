#include <ctime>

#include "simulated_study.hpp"
#include "trawl/base/clock.hpp"

namespace trawl::testing {
namespace {

double thread_time() {
  struct timespec now {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Microseconds of a core that append() takes a trial.
double cost_per_trial(std::int64_t n_trials, std::int64_t n_epochs, const StoreOptions& options) {
  const Folder folder;
  const SimulatedStudy study{n_trials, 1, n_epochs, "simulated"};
  const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), options);
  double seconds = 0.0;  // of this thread, so that other work on the machine does not count
  for (TrialNumber n = 0; n < n_trials; ++n) {
    for (TrialEvent& event : study.events(n)) {
      const std::vector<TrialEvent> batch{std::move(event)};
      const double start = thread_time();
      store->append(batch);
      seconds += thread_time() - start;
    }
  }
  const double start = steady_time();
  store->complete(std::nullopt, 0);
  const double per_trial = 1e6 * seconds / static_cast<double>(n_trials);
  fmt::print("{} trials of {} epochs: {:.1f} us a trial in append(), {:.2f} s in complete(), {:.1f} MB\n",
             n_trials, n_epochs, per_trial, steady_time() - start,
             static_cast<double>(std::filesystem::file_size(folder.file())) * 1e-6);
  return per_trial;
}

// Several times what was measured, so that only a change of order fails.
TEST(Cost, AppendStaysCheapAndFlat) {
  EXPECT_LT(cost_per_trial(500, 50, StoreOptions{}), 1'000.0);
  EXPECT_LT(cost_per_trial(20'000, 1, StoreOptions{}), 100.0);
}

}  // namespace
}  // namespace trawl::testing
