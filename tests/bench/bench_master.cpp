// The master's decisions for a large cluster, without MPI: simulated workers in virtual time, the CPU the
// real Master takes in real time. Trials last about a second (log-normal), one attempt in a thousand fails.
// While a trial lasts its worker beats once a second; once a second the master looks for silent workers.
//   master_bench [workers] [trials a worker]
// prints "workers trials training_percent core_percent bytes_a_trial": the share of the workers' time that
// was training until the last trial is handed out; that of a core that the master took (messages decoded and
// encoded) over this time; and by how much memory grew with each finished trial in the second half. A report
// waits while the master is busy with others; each message is 100 us on its way.
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

/// A trial ends; or has its worker beat.
struct ReportDue {
  double time = 0.0;
  int rank = 0;
  TrialNumber trial = 0;
  std::int64_t attempt = 1;
  bool ends = true;
  bool operator>(const ReportDue& other) const { return time > other.time; }
};

class Simulation {
 public:
  Simulation(Master& master, int n_workers, std::int64_t n_trials)
      : master_(master), n_workers_(n_workers), n_trials_(n_trials) {}

  void run() {
    for (int rank = 1; rank <= n_workers_; ++rank) {
      master_.on_message(rank, Hello{"here", rank, ""}, 0.0);
      report(rank, {}, 0.0);
    }
    while (!queue_.empty()) {
      const ReportDue due = queue_.top();
      queue_.pop();
      for (; ticked_at_ + 1.0 <= due.time; ticked_at_ += 1.0) {
        decided_ += cpu_of([this] { master_.on_tick(ticked_at_ + 1.0); });
      }
      report(due.rank, due.ends ? std::vector<TrialNews>{outcome(due)} : std::vector<TrialNews>{}, due.time);
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

  TrialNews outcome(const ReportDue& end) {
    if (random_.uniform() < 0.001) return LegFailed{end.trial, end.attempt, "crash"};
    TrialOutcome outcome;
    outcome.objective = random_.uniform();
    return LegDone{end.trial, end.attempt, outcome};
  }

  void report(int rank, std::vector<TrialNews> news, double time) {
    const std::int64_t wanted = time == 0.0 || !news.empty() ? 1 : 0;
    const std::string bytes = to_bytes(FromWorker(Report{std::move(news), wanted, false, time, 0.0}));
    std::string reply;
    const double seconds =
        cpu_of([&] { reply = to_bytes(*master_.on_message(rank, from_worker(bytes), time).reply); });
    decided_ += seconds;
    free_at_ = std::max(free_at_, time + kOnItsWay) + seconds;
    const double begins = free_at_ + kOnItsWay;
    const ToWorker answer = to_worker(reply);
    const auto* run = std::get_if<RunTrials>(&answer);
    if (run == nullptr || run->assignments.empty()) return;
    waited_ += begins - time;
    handed_out_at_ = begins;
    heap_at_end_ = heap_sample();
    const Assignment& assignment = run->assignments.front();
    const TrialNumber trial = assignment.trial.number;
    const double lasts = std::exp(0.5 * random_.normal());
    for (double beat = 1.0; beat < lasts; beat += 1.0) {
      queue_.push({begins + beat, rank, trial, assignment.attempt, false});
    }
    queue_.push({begins + lasts, rank, trial, assignment.attempt, true});
  }

  template <class Work>
  static double cpu_of(const Work& work) {
    const double start = bench::cpu_time(CLOCK_THREAD_CPUTIME_ID);
    work();
    return bench::cpu_time(CLOCK_THREAD_CPUTIME_ID) - start;
  }

  // mallinfo2() walks lists: not after every message.
  std::size_t heap_sample() { return ++n_samples_ % 1024 == 0 ? heap() : heap_at_end_; }

  Master& master_;
  int n_workers_;
  std::int64_t n_trials_;
  RandomStream random_{StreamKey(1)};
  std::priority_queue<ReportDue, std::vector<ReportDue>, std::greater<>> queue_;
  double ticked_at_ = 0.0;
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
