// The master's decisions for a large cluster, without MPI: simulated workers in virtual time, the CPU the
// real Master takes in real time. Trials last about a second (log-normal), one attempt in a thousand fails.
//   master_bench [workers] [trials a worker]
// prints "workers trials training_percent core_percent bytes_a_trial": the share of the workers' time that
// was training, and of a core that the master took (messages decoded and encoded), both until the last trial
// is handed out; and by how much memory grew with each finished trial in the second half. A report waits
// while the master is busy with others; each message is 100 us on its way.
#include <cmath>
#include <cstdlib>
#include <queue>

#include <fmt/format.h>
#include <malloc.h>

#include "bench_study.hpp"
#include "trawl/base/random.hpp"
#include "trawl/cluster/master.hpp"

namespace {

using namespace trawl;

struct EndOfTrial {
  double time = 0.0;
  int rank = 0;
  TrialNumber trial = 0;
  std::int64_t attempt = 1;
  bool operator>(const EndOfTrial& other) const { return time > other.time; }
};

class Simulation {
 public:
  Simulation(Master& master, int n_workers, std::int64_t n_trials)
      : master_(master), n_workers_(n_workers), n_trials_(n_trials) {}

  void run() {
    for (int rank = 1; rank <= n_workers_; ++rank) {
      master_.on_message(rank, Hello{"here", rank}, 0.0);
      report(rank, {}, 0.0);
    }
    while (!queue_.empty()) {
      const EndOfTrial end = queue_.top();
      queue_.pop();
      report(end.rank, {outcome(end)}, end.time);
      if (heap_at_half_ == 0 && 2 * master_.progress().n_finished() >= n_trials_) heap_at_half_ = heap();
    }
  }

  void print() const {
    const double time = handed_out_at_ * n_workers_;
    const auto grown = static_cast<double>(heap_at_end_) - static_cast<double>(heap_at_half_);
    fmt::print("{} {} {:.3f} {:.2f} {:.3f}\n", n_workers_, n_trials_, 100 * (1 - waited_ / time),
               100 * decided_ / handed_out_at_, grown / (0.5 * static_cast<double>(n_trials_)));
  }

 private:
  static constexpr double kOnItsWay = 100e-6;
  static std::size_t heap() { return mallinfo2().uordblks; }

  TrialNews outcome(const EndOfTrial& end) {
    if (random_.uniform() < 0.001) return TrialFailed{end.trial, end.attempt, "crash"};
    TrialOutcome outcome;
    outcome.objective = random_.uniform();
    return TrialDone{end.trial, end.attempt, outcome};
  }

  void report(int rank, std::vector<TrialNews> news, double time) {
    const std::string bytes = to_bytes(FromWorker(Report{std::move(news), 1, false, time, 0.0}));
    const double start = bench::cpu_time(CLOCK_THREAD_CPUTIME_ID);
    const Decision decision = master_.on_message(rank, from_worker(bytes), time);
    const std::string reply = to_bytes(*decision.reply);
    const double seconds = bench::cpu_time(CLOCK_THREAD_CPUTIME_ID) - start;
    free_at_ = std::max(free_at_, time + kOnItsWay) + seconds;
    const double begins = free_at_ + kOnItsWay;
    const ToWorker answer = to_worker(reply);
    const auto* run = std::get_if<RunTrials>(&answer);
    if (run == nullptr || run->assignments.empty()) return;
    decided_ += seconds;
    waited_ += begins - time;
    handed_out_at_ = begins;
    heap_at_end_ = heap_sample();
    const Assignment& assignment = run->assignments.front();
    queue_.push(
        {begins + std::exp(0.5 * random_.normal()), rank, assignment.trial.number, assignment.attempt});
  }

  // mallinfo2() walks lists: not after every message.
  std::size_t heap_sample() { return ++n_samples_ % 1024 == 0 ? heap() : heap_at_end_; }

  Master& master_;
  int n_workers_;
  std::int64_t n_trials_;
  RandomStream random_{StreamKey(1)};
  std::priority_queue<EndOfTrial, std::vector<EndOfTrial>, std::greater<>> queue_;
  double free_at_ = 0.0;
  double handed_out_at_ = 0.0;
  double waited_ = 0.0;
  double decided_ = 0.0;
  std::int64_t n_samples_ = 0;
  std::size_t heap_at_half_ = 0;
  std::size_t heap_at_end_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const int n_workers = argc > 1 ? std::atoi(argv[1]) : 10'000;
  const std::int64_t n_trials = n_workers * (argc > 2 ? std::atoll(argv[2]) : 100);
  const StudyDescription study = bench::describe(n_trials);
  const auto sampler = make_sampler(study.definition.search);
  Master master(study.definition, *sampler, {n_trials, 1, study.definition.objective.direction});
  Simulation simulation(master, n_workers, n_trials);
  simulation.run();
  simulation.print();
  return master.progress().all_finished() ? 0 : 1;
}
