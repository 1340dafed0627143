// Takes a rank through a study, step by step in the only order that works.
#include "trawl/run/study_run.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "trawl/base/clock.hpp"
#include "trawl/base/disk_file.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/host.hpp"
#include "trawl/base/log.hpp"
#include "trawl/base/output_path.hpp"
#include "trawl/base/path.hpp"
#include "trawl/base/patience.hpp"
#include "trawl/base/private_folder.hpp"
#include "trawl/cluster/checkpoint_folder.hpp"
#include "trawl/cluster/local_workers.hpp"
#include "trawl/comm/loopback_link.hpp"
#include "trawl/config/pruner_reader.hpp"
#include "trawl/data/content_hash.hpp"
#include "trawl/journal/journal_reader.hpp"
#include "trawl/run/best_of_file.hpp"
#include "trawl/run/build_info.hpp"
#include "trawl/run/leg_cost.hpp"
#include "trawl/run/node_objective.hpp"
#include "trawl/run/provenance.hpp"
#include "trawl/run/run_report.hpp"
#include "trawl/run/stop_signal.hpp"

namespace trawl {
namespace {

std::string output_path(const RunOptions& options, const StudyDefinition& study) {
  if (!options.output.empty()) return options.output;
  require_file_name(study.name);
  if (options.shard.is_whole()) return study.name + ".h5";
  return fmt::format("{}-shard-{}.h5", study.name, options.shard.index);
}

int finished_code(const StudyProgress& progress) {
  return static_cast<int>(progress.n_failed() > 0 ? ExitCode::some_failed : ExitCode::complete);
}

bool is_stored(const std::string& output) {
  return file_state(output).exists || !journal_segments(output).empty();
}

double time_until_stop(double limit) {
  if (limit == 0.0) return std::numeric_limits<double>::infinity();
  return limit - std::min(kMarginSeconds, limit / 2);
}

bool uses_processes(const StudyDefinition& study) {
  return study.cluster.isolation == ClusterDefinition::Isolation::process;
}

}  // namespace

StudyRun::StudyRun(const RunOptions& options, const Program& program, RunMonitor& monitor)
    : options_(options),
      program_(program),
      monitor_(monitor),
      stop_at_(steady_time() + time_until_stop(options.time_limit)) {
  try {
    begin_before_mpi();
  } catch (const std::exception&) {
    problem_ = std::current_exception();
  }
}

void StudyRun::begin_before_mpi() {
  const auto best = [this](const std::string& path) { return best_of_file(path, program_.keys); };
  job_ = read_job(options_.job, options_.overrides, best, program_.keys);
  check_shard();
  const std::string output = output_path(options_, job_.definition);
  refuse_new_tilde(output);
  options_.output = results_path(output);
  if (!job_.too_many_points.empty() && !is_stored(options_.output)) throw ConfigError(job_.too_many_points);
  if (uses_processes(job_.definition)) {
    launcher_.emplace([this](const std::string& data_path) {
      return std::make_unique<NodeObjective>(program_, job_.definition, data_path);
    });
  }
  data_.emplace(job_.definition);
}

void StudyRun::check_shard() const {
  if (options_.shard.is_whole()) return;
  if (job_.definition.pruner.prunes()) {
    throw ConfigError(
        "--shard does not go with a pruner, which compares trials that other shards have; leave out "
        "--shard, or the pruner: --set pruner=none");
  }
  if (job_.definition.has_timetable()) {
    throw ConfigError(fmt::format(
        "--shard does not go with sampler: {}, which learns from trials that other shards have; leave "
        "out --shard, or take sampler: random",
        job_.definition.search.sampler));
  }
}

int StudyRun::run() {
  check_temporary_folder();
  ranks_.emplace();
  report_connected(ranks_->size());
  ranks_->together([this] {
    if (problem_) std::rethrow_exception(problem_);
  });
  start();
  const bool complete = store_ && store_->start() == StudyStart::already_complete;
  if (!ranks_->broadcast(complete ? "complete" : "").empty()) return show_complete();
  find_master();
  began_ = true;
  return ranks_->rank() == 0 ? lead() : work();
}

// Where it is full MPI_Init may hang.
void StudyRun::check_temporary_folder() const {
  if (!MpiSession::is_launched() || !seems_first_on_node()) return;
  try {
    PrivateFolder().check_room(kRoomForMpi);
  } catch (const StoreError& e) {
    report_refusal(static_cast<int>(ExitCode::storage_failed));
    throw;
  }
}

void StudyRun::leave() {
  if (ranks_) ranks_->finalize();
}

void StudyRun::abort(ExitCode code) {
  if (began_ && ranks_->size() > 1) {
    report_exit(static_cast<int>(code));
    ranks_->leave(static_cast<int>(code));
  }
  if (ranks_) ranks_->abort(code);
}

void StudyRun::find_master() {
  const std::string text = ranks_->broadcast(fmt::format("{} {}", getpid(), process_space()));
  const std::size_t space = text.find(' ');
  const bool is_seen = space + 1 < text.size() && text.substr(space + 1) == process_space();
  if (is_seen) master_pid_ = std::atoll(text.c_str());
}

void StudyRun::start() {
  ranks_->check_equal(job_.resolved, "another job file");
  if (ranks_->rank() == 0) {
    for (const std::string& warning : job_.warnings) log_warning("{}", warning);
  }
  data_->share(*ranks_);
  // Where a link led when rank 0 looked, it leads for all.
  options_.output = ranks_->broadcast(options_.output);
  checkpoints_ = checkpoint_settings();
  ranks_->together([this] {
    if (!trains()) return launcher_.reset();
    if (launcher_) return launcher_->set_up(data_->path(), checkpoints_);
    objective_ = std::make_unique<NodeObjective>(program_, job_.definition, data_->path());
  });
  data_->remove_name();
  ranks_->together([this] {
    if (stop_requested()) throw StopRequested("stopped before it began; the same command carries on");
    if (ranks_->rank() == 0) open_store();
  });
}

void StudyRun::open_store() {
  for (const std::string& warning : data_->summary().warnings) log_warning("{}", warning);
  const std::int64_t validation_rows = data_->summary().validation_rows;
  for (const std::string& warning : data_warnings(program_, job_.definition, validation_rows))
    log_warning("{}", warning);
  const std::filesystem::path folder = std::filesystem::path(options_.output).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) {
    throw StoreError(
        fmt::format("cannot make the folder {}: {}; choose another place for the results with -o",
                    folder.string(), error.message()));
  }
  StudyDescription description;
  description.definition = job_.definition;
  description.job_text = job_.text;
  description.job_resolved = job_.resolved;
  description.shard = options_.shard;
  description.keep = what_to_keep(job_.definition);
  description.identity = identity(job_.identity);
  description.older_identity = identity(job_.older_identity);
  description.refusal = job_.too_many_points;
  description.no_growth = job_.no_growth;
  if (const PreparedData* data = data_->data()) {
    description.data = {data->train().rows, data->validation().rows, data->test().rows,
                        data->train().n_features, data->n_classes()};
    const DataSummary& summary = data_->summary();
    description.scaling = {summary.scaling.offset, summary.scaling.factor, summary.feature_names};
  }
  StoreOptions store_options;
  store_options.stop_requested = stop_requested;
  store_options.retry_failed = options_.retry_failed;
  store_options.room_seconds = job_.definition.cluster.full_disk_timeout;
  store_ = ResultsStore::open(options_.output, description,
                              collect_provenance(ranks_->size(), options_.command), store_options);
  job_.definition.search.distinct = tries_no_point_twice(store_->identity());
  remove_old_checkpoints(checkpoints_.folder, store_->progress());
  // Of a study that was here and drew its points by the older rule: they bear the same names.
  const bool may_be_older = job_.identity != job_.older_identity && store_->start() == StudyStart::fresh;
  if (may_be_older) std::filesystem::remove_all(checkpoints_.folder, error);
}

