// Messages between master and worker, and what a trial's process says through its pipe.
#include "fuzzing.hpp"
#include "trawl/archive/bytes.hpp"
#include "trawl/base/error.hpp"
#include "trawl/cluster/protocol.hpp"

namespace trawl::fuzzing {
namespace {

/// Whatever is looked up by a value that was read must be there.
void use(const Parameters& parameters) { static_cast<void>(to_text(parameters)); }
void use(const Hello& /*hello*/) {}
void use(const Goodbye& /*goodbye*/) {}
void use(const FileAccess& /*access*/) {}
void use(const Stop& /*stop*/) {}
void use(const EpochsReported& /*epochs*/) {}
void use(const LegFailed& /*failed*/) {}
void use(const MessageLogged& message) { FUZZ_CHECK(message.level <= MessageLogged::Level::error); }
void use(const LegDone& done) { FUZZ_CHECK(to_text(done.outcome.state) != nullptr); }
void use(const TrialNews& news) {
  std::visit([](const auto& item) { use(item); }, news);
}
void use(const Report& report) {
  for (const TrialNews& news : report.news) use(news);
}
void use(const Leaving& leaving) {
  for (const TrialNews& news : leaving.news) use(news);
}
void use(const RunTrials& run) {
  for (const Assignment& assignment : run.assignments) use(assignment.trial.parameters);
}

template <class Message, class Read>
void run_as(std::string_view bytes, Read read) {
  Message message;
  if (!accepted<ArchiveError>([&] { message = read(bytes); })) return;
  std::visit([](const auto& item) { use(item); }, message);
  FUZZ_CHECK(to_bytes(message) == bytes);
}

// The first byte says what the others are.
enum class Kind : std::uint8_t { from_worker, to_worker, from_trial };

void run(std::string_view bytes) {
  switch (static_cast<Kind>(take<std::uint8_t>(bytes) % 3)) {
    case Kind::from_worker: return run_as<FromWorker>(bytes, from_worker);
    case Kind::to_worker: return run_as<ToWorker>(bytes, to_worker);
    case Kind::from_trial:
      return run_as<FromTrial>(bytes, [](std::string_view b) { return decode<FromTrial>(unseal(b)); });
  }
}

std::string input(Kind kind, const std::string& sealed) { return static_cast<char>(kind) + sealed; }

std::vector<std::string> seeds() {
  TrialOutcome outcome;
  outcome.error = "why";
  outcome.weights = {{"output", "weights", {2, 1}, {1.5F, -2.5F}}};
  const EpochsReported epochs{7, 2, {EpochRecord{}, EpochRecord{}}};
  const MessageLogged message{1.0, MessageLogged::Level::warning, 7, "text"};
  Assignment assignment;
  assignment.trial.parameters = {
      {"flag", true},
      {"batch_size", std::int64_t{32}},
      {"l2", 0.1},
      {"optimizer", std::string("adam")},
      {"hidden", std::vector<std::int64_t>{128, 64}},
      {"learning_rate_schedule", Form{"cosine", {{"floor", 0.1}, {"updates", std::int64_t{9}}}}},
      {"dropout", std::vector<double>{0.2, 0.5}},
      {"batch_normalization", std::vector<std::string>{"hidden_0"}},
      {"early_stopping", EarlyStoppingDefinition{3, 0.0, true, "val_loss"}}};
  assignment.until_epoch = 9;
  Report report;
  report.news = {epochs, LegDone{7, 2, outcome}, LegFailed{8, 1, "crashed"}, message};
  return {input(Kind::from_worker, to_bytes(FromWorker(Hello{"node", 12, "pid:[4026531836]"}))),
          input(Kind::from_worker, to_bytes(FromWorker(report))),
          input(Kind::from_worker, to_bytes(FromWorker(Report{}))),
          input(Kind::from_worker, to_bytes(FromWorker(Goodbye{1.0, 2.0}))),
          input(Kind::from_worker, to_bytes(FromWorker(Leaving{"why", report.news}))),
          input(Kind::to_worker, to_bytes(ToWorker(RunTrials{{assignment, {}}}))),
          input(Kind::to_worker, to_bytes(ToWorker(Stop{true}))),
          input(Kind::from_trial, to_bytes(TrialNews(epochs))),
          input(Kind::from_trial, to_bytes(TrialNews(LegDone{7, 2, outcome}))),
          input(Kind::from_trial, to_bytes(TrialNews(LegFailed{8, 1, "lost", 9, FailureCause::cluster}))),
          input(Kind::from_trial, to_bytes(TrialNews(message))),
          input(Kind::from_trial, to_bytes(FileAccess{"results/r.h5.checkpoints/7.checkpoint"}))};
}

}  // namespace

const Target target{.run = run, .seeds = seeds, .repair = [](std::string& bytes) { repair_seal(bytes, 1); }};

}  // namespace trawl::fuzzing
