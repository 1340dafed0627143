// Job files with overrides. An input is the text of one; "--set KEY=VALUE" at the start of a line begins an
// override, which goes on to the next.
#include <memory>

#include "fuzzing.hpp"
#include "trawl/base/error.hpp"
#include "trawl/base/text.hpp"
#include "trawl/config/job_file.hpp"
#include "trawl/search/sampler.hpp"
#include "trawl/study/definition.hpp"
#include "trawl/train/perceptron_declaration.hpp"
#include "trawl/train/perceptron_parameters.hpp"

namespace trawl::fuzzing {
namespace {

struct Command {
  std::string text;
  std::vector<std::string> overrides;
};

Command command_of(std::string_view bytes) {
  constexpr std::string_view kSet = "\n--set ";
  const std::size_t end = bytes.find(kSet);
  Command command{std::string(bytes.substr(0, end)), {}};
  for (std::size_t at = end; at != std::string_view::npos;) {
    const std::size_t begin = at + kSet.size();
    at = bytes.find(kSet, begin);
    command.overrides.emplace_back(bytes.substr(begin, at - begin));
  }
  return command;
}

const KeyTable& perceptron_keys() {
  static const KeyTable kKeys = job_keys(perceptron_declaration());
  return kKeys;
}

const KeyTable& keys_of(const std::string& text) {
  static const KeyTable kCustom = job_keys(
      {"valley",
       {{"x", real_between(-5.0, false, 5.0, false), 0.0}, {"n", integer_between(1, 9), std::int64_t{3}}},
       MetricTable({{"error", "1", "", Direction::minimize}})});
  return text.rfind("program:", 0) == 0 ? kCustom : perceptron_keys();
}

Parameters best_of_file(const std::string& path) {
  if (path.find("best") == std::string::npos) throw ConfigError("there is no such file");
  return {{"l2", 0.5}, {"batch_size", std::int64_t{64}}};
}

void check_point(const StudyDefinition& study, const Parameters& point) {
  if (!study.program.empty()) return;
  const TrialDefinition trial = trial_definition(study, point);
  FUZZ_CHECK(layer_problem(trial.model, trial.training).empty(), "{}", to_text(point));
}

// What was read is written down, read again, and gives points that can be trained.
void check_job(const JobFile& job, const KeyTable& keys) {
  for (const std::string& warning : job.warnings) check_message(warning);
  FUZZ_CHECK(is_utf8(job.resolved), "{}", job.resolved);
  const JobFile again = read_resolved_job(job.resolved, "resolved", keys);
  FUZZ_CHECK(again.resolved == job.resolved, "{} and {}", job.resolved, again.resolved);
  FUZZ_CHECK(again.identity == job.identity, "{} and {}", job.identity, again.identity);
  const StudyDefinition& study = job.definition;
  FUZZ_CHECK(to_json(again.definition.search.space) == to_json(study.search.space), "{}", job.resolved);
  FUZZ_CHECK(again.definition.n_trials() == study.n_trials() && study.n_trials() > 0, "{}", study.n_trials());
  if (!job.too_many_points.empty())
    return check_message(job.too_many_points);  // refused, unless begun before
  const std::unique_ptr<Sampler> sampler = make_sampler(study.search);
  check_point(study, sampler->point(0));
  check_point(study, sampler->point(study.search.n_points - 1));
}

void run(std::string_view bytes) {
  static MemoryFile file;
  const Command command = command_of(bytes);
  const KeyTable& keys = keys_of(command.text);
  file.with(command.text);
  JobFile job;
  if (accepted<ConfigError>([&] { job = read_job(file.path(), command.overrides, best_of_file, keys); })) {
    check_job(job, keys);
  }
  if (accepted<ConfigError>([&] { job = read_training_job(file.path(), command.overrides, keys); })) {
    check_job(job, keys);
  }
}

std::vector<std::string> words() {
  std::vector<std::string> words = {"\n--set ",
                                    "choices: [",
                                    "low: 0, high: 1",
                                    "log: true",
                                    "step: 0.1",
                                    "points: 3",
                                    "trials: [{",
                                    "name: x",
                                    "from: best.h5",
                                    "null",
                                    "&a ",
                                    "*a",
                                    "inverse_time: {decay: 1e-4}",
                                    "patience: 3"};
  for (const JobKey& key : perceptron_keys().keys) {
    words.push_back(key.name() + ": ");
    words.push_back(key.path + "=");
    words.insert(words.end(), key.rule.words.begin(), key.rule.words.end());
  }
  return words;
}

}  // namespace

const Target target{.run = run, .words = words};

}  // namespace trawl::fuzzing
