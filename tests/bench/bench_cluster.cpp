// Trials per second through everything but training: MPI, master, journal and published file, with an
// objective that takes no time, in the ranks themselves (`isolation: none`).
//   mpirun -n RANKS cluster_bench [trials] [epochs a trial]
// prints "ranks trials epochs trials_per_second cpu_us", cpu_us: microseconds of a core that rank 0 took a
// trial, all its threads.
#include <cstdlib>

#include <fmt/format.h>

#include "bench_study.hpp"
#include "trawl/base/clock.hpp"
#include "trawl/cluster/master_loop.hpp"
#include "trawl/comm/mpi_session.hpp"

namespace {

using namespace trawl;

class SilentMonitor : public StudyMonitor {
 public:
  void on_events(const std::vector<TrialEvent>& /*events*/, const Master& /*master*/) override {}
  void on_tick(const Master& /*master*/) override {}
};

bool never() { return false; }

void work(MpiSession& mpi, std::int64_t n_epochs) {
  bench::NullObjective objective(n_epochs);
  InlineExecutor executor(objective, never);
  mpi.barrier();
  Worker(mpi.link(), 0, executor, "here", never).run();
}

int lead(MpiSession& mpi, std::int64_t n_trials, std::int64_t n_epochs) {
  const bench::Folder folder;
  const StudyDescription study = bench::describe(n_trials);
  const auto store = ResultsStore::open(folder.file(), study, bench::provenance());
  const auto sampler = make_sampler(study.definition.search);
  Master master(study.definition, *sampler, store->progress());
  SilentMonitor monitor;
  MasterLoop loop(mpi.link(), master, *store, monitor, mpi.size() - 1, never);
  mpi.barrier();
  const double start = steady_time();
  const double cpu = bench::cpu_time(CLOCK_PROCESS_CPUTIME_ID);
  loop.run();
  const double seconds = steady_time() - start;
  const double cpu_us =
      1e6 * (bench::cpu_time(CLOCK_PROCESS_CPUTIME_ID) - cpu) / static_cast<double>(n_trials);
  if (master.progress().n_complete() != n_trials || !loop.store_error().empty()) {
    fmt::print(stderr, "cluster_bench: {} of {} trials are complete {}\n", master.progress().n_complete(),
               n_trials, loop.store_error());
    return 1;
  }
  fmt::print("{} {} {} {:.0f} {:.2f}\n", mpi.size(), n_trials, n_epochs,
             static_cast<double>(n_trials) / seconds, cpu_us);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t n_trials = argc > 1 ? std::atoll(argv[1]) : 100'000;
  const std::int64_t n_epochs = argc > 2 ? std::atoll(argv[2]) : 0;
  MpiSession mpi;
  int code = 0;
  if (mpi.rank() == 0)
    code = lead(mpi, n_trials, n_epochs);
  else
    work(mpi, n_epochs);
  mpi.finalize();
  return code;
}
