#include <cmath>
#include <optional>
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
    master.on_message(rank, Hello{"host", rank, ""}, now);
    take(rank, master.on_message(rank, report({}, 1), now));
  }
  while (!queue.empty()) {
    const EndOfTrial end = queue.top();
    queue.pop();
    now = end.time;
    const TrialNumber number = end.assignment.trial.number;
    TrialNews news = done(number, random.uniform(), end.assignment.attempt);
    if (random.uniform() < 0.001) news = LegFailed{number, end.assignment.attempt, "crash"};
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

// A worker's next word: a result, or a beat on the way to it.
struct Word {
  double time = 0.0;
  int rank = 0;
  bool is_result = false;
  bool operator>(const Word& other) const { return time > other.time; }
};

// The same with leases: workers beat every ten seconds, trials last about half a minute, and a trial in
// twenty ends its worker's words: for ever, or for so long that its result comes late. Nobody listens to an
// answer that comes to a lost one.
class DyingCluster {
 public:
  DyingCluster(Master& master, int n_workers, std::int64_t n_trials)
      : finished(static_cast<std::size_t>(n_trials), 0),
        master_(master),
        workers_(static_cast<std::size_t>(n_workers) + 1) {
    for (int rank = 1; rank <= n_workers; ++rank) {
      master_.on_message(rank, Hello{"host", rank, ""}, now_);
      take(rank, master_.on_message(rank, report({}, 1), now_));
    }
  }
  void run() {
    int next_tick = 0;
    while (!words_.empty() && !master_.progress().all_finished()) {
      const Word word = words_.top();
      while (next_tick < word.time) count(master_.on_tick(next_tick++));
      words_.pop();
      now_ = word.time;
      speak(word);
    }
  }
  std::vector<int> finished;
  int answers_to_lost = 0;
  int deaths = 0;

 private:
  struct Worker {
    std::optional<Assignment> assignment;
    double ends_at = 0.0;
  };
  void speak(const Word& word) {
    Worker& worker = workers_.at(static_cast<std::size_t>(word.rank));
    const bool was_lost = master_.is_lost(word.rank);
    std::vector<TrialNews> news;
    if (word.is_result) {
      news = {done(worker.assignment->trial.number, random_.uniform(), worker.assignment->attempt)};
      worker.assignment.reset();
    }
    const Decision decision = master_.on_message(word.rank, report(news, worker.assignment ? 0 : 1), now_);
    if (was_lost && decision.reply) ++answers_to_lost;
    count(decision.events);
    if (decision.reply) take(word.rank, decision);
  }
  void take(int rank, const Decision& decision) {
    Worker& worker = workers_.at(static_cast<std::size_t>(rank));
    const bool had_one = worker.assignment.has_value();
    for (const Assignment& assignment : assignments(decision)) {
      worker = {assignment, now_ + 30.0 * std::exp(0.5 * random_.normal())};
    }
    if (!had_one && worker.assignment && random_.uniform() < 0.05) {
      ++deaths;
      if (random_.uniform() < 0.3) words_.push({worker.ends_at + 100.0, rank, true});
      return;
    }
    const double beat = now_ + 10.0;
    const bool ends = worker.assignment && worker.ends_at < beat;
    words_.push({ends ? worker.ends_at : beat, rank, ends});
  }
  void count(const std::vector<TrialEvent>& events) {
    for (const auto& event : events_of<TrialFinished>(events))
      ++finished.at(static_cast<std::size_t>(event.trial));
  }

  Master& master_;
  RandomStream random_{StreamKey(2)};
  double now_ = 0.0;
  std::vector<Worker> workers_;
  std::priority_queue<Word, std::vector<Word>, std::greater<>> words_;
};

TEST(SimulatedCluster, DeathsOfThousandsOfWorkersCostTheirTrialsNothing) {
  constexpr std::int64_t kTrials = 40'000;
  StudyDefinition study = make_study(kTrials);
  study.cluster.max_attempts = 20;
  const IndexSampler sampler(kTrials);
  Master master(study, sampler, fresh_progress(study));
  DyingCluster cluster(master, 10'000, kTrials);
  cluster.run();
  EXPECT_TRUE(master.progress().all_finished());
  EXPECT_EQ(master.progress().n_failed(), 0);
  EXPECT_EQ(cluster.finished, std::vector<int>(kTrials, 1));
  EXPECT_EQ(cluster.answers_to_lost, 0);
  EXPECT_GT(cluster.deaths, 1000);
  EXPECT_GT(master.n_lost(), 1000);
}

TEST(SimulatedCluster, WithoutAnyWorkerLeftTheTrialsWait) {
  StudyDefinition study = make_study(10);
  study.cluster.heartbeat_timeout = 5.0;
  const IndexSampler sampler(10);
  Master master(study, sampler, fresh_progress(study));
  master.expect_workers(2);
  for (const int rank : {1, 2}) {
    master.on_message(rank, Hello{"host", rank, ""}, 0.0);
    master.on_message(rank, report({}, 1), 0.0);
  }
  for (int second = 0; second < 10; ++second) master.on_tick(second);
  EXPECT_EQ(master.n_lost(), 2);
  EXPECT_EQ(master.n_workers(), 0);
  EXPECT_EQ(master.n_running(), 0);
  EXPECT_FALSE(master.progress().all_finished());
}

}  // namespace
}  // namespace trawl
