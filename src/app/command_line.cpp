// Reads what the user typed, and runs the verb.
#include "trawl/app/command_line.hpp"

#include <algorithm>
#include <csignal>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "trawl/app/check_job.hpp"
#include "trawl/app/export_csv.hpp"
#include "trawl/app/init_job.hpp"
#include "trawl/app/merge_files.hpp"
#include "trawl/app/output.hpp"
#include "trawl/app/run_display.hpp"
#include "trawl/app/train_once.hpp"
#include "trawl/app/views.hpp"
#include "trawl/app/watch_status.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/exit_code.hpp"
#include "trawl/base/guarded_process.hpp"
#include "trawl/base/log.hpp"
#include "trawl/base/path.hpp"
#include "trawl/base/removed_on_signal.hpp"
#include "trawl/base/text.hpp"
#include "trawl/run/build_info.hpp"
#include "trawl/run/program.hpp"
#include "trawl/run/rank_group.hpp"
#include "trawl/run/relay.hpp"
#include "trawl/run/run_report.hpp"
#include "trawl/run/run_study.hpp"
#include "trawl/run/stop_signal.hpp"

namespace trawl {
namespace {

struct Verb;

// What was typed: the verb, and what it was given.
struct Arguments {
  const Verb* verb = nullptr;
  Program program;
  RunOptions run;
  ProgressStyle progress = ProgressStyle::automatic;
  std::string file;
  std::string other_file;
  std::string folder;
  std::string label;
  std::string output = "job.yaml";
  std::vector<std::string> files;
  Missing missing = Missing::refuse;
  std::int64_t k = 5;
  TableFormat format = TableFormat::table;
  bool watch = false;
  double every = 1.0;  // seconds
};

// A verb of the command line; verbs() has all of them.
struct Verb {
  const char* name;
  const char* what;      // a line of `trawl -h`
  const char* examples;  // below the options of `trawl NAME -h`, with what else there is to say
  void (*add_options)(CLI::App* command, Arguments& arguments);
  int (*act)(const Arguments& arguments);  // gives the exit code
  bool writes = false;           // what cannot be read or written is a failure of storage, not bad input
  bool stops_in_order = false;   // a signal is a request
  bool is_trawls_alone = false;  // what job files of other programs hold is theirs
  bool is_hidden = false;        // from -h
};

// The examples are trawl's; another program stands under its own name.
std::string named(std::string text, const Program& program) {
  constexpr std::string_view kCommand = "trawl ";
  for (std::size_t at = text.find(kCommand); at != std::string::npos; at = text.find(kCommand, at)) {
    text.replace(at, kCommand.size(), program.name + " ");
    at += program.name.size();
  }
  return text;
}

// What cannot be read is bad input, unless the verb is there to write it.
int code_of(const std::exception& error, const Verb* verb) {
  const bool writes = verb != nullptr && verb->writes;
  const ExitCode code = exit_code_of(error);
  return static_cast<int>(code == ExitCode::storage_failed && !writes ? ExitCode::bad_input : code);
}

int ended(int code) {
  if (!output_failed()) return code;
  log_error("cannot write to standard output");
  return static_cast<int>(ExitCode::our_fault);
}

// What reads results files does it in a process of its own: libhdf5 crashes on some damaged ones.
int guarded(const Verb* verb, const std::vector<std::string>& files, const std::function<int()>& act) {
  const auto in_child = [&] {
    try {
      return ended(act());
    } catch (const std::exception& e) {
      log_error("{}", e.what());
      return code_of(e, verb);
    }
  };
  return supervise(limits_for(files), in_child, [&](const std::string& fault) {
    log_error("{}: damaged, or made to do harm: the HDF5 library {} on {}", fmt::join(files, ", "), fault,
              files.size() == 1 ? "it" : "one of them");
    return static_cast<int>(ExitCode::bad_input);
  });
}

void add_job(CLI::App* command, Arguments& arguments) {
  command->add_option("JOB", arguments.run.job, "the job file (see jobs/README.md)")->required();
  command
      ->add_option("--set", arguments.run.overrides,
                   "set a key of the job file, VALUE in YAML; may be repeated")
      ->type_name("KEY.PATH=VALUE")
      ->take_all()
      ->allow_extra_args(false);
}

void add_file(CLI::App* command, Arguments& arguments) {
  command->add_option("FILE", arguments.file, "a results file")->required();
}

Shard shard_of(const std::string& text) {
  Shard shard;
  if (from_text(text, shard)) return shard;
  throw CLI::ValidationError(
      "--shard", fmt::format("found {}; allowed: I/N with 0 <= I < N, as 0/4, 1/4, 2/4, 3/4", text));
}

void add_run_options(CLI::App* run, Arguments& arguments) {
  add_job(run, arguments);
  run->add_option("-o,--output", arguments.run.output,
                  "the results file (default: STUDY.h5 or STUDY-shard-I.h5 here)")
      ->type_name("FILE.h5");
  run->add_option("--time-limit", arguments.run.time_limit,
                  "end well before so many seconds are over, ready to carry on (default: no limit)")
      ->check(CLI::PositiveNumber)
      ->type_name("SECONDS");
  run->add_option_function<std::string>(
         "--shard", [&arguments](const std::string& text) { arguments.run.shard = shard_of(text); },
         "only every N-th point, from point I on; see `merge`")
      ->type_name("I/N");
  run->add_flag("--retry-failed", arguments.run.retry_failed,
                "try failed trials again, and keep what is complete; --set cluster.trial_timeout=0 (or more\n"
                "cluster.max_attempts) may go with it");
  const std::map<std::string, ProgressStyle> styles = {{"auto", ProgressStyle::automatic},
                                                       {"bar", ProgressStyle::bar},
                                                       {"lines", ProgressStyle::lines},
                                                       {"none", ProgressStyle::none}};
  // For trawl-mpirun, which starts no MPI for a job file that is refused.
  run->add_flag("--check-only", arguments.run.check_only)->group("");
  run->add_option("--progress", arguments.progress, "auto, bar, lines or none")
      ->transform(CLI::CheckedTransformer(styles))
      ->type_name("STYLE");
}

void add_init_options(CLI::App* init, Arguments& arguments) {
  init->add_option("PATH", arguments.file, "the data: a file, or the folder that holds it")->required();
  init->add_option("-o,--output", arguments.output, "the job file to be written (default: job.yaml)")
      ->type_name("JOB.yaml");
  init->add_option("--label", arguments.label,
                   "the column of labels of a CSV table: its name, or its number from 0 (default: guessed)")
      ->type_name("COLUMN");
}

void add_status_options(CLI::App* status, Arguments& arguments) {
  add_file(status, arguments);
  CLI::Option* watch = status->add_flag(
      "--watch", arguments.watch, "go on showing it: on a terminal in place, else a line for each change");
  status->add_option("--every", arguments.every, "how often --watch looks for news (default: 1)")
      ->check(CLI::PositiveNumber)
      ->needs(watch)
      ->type_name("SECONDS");
}

int show_status(const Arguments& given) {
  if (given.watch) return watch_status(given.file, given.every);
  return guarded(given.verb, {given.file}, [&] { return print_status(given.file); });
}

void add_trials_options(CLI::App* trials, Arguments& arguments) {
  add_file(trials, arguments);
  const std::map<std::string, TableFormat> formats = {
      {"table", TableFormat::table}, {"csv", TableFormat::csv}, {"json", TableFormat::json}};
  trials->add_option("--format", arguments.format, "table, csv or json")
      ->transform(CLI::CheckedTransformer(formats))
      ->type_name("FORMAT");
}

void add_best_options(CLI::App* best, Arguments& arguments) {
  add_file(best, arguments);
  best->add_option("-k", arguments.k, "how many")->check(CLI::PositiveNumber);
}

void add_diff_options(CLI::App* diff, Arguments& arguments) {
  diff->add_option("A", arguments.file, "a results file")->required();
  diff->add_option("B", arguments.other_file, "another")->required();
}

void add_export_options(CLI::App* command, Arguments& arguments) {
  add_file(command, arguments);
  command->add_option("--csv", arguments.folder, "the folder for the CSV files")
      ->required()
      ->type_name("DIR");
}

void add_merge_options(CLI::App* merge, Arguments& arguments) {
  merge->add_option("FILES", arguments.files, "the results files of the shards")->required();
  merge->add_option("-o,--output", arguments.output, "the results file to be made")
      ->required()
      ->type_name("FILE.h5");
  merge->add_flag_callback(
      "--partial", [&arguments] { arguments.missing = Missing::allow; },
      "merge what is finished; `run` on the new file trains the rest");
}

void add_relay_options(CLI::App* command, Arguments& arguments) {
  command->add_option("FOLDER", arguments.folder)->required();
}

constexpr const char* kRunExamples =
    "  trawl run jobs/quickstart.yaml\n"
    "  trawl-mpirun -n 9 run jobs/mnist-random.yaml -o mnist.h5\n"
    "  trawl run jobs/mnist-random.yaml --set search.n_trials=100 --set training.epochs=20\n"
    "  trawl run jobs/mnist-random.yaml --shard 1/4 -o shard-1.h5\n"
    "The same command carries on after an interruption, a crash or a time limit.\n"
    "Exit codes: 0 complete; 1 our fault; 2 usage, job file or data, or the first trials all\n"
    "failed; 3 complete, but some trials failed (--retry-failed); 4 storage failed, resumable;\n"
    "75 interrupted, resumable.";

constexpr const char* kTrainExamples =
    "  trawl train jobs/quickstart.yaml\n"
    "  trawl train jobs/mnist-random.yaml --set training.learning_rate=0.1 --set training.epochs=20";

constexpr const char* kStatusExamples =
    "  trawl status mnist.h5\n"
    "  trawl status mnist.h5 --watch\n"
    "  trawl status mnist.h5 --watch --every 60 >> mnist.log\n"
    "--watch reads the published file alone, on any machine that sees it, waits for it where there is\n"
    "none yet, and ends when the study is complete. Ctrl-C ends it, not the search.";

constexpr const char* kExportExamples =
    "  trawl export mnist.h5 --csv mnist\n"
    "writes study.csv, trials.csv, epochs.csv, workers.csv, messages.csv and provenance.csv into the folder\n"
    "mnist, with the columns of the results file. An earlier export of the same study there is replaced,\n"
    "other files of these names are not.";

// In the order of `trawl -h`.
const std::vector<Verb>& verbs() {
  static const std::vector<Verb> kVerbs = {
      {.name = "run",
       .what = "search; start, resume or extend the study of a job file",
       .examples = kRunExamples,
       .add_options = add_run_options,
       .act =
           [](const Arguments& given) {
             RunDisplay display(given.progress);
             return run_study(given.run, given.program, display);
           },
       .writes = true,
       .stops_in_order = true},
      {.name = "check",
       .what = "read a job file and its data, and say what would run",
       .examples = "  trawl check jobs/mnist-grid.yaml\n"
                   "  trawl check jobs/mnist-grid.yaml --set data.directory=/scratch/mnist",
       .add_options = add_job,
       .act =
           [](const Arguments& given) {
             return print_check(given.run.job, given.run.overrides, given.program);
           }},
      {.name = "train",
       .what = "one training with the job's fixed values, no search",
       .examples = kTrainExamples,
       .add_options = add_job,
       .act =
           [](const Arguments& given) {
             return train_once(given.run.job, given.run.overrides, given.program);
           },
       .stops_in_order = true},
      {.name = "status",
       .what = "how far a study is, also while it runs (0: complete, 3: with failed trials, 75: unfinished)",
       .examples = kStatusExamples,
       .add_options = add_status_options,
       .act = show_status},
      {.name = "trials",
       .what = "all trials of a study",
       .examples = "  trawl trials mnist.h5\n  trawl trials mnist.h5 --format csv > trials.csv",
       .add_options = add_trials_options,
       .act =
           [](const Arguments& given) {
             return guarded(given.verb, {given.file}, [&] { return print_trials(given.file, given.format); });
           }},
      {.name = "best",
       .what = "the best points of a study",
       .examples = "  trawl best mnist.h5\n  trawl best mnist.h5 -k 10",
       .add_options = add_best_options,
       .act =
           [](const Arguments& given) {
             return guarded(given.verb, {given.file},
                            [&] { return print_best(read_results(given.file, Curves::skip), given.k); });
           }},
      {.name = "diff",
       .what = "do two files hold the same answer? (0: same, 1: different, 2: unreadable)",
       .examples = "  trawl diff one-rank.h5 four-ranks.h5",
       .add_options = add_diff_options,
       .act =
           [](const Arguments& given) {
             return guarded(given.verb, {given.file, given.other_file},
                            [&] { return print_difference(given.file, given.other_file); });
           }},
      {.name = "repair",
       .what = "rebuild a results file from its journal, without running anything",
       .examples = "  trawl repair mnist.h5",
       .add_options = add_file,
       .act = [](const Arguments& given) { return print_repair(given.file); },
       .writes = true},
      {.name = "export",
       .what = "the tables of a results file for other tools, also while it runs",
       .examples = kExportExamples,
       .add_options = add_export_options,
       .act =
           [](const Arguments& given) {
             return guarded(given.verb, {given.file}, [&] { return export_csv(given.file, given.folder); });
           },
       .writes = true},
      {.name = "init",
       .what = "write a job file for data of your own",
       .examples = "  trawl init measurements.csv\n"
                   "  trawl init measurements.csv --label quality -o quality.yaml\n"
                   "  trawl init /data/mnist -o mnist.yaml\n"
                   "  trawl init samples.h5 -o samples.yaml\n"
                   "reads a CSV table, a folder of IDX files or an HDF5 file and writes a job file with\n"
                   "comments: what the data are, what can be set, a search to begin with.",
       .add_options = add_init_options,
       .act = [](const Arguments& given) { return init_job(given.file, given.label, given.output); },
       .is_trawls_alone = true},
      {.name = "merge",
       .what =
           "make one results file of those of a study's shards (0: complete, 3: complete, but some trials "
           "failed, 75: --partial)",
       .examples = "  trawl merge mnist-shard-*.h5 -o mnist.h5\n"
                   "  trawl merge mnist-shard-0.h5 mnist-shard-2.h5 -o partial.h5 --partial\n"
                   "It is the file that one run of the whole study would have given.",
       .add_options = add_merge_options,
       .act =
           [](const Arguments& given) {
             return guarded(given.verb, given.files, [&] {
               return merge_files(given.files, given.output, given.missing, given.program);
             });
           },
       .writes = true},
      // The stderr of mpirun goes through it, on its way out of trawl-mpirun.
      {.name = "relay",
       .what = "for trawl-mpirun",
       .examples = "",
       .add_options = add_relay_options,
       .act = [](const Arguments& given) { return relay(given.folder); },
       .is_hidden = true},
  };
  return kVerbs;
}

const Verb* find_verb(std::string_view name) {
  const auto verb =
      std::find_if(verbs().begin(), verbs().end(), [&](const Verb& v) { return v.name == name; });
  return verb == verbs().end() ? nullptr : &*verb;
}

void add_verb(CLI::App& app, const Verb& verb, Arguments& arguments) {
  CLI::App* command = app.add_subcommand(verb.name, verb.what);
  command->footer(fmt::format("Examples:\n{}", named(verb.examples, arguments.program)));
  if (verb.is_hidden) command->group("");
  verb.add_options(command, arguments);
  command->callback([&arguments, &verb] { arguments.verb = &verb; });
}

std::string version_text(const Program& program) {
  const std::string commit = git_commit();
  const bool is_trawl = program.keys.defaults.program.empty();
  return fmt::format("{}trawl {}{}{}\n{}", is_trawl ? "" : program.name + ", made with ", build_description(),
                     commit.empty() ? "" : ", commit ", commit, library_versions());
}

std::string join_command(int argc, char** argv) {
  std::string text;
  for (int i = 0; i < argc; ++i) text += (i == 0 ? "" : " ") + shell_quoted(argv[i]);
  return text;
}

// `--output=~/x.h5` reaches us as it stands: shells expand ~ at the front of a word only.
void expand_paths(Arguments& arguments) {
  for (std::string* path : {&arguments.run.job, &arguments.run.output, &arguments.file, &arguments.other_file,
                            &arguments.folder, &arguments.output}) {
    *path = expanded_path(*path);
  }
  for (std::string& path : arguments.files) path = expanded_path(path);
}

int parse_and_run(int argc, char** argv, const Program& program) {
  CLI::App app("Trawl: distributed hyperparameter search for clusters.", program.name);
  app.footer(
      named("Examples:\n"
            "  trawl run jobs/quickstart.yaml\n"
            "  trawl-mpirun -n 9 run jobs/mnist-random.yaml -o mnist.h5\n"
            "  trawl best mnist.h5\n"
            "`trawl VERB -h` says more about each.",
            program));
  app.set_version_flag("--version", version_text(program), "what this program is and what it was built on");
  app.require_subcommand(1);
  Arguments arguments;
  arguments.program = program;
  arguments.run.command = join_command(argc, argv);
  const bool is_trawl = program.keys.defaults.program.empty();
  for (const Verb& verb : verbs()) {
    if (is_trawl || !verb.is_trawls_alone) add_verb(app, verb, arguments);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const bool asked = e.get_exit_code() == 0;  // -h, --version
    if (asked || speaks_for_all()) app.exit(e);
    return static_cast<int>(asked ? ExitCode::complete : ExitCode::bad_input);
  }
  expand_paths(arguments);
  const int code = arguments.verb->act(arguments);
  if (!output_failed() || app.got_subcommand("run")) return code;
  log_error("cannot write to standard output");
  return static_cast<int>(ExitCode::our_fault);
}

}  // namespace

int main_with(int argc, char** argv, const std::function<Program()>& make_program) {
  const Verb* verb = argc > 1 ? find_verb(argv[1]) : nullptr;
  std::signal(SIGXFSZ, SIG_IGN);  // ulimit -f: the write fails, and its error says so
  const bool in_order = verb != nullptr && verb->stops_in_order;
  if (in_order) install_stop_signals();
  if (!in_order && verb != nullptr && verb->writes) remove_files_on_signals();
  int code = static_cast<int>(ExitCode::our_fault);
  try {
    code = parse_and_run(argc, argv, make_program());
  } catch (const std::exception& e) {
    if (speaks_for_all()) log_error("{}", e.what());
    code = code_of(e, verb);
  }
  report_exit(code);
  return code;
}

}  // namespace trawl