std::string StudyRun::identity(const std::string& of_job) const {
  return fmt::format("{}data_hash: {}\n", of_job, hash_text(data_->data()));
}

CheckpointSettings StudyRun::checkpoint_settings() const {
  const std::string study = identity(job_.identity);
  ContentHash hash;
  hash.add(study.data(), study.size());
  return {std::filesystem::absolute(options_.output).string() + ".checkpoints",
          fmt::format("{:016x}", hash.value()), fmt::format("{} {}", build_description(), git_commit()),
          job_.definition.cluster.checkpoint_every};
}

bool StudyRun::must_stop() const { return stop_requested() || coarse_steady_time() > stop_at_; }

std::unique_ptr<TrialExecutor> StudyRun::make_executor() {
  if (!launcher_) {
    return std::make_unique<InlineExecutor>(
        *objective_, [this] { return must_stop(); }, checkpoints_);
  }
  const ClusterDefinition& cluster = job_.definition.cluster;
  return std::make_unique<ProcessExecutor>(*launcher_, cluster.trial_timeout,
                                           kFilePatience * cluster.heartbeat_timeout);
}

Worker StudyRun::make_worker(Link& link, TrialExecutor& executor) const {
  return {link, 0, executor, host_name(), [this] { return must_stop(); }};
}

RunFacts StudyRun::facts() const {
  const int n_workers = std::max(1, ranks_->size() - 1);
  return {job_.definition, options_.shard, options_.output, options_.retry_failed, n_workers};
}

int StudyRun::show_complete() {
  int code = static_cast<int>(ExitCode::complete);
  if (store_) {
    remove_all_checkpoints(checkpoints_.folder);  // the run that completed it may have died before
    monitor_.on_complete_already(facts(), store_->progress());
    code = finished_code(store_->progress());
  }
  ranks_->finalize();
  return code;
}

