// What storing costs, on the disk that holds $TMPDIR.
//   store_bench epochs [EPOCHS]             epochs per second, in batches, until the journal is durable
//   store_bench cost [TRIALS]               CPU of a trial of 50 epochs at the end of a study of so many
//   trials store_bench complete [TRIALS] [EPOCHS]  from the last trial's end to the complete file
// Each prints one line of numbers; see the functions.
#include <cstdlib>
#include <functional>
#include <map>

#include <fcntl.h>
#include <fmt/format.h>

#include "bench_study.hpp"
#include "trawl/base/clock.hpp"
#include "trawl/base/disk_file.hpp"
#include "trawl/cluster/master.hpp"
#include "trawl/journal/journal_reader.hpp"
#include "trawl/journal/journal_writer.hpp"
#include "trawl/results/table_builder.hpp"

namespace {

using namespace trawl;
constexpr std::int64_t kEpochs = 50;

TrialEvent curve(TrialNumber trial, std::int64_t n_epochs) {
  EpochsReported reported{trial, 1, {}};
  for (std::int64_t epoch = 0; epoch < n_epochs; ++epoch)
    reported.records.push_back(bench::record(trial, epoch));
  return reported;
}

double written_per_second(const std::string& path, std::uint64_t bytes) {
  const std::string piece(1UL << 20, 'x');
  const double start = steady_time();
  DiskFile file(path, O_WRONLY | O_CREAT | O_TRUNC);
  for (std::uint64_t done = 0; done < bytes; done += piece.size()) file.write_all(piece);
  file.sync_data();
  return static_cast<double>(bytes) / (steady_time() - start);
}

/// epochs_per_second, and what the disk would take of the same bytes written plainly and synced.
void epochs(std::int64_t n_epochs) {
  constexpr std::int64_t kBatch = 128;
  const bench::Folder folder;
  JournalWriter writer(folder.file(), {}, 0, 1.0, 1UL << 30);
  std::vector<TrialEvent> batch;
  for (TrialNumber trial = 0; trial < kBatch; ++trial) batch.push_back(curve(trial, kEpochs));
  const double start = steady_time();
  std::int64_t done = 0;
  for (; done < n_epochs; done += kBatch * kEpochs) writer.append<TrialEvent>(batch);
  writer.sync();
  const double seconds = steady_time() - start;
  const JournalPosition position = writer.position();
  const double limit = written_per_second(folder.file(), position.offset) * static_cast<double>(done) /
                       static_cast<double>(position.offset);
  fmt::print("{:.0f} {:.0f}\n", static_cast<double>(done) / seconds, limit);
}

/// Decision, journal and tables of a trial that sends its epochs in five reports; microseconds of CPU each.
/// The decision has its messages decoded and encoded; the tables are the publisher's share that grows with
/// every trial: reading the journal back, rows made ready. Trials before the last kMeasured have no epochs.
void cost(std::int64_t n_trials) {
  constexpr std::int64_t kMeasured = 1000;
  constexpr std::int64_t kReports = 5;
  constexpr int kWorkers = 8;
  const bench::Folder folder;
  const StudyDescription study = bench::describe(n_trials);
  const auto sampler = make_sampler(study.definition.search);
  Master master(study.definition, *sampler, {n_trials, 1, study.definition.objective.direction});
  const JournaledStudy stored = journaled(study);
  JournalWriter writer(folder.file(), {}, 0, 1.0, 1UL << 30);
  TableBuilder builder(stored);
  for (int rank = 1; rank <= kWorkers; ++rank) master.on_message(rank, Hello{"here", rank, ""}, 0.0);

  double decision = 0.0;
  double journal = 0.0;
  const auto timed = [](double& seconds, const auto& action) {
    const double start = bench::cpu_time(CLOCK_THREAD_CPUTIME_ID);
    action();
    seconds += bench::cpu_time(CLOCK_THREAD_CPUTIME_ID) - start;
  };
  std::map<int, TrialNumber> running;
  const auto say = [&](int rank, std::vector<TrialNews> news, std::int64_t wanted) {
    const std::string bytes = to_bytes(FromWorker(Report{std::move(news), wanted, false, 0.0, 0.0}));
    Decision decided;
    timed(decision, [&] {
      decided = master.on_message(rank, from_worker(bytes), 0.0);
      static_cast<void>(to_bytes(*decided.reply));
    });
    timed(journal, [&] { writer.append<TrialEvent>(decided.events); });
    if (const auto* run = std::get_if<RunTrials>(&*decided.reply)) {
      if (!run->assignments.empty()) running[rank] = run->assignments.front().trial.number;
    }
  };
  for (int rank = 1; rank <= kWorkers; ++rank) say(rank, {}, 1);
  const auto finish = [&](int rank, std::int64_t reports) {
    const TrialNumber trial = running.at(rank);
    for (std::int64_t i = 0; i < reports; ++i) {
      EpochsReported reported{trial, 1, {}};
      for (std::int64_t e = 0; e < kEpochs / kReports; ++e)
        reported.records.push_back(bench::record(trial, i * kEpochs / kReports + e));
      say(rank, {reported}, 0);
    }
    TrialOutcome outcome;
    outcome.objective = 0.5;
    outcome.n_epochs = reports * kEpochs / kReports;
    say(rank, {LegDone{trial, 1, outcome}}, 1);
  };
  const std::int64_t before = std::max<std::int64_t>(0, n_trials - kMeasured);
  for (std::int64_t i = 0; i < before; ++i) finish(1 + static_cast<int>(i % kWorkers), 0);
  const JournalPosition from = writer.position();
  decision = journal = 0.0;
  for (std::int64_t i = before; i < n_trials; ++i) finish(1 + static_cast<int>(i % kWorkers), kReports);

  double tables = 0.0;
  JournalReader before_reader(folder.file(), {}, from);
  while (const auto record = before_reader.next()) {
    builder.apply(*record);
    if (builder.n_pending() > 100'000) static_cast<void>(builder.take_pending());
  }
  static_cast<void>(builder.take_pending());
  timed(tables, [&] {
    JournalReader reader(folder.file(), from, writer.position());
    while (const auto record = reader.next()) builder.apply(*record);
  });
  const double scale = 1e6 / static_cast<double>(n_trials - before);
  fmt::print("{:.1f} {:.1f} {:.1f}\n", scale * decision, scale * journal, scale * tables);
}

/// Seconds of complete(), of the file's size twice written and once synced plainly, and the file's megabytes.
void complete(std::int64_t n_trials, std::int64_t n_epochs) {
  const bench::Folder folder;
  const StudyDescription study = bench::describe(n_trials);
  const auto sampler = make_sampler(study.definition.search);
  const auto store = ResultsStore::open(folder.file(), study, bench::provenance());
  for (TrialNumber n = 0; n < n_trials; ++n) {
    TrialOutcome outcome;
    outcome.objective = 0.5;
    outcome.n_epochs = n_epochs;
    store->append({TrialStarted{{n, n, 0, sampler->point(n)}, 1, 1, "here", 0.0}, curve(n, n_epochs),
                   TrialFinished{n, 1, 0.0, outcome}});
  }
  const double start = steady_time();
  const double cpu = bench::cpu_time(CLOCK_PROCESS_CPUTIME_ID);
  store->complete(std::nullopt, 0);
  const double seconds = steady_time() - start;
  const double cpu_seconds = bench::cpu_time(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  const auto bytes = static_cast<double>(std::filesystem::file_size(folder.file()));
  const auto raw = static_cast<std::uint64_t>(n_trials * n_epochs) * 80;
  const double limit = static_cast<double>(raw) / written_per_second(folder.file(), raw);
  fmt::print("{:.6f} {:.6f} {:.6f} {:.1f}\n", seconds, limit, cpu_seconds, 1e-6 * bytes);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const auto number = [&](int i, std::int64_t fallback) { return argc > i ? std::atoll(argv[i]) : fallback; };
  if (what == "epochs") {
    epochs(number(2, 5'000'000));
  } else if (what == "cost") {
    cost(number(2, 1'000'000));
  } else if (what == "complete") {
    complete(number(2, 100'000), number(3, kEpochs));
  } else {
    fmt::print(stderr, "store_bench: epochs, cost or complete?\n");
    return 2;
  }
  return 0;
}
