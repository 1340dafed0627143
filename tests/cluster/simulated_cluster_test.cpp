#include <cmath>
#include <queue>

#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "trawl/base/random.hpp"

namespace trawl {
namespace {

using namespace testing;

struct EndOfTrial {
  double time = 0.0;
  int rank = 0;
  Assignment assignment;
  bool operator>(const EndOfTrial& other) const { return time > other.time; }
};

// A cluster in simulated time: trials last about a second (log-normal), one attempt in a
// thousand crashes. Returns the share of the workers' time that was spent training.
double simulate(Master& master, int n_workers, std::vector<int>& finished) {
  RandomStream random{StreamKey(1)};
  std::priority_queue<EndOfTrial, std::vector<EndOfTrial>, std::greater<>> queue;
  double busy = 0.0;
  double now = 0.0;
  const auto take = [&](int rank, const Decision& decision) {
    for (const auto& event : events_of<TrialFinished>(decision.events)) {
      ++finished.at(static_cast<std::size_t>(event.trial));
    }
    for (const Assignment& assignment : assignments(decision)) {
      const double seconds = std::exp(0.5 * random.normal());
      busy += seconds;
      queue.push({now + seconds, rank, assignment});
    }
  };
  for (int rank = 1; rank <= n_workers; ++rank) {
    master.on_message(rank, Hello{"host", rank}, now);
    take(rank, master.on_message(rank, report({}, 1), now));
  }
  while (!queue.empty()) {
    const EndOfTrial end = queue.top();
    queue.pop();
    now = end.time;
    const TrialNumber number = end.assignment.trial.number;
    TrialNews news = done(number, random.uniform(), end.assignment.attempt);
    if (random.uniform() < 0.001) news = TrialFailed{number, end.assignment.attempt, "crash"};
    take(end.rank, master.on_message(end.rank, report({news}, 1), now));
  }
  return busy / (now * n_workers);
}

TEST(SimulatedCluster, TenThousandWorkersFinishEveryTrialOnce) {
  constexpr std::int64_t kTrials = 200'000;
  const StudyDefinition study = make_study(kTrials);
  const IndexSampler sampler(kTrials);
  Master master(study, sampler, fresh_progress(study));
  std::vector<int> finished(kTrials, 0);
  const double share = simulate(master, 10'000, finished);
  EXPECT_TRUE(master.progress().all_finished());
  EXPECT_EQ(master.n_running(), 0);
  EXPECT_EQ(finished, std::vector<int>(kTrials, 1));
  // 20 trials a worker of unequal lengths: only the tail leaves workers without one.
  EXPECT_GT(share, 0.7);
}

}  // namespace
}  // namespace trawl
