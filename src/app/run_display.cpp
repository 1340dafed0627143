// Prints how a run begins and how it ends.
#include "trawl/app/run_display.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "trawl/app/output.hpp"
#include "trawl/app/progress_text.hpp"
#include "trawl/app/views.hpp"
#include "trawl/base/text.hpp"

namespace trawl {
namespace {

constexpr std::int64_t kShownPoints = 5;

std::string name_of(const RunFacts& run) {
  return run.shard.is_whole() ? run.study.name : fmt::format("{} ({})", run.study.name, described(run.shard));
}

void say_where_results_are(const std::string& path) {
  say("results: {}\nreport: python3 -m analysis report {}\n", path, shell_path(path));
}

void say_what_failed(const StudyProgress& progress) {
  if (progress.n_failed() == 0) return;
  say("{}; the same command with --retry-failed tries {} again\n", complete_text(progress.n_failed()),
      progress.n_failed() == 1 ? "it" : "them");
}

std::string paused_text(const StudyProgress& progress) {
  return progress.n_paused() == 0 ? "" : fmt::format(", {} paused", progress.n_paused());
}

const char* how_it_begins(StudyStart start) {
  return start == StudyStart::fresh ? "starts" : start == StudyStart::extended ? "is extended" : "is resumed";
}

}  // namespace

void RunDisplay::on_complete_already(const RunFacts& run, const StudyProgress& progress) {
  if (progress.n_failed() > 0) {
    say("{}: all {} trials have finished already\n", name_of(run), progress.n_in_shard());
  } else {
    say("{}: all {} trials are complete already\n", name_of(run), progress.n_in_shard());
  }
  if (run.retries_failed && progress.n_failed() == 0)
    say("no trial has failed, so --retry-failed has nothing to do\n");
  print_best(read_results(run.results, Curves::skip), kShownPoints);
  say_what_failed(progress);
  say_where_results_are(run.results);
}

void RunDisplay::on_start(const RunFacts& run, const ResultsStore& store) {
  const StudyProgress& progress = store.progress();
  say("{} {}: {} of {} trials to go on {} worker{}, results in {}\n", name_of(run),
      how_it_begins(store.start()), progress.n_unfinished(), progress.n_in_shard(), run.n_workers,
      run.n_workers == 1 ? "" : "s", run.results);
  if (run.retries_failed) {
    const std::int64_t n = store.n_retried();
    say("{} trial{} that had failed {} tried again\n", n == 0 ? "no" : fmt::format("{}", n), n > 1 ? "s" : "",
        n > 1 ? "are" : "is");
  }
  std::fflush(stdout);
  progress_.emplace(run.study, style_);
}

void RunDisplay::on_events(const std::vector<TrialEvent>& events, const Master& master) {
  progress_->on_events(events, master);
}

void RunDisplay::on_tick(const Master& master) { progress_->on_tick(master); }

void RunDisplay::on_trained(const Master& master) { progress_->finish(master); }

void RunDisplay::on_stopped(const RunFacts& /*run*/, const Master& master) {
  const StudyProgress& progress = master.progress();
  if (master.gave_up()) {
    say("stopped: {} of {} trials are finished, {} of them failed\n", progress.n_finished(),
        progress.n_in_shard(), progress.n_failed());
    return;
  }
  if (master.n_workers() == 0 && !master.stopping()) say("all workers are lost\n");
  say("stopped: {} of {} trials are finished{}; the same command carries on\n", progress.n_finished(),
      progress.n_in_shard(), paused_text(progress));
}

void RunDisplay::on_complete(const RunFacts& run, const StudyProgress& progress) {
  print_best(read_trusted_results(run.results, Curves::skip), kShownPoints);
  if (progress_->trained_here() > 0) say("{}\n", progress_->summary());
  say_what_failed(progress);
  say_where_results_are(run.results);
}

}  // namespace trawl