int StudyRun::work() {
  const std::unique_ptr<TrialExecutor> executor = make_executor();
  Worker worker = make_worker(ranks_->link(), *executor);
  const double timeout = job_.definition.cluster.heartbeat_timeout;
  std::function<bool()> master_is_gone;
  if (master_pid_ != 0) master_is_gone = [pid = master_pid_] { return !process_exists(pid); };
  worker.watch_master(master_is_gone, std::max(kMasterPatience, kMasterPatienceTimes * timeout), timeout);
  try {
    worker.run();
  } catch (const CommError& e) {
    // The job's launcher would wait for ever for a master that hangs.
    const bool master_hangs = worker.waits_in_vain() && !worker.may_count_as_lost();
    if (master_hangs && master_pid_ != 0) kill_hung(master_pid_);
    report_left(ranks_->rank());
    throw CommError(fmt::format("rank {} leaves: {}", ranks_->rank(), e.what()));
  }
  if (worker.somebody_died()) ranks_->leave(static_cast<int>(ExitCode::complete));
  ranks_->finalize();
  return static_cast<int>(ExitCode::complete);
}

void StudyRun::warn_of_idle_workers() const {
  const StudyDefinition& study = job_.definition;
  const std::int64_t n_workers = std::max(1, ranks_->size() - 1);
  const std::int64_t n_legs = study.search.max_concurrent_trials * study.search.repeats;
  if (!study.has_timetable() || n_workers <= n_legs) return;
  log_warning(
      "{} of {} workers have nothing to do, as search.max_concurrent_trials is {}: in a new study set it to "
      "{} or "
      "more, in this one start fewer",
      n_workers - n_legs, n_workers, study.search.max_concurrent_trials, (3 * n_workers + 1) / 2);
}

int StudyRun::lead() {
  monitor_.on_start(facts(), *store_);
  report_began(store_->progress().n_ended_legs());
  warn_of_idle_workers();
  SignsOfLife signs_of_life;
  const std::unique_ptr<Sampler> sampler = make_sampler(job_.definition.search);
  Master master(job_.definition, *sampler, store_->progress(),
                leg_cost(program_, job_.definition, data_->data()));
  LoopbackPair loopback;
  const bool alone = ranks_->size() == 1;
  CheckpointRemover store(*store_, checkpoints_.folder);
  MasterLoop loop(alone ? loopback.master() : ranks_->link(), master, store, monitor_,
                  alone ? 1 : ranks_->size() - 1, [&] {
                    signs_of_life.on_round();
                    return must_stop();
                  });
  if (alone) {
    const std::unique_ptr<TrialExecutor> executor = make_executor();
    Worker worker = make_worker(loopback.worker(), *executor);
    loop.run_with(worker);
  } else {
    loop.run();
  }
  signs_of_life.on_last_round();
  monitor_.on_trained(master);
  const int code = conclude(loop, master);
  report_exit(code);
  if (!loop.all_said_goodbye()) {
    std::fflush(stdout);  // a launcher may end us for the death of those
    loop.end_hung_workers();
    // One that was lost may have gone on until now, and kept what it trained.
    if (master.is_complete() && loop.store_error().empty()) remove_all_checkpoints(checkpoints_.folder);
    ranks_->leave(code);
  }
  ranks_->finalize();
  return code;
}

int StudyRun::conclude(const MasterLoop& loop, const Master& master) {
  if (!loop.store_error().empty()) {
    log_error("{}", loop.store_error());
    return static_cast<int>(ExitCode::storage_failed);
  }
  const StudyProgress& progress = master.progress();
  if (!master.is_complete()) {
    const auto code = static_cast<int>(master.gave_up() ? ExitCode::bad_input : ExitCode::interrupted);
    store_->close(code);
    if (!master.gave_up() && master.stopping()) report_asked_to_stop();
    monitor_.on_stopped(facts(), master);
    return code;
  }
  const int code = finished_code(progress);
  store_->complete(evaluate_best(master), code);
  remove_all_checkpoints(checkpoints_.folder);
  monitor_.on_complete(facts(), progress);
  return code;
}

std::optional<TestEvaluation> StudyRun::evaluate_best(const Master& master) const {
  const std::optional<BestNetwork> best = store_->best();
  if (data_->data() == nullptr || !program_.evaluate_test) return std::nullopt;
  const SampleView test = data_->data()->test();
  if (!best || best->weights.empty() || test.rows == 0) return std::nullopt;
  // Of a study that was extended the store knows choices only as they are written in the file.
  const Parameters parameters = master.plan().point(best->trial / job_.definition.search.repeats);
  return program_.evaluate_test(job_.definition, parameters, best->weights, test);
}

}  // namespace trawl
