#include "trawl/cluster/master_loop.hpp"

#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "trawl/base/error.hpp"
#include "trawl/comm/loopback_link.hpp"

namespace trawl {
namespace {

using namespace testing;

class HalfObjective : public Objective {
 public:
  std::optional<TrialOutcome> evaluate(const Trial& trial, TrialObserver& observer) override {
    observer.on_epoch(EpochRecord{});
    if (observer.stop_requested()) return std::nullopt;
    return done(trial.number, 0.5).outcome;
  }
};

class MemoryStore : public TrialStore {
 public:
  explicit MemoryStore(std::size_t capacity = SIZE_MAX) : capacity_(capacity) {}
  void append(const std::vector<TrialEvent>& events) override {
    if (all.size() + events.size() > capacity_) throw StoreError("the disk is full");
    all.insert(all.end(), events.begin(), events.end());
  }
  std::vector<TrialEvent> all;

 private:
  std::size_t capacity_;
};

class SilentMonitor : public StudyMonitor {
 public:
  void on_events(const std::vector<TrialEvent>& /*events*/, const Master& /*master*/) override {}
  void on_tick(const Master& /*master*/) override {}
};

// Master and worker in one process, as without a launcher.
struct Alone {
  explicit Alone(std::int64_t n_points, std::size_t capacity = SIZE_MAX)
      : study(make_study(n_points)),
        sampler(n_points),
        master(study, sampler, fresh_progress(study)),
        store(capacity),
        executor(objective, [this] { return stop; }),
        worker(pair.worker(), 0, executor, "here", [this] { return stop; }),
        loop(pair.master(), master, store, monitor, 1, [this] { return stop; }) {}
  StudyDefinition study;
  IndexSampler sampler;
  Master master;
  MemoryStore store;
  SilentMonitor monitor;
  HalfObjective objective;
  LoopbackPair pair;
  bool stop = false;
  InlineExecutor executor;
  Worker worker;
  MasterLoop loop;
};

TEST(MasterLoop, OneProcessFinishesAStudy) {
  Alone alone(500);
  alone.loop.run_with(alone.worker);
  EXPECT_TRUE(alone.master.progress().all_finished());
  EXPECT_TRUE(alone.loop.all_said_goodbye());
  EXPECT_EQ(events_of<TrialFinished>(alone.store.all).size(), 500U);
  EXPECT_EQ(events_of<EpochsReported>(alone.store.all).size(), 500U);
  const auto rows = events_of<WorkerSeen>(alone.store.all);
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows.back().trials, 500);
}

TEST(MasterLoop, AFinishedStudySendsTheWorkerHome) {
  Alone alone(0);
  alone.loop.run_with(alone.worker);
  EXPECT_TRUE(alone.worker.finished());
}

TEST(MasterLoop, AStopSignalEndsItWithUnfinishedTrials) {
  Alone alone(1000);
  alone.stop = true;
  alone.loop.run_with(alone.worker);
  EXPECT_TRUE(alone.loop.all_said_goodbye());
  EXPECT_FALSE(alone.master.progress().all_finished());
}

TEST(MasterLoop, AStoreThatFailsStopsTheStudyAndPromisesNothing) {
  Alone alone(1000, 50);
  alone.loop.run_with(alone.worker);
  EXPECT_EQ(alone.loop.store_error(), "the disk is full");
  EXPECT_TRUE(alone.loop.all_said_goodbye());
  EXPECT_LE(alone.store.all.size(), 50U);
}

}  // namespace
}  // namespace trawl
