// Crashes, hangs or waits where a test asks for it.
#include "trawl/run/fault_objective.hpp"

#include <csignal>
#include <cstdlib>
#include <sstream>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "trawl/base/error.hpp"
#include "trawl/base/file_descriptor.hpp"

namespace trawl {
namespace {

constexpr const char* kVariable = "TRAWL_TEST_FAULTS";

FaultObjective::Fault parse_fault(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) {
    throw ConfigError(
        fmt::format("{}: '{}' is not KIND:TRIAL, KIND:TRIAL/EPOCH or either with @1", kVariable, text));
  }
  const bool once = text.find('@') != std::string::npos;
  const std::size_t slash = text.find('/');
  const std::int64_t epoch = slash == std::string::npos ? -1 : std::atoll(text.c_str() + slash + 1);
  return {text.substr(0, colon), std::atoll(text.c_str() + colon + 1), once, epoch};
}

// True the first time it is asked about a trial, over all attempts and processes.
bool first_time(TrialNumber trial) {
  const char* prefix = std::getenv("TRAWL_TEST_FAULTS_SEEN");
  if (prefix == nullptr)
    throw ConfigError("TRAWL_TEST_FAULTS_SEEN must name a file prefix for faults with @1");
  const std::string path = fmt::format("{}.{}", prefix, trial);
  return FileDescriptor(open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600)).is_open();
}

// Returns once the test has made a file, or when the trial is to stop.
void wait_for_gate(TrialNumber trial, TrialObserver& observer) {
  const char* prefix = std::getenv("TRAWL_TEST_FAULTS_GATE");
  if (prefix == nullptr)
    throw ConfigError("TRAWL_TEST_FAULTS_GATE must name a file prefix for the fault wait");
  const std::string path = fmt::format("{}.{}", prefix, trial);
  const FileDescriptor sign(open((path + ".stands").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  constexpr useconds_t kPause = 10'000;
  while (access(path.c_str(), F_OK) != 0 && !observer.stop_requested()) usleep(kPause);
}

void misbehave(const std::string& kind, TrialNumber trial, TrialObserver& observer) {
  if (kind == "wait") return wait_for_gate(trial, observer);
  if (kind == "segfault") std::raise(SIGSEGV);
  if (kind == "abort") std::abort();
  if (kind == "exit") _exit(3);
  if (kind == "throw") throw DataError("thrown by TRAWL_TEST_FAULTS");
  while (kind == "hang") pause();
  throw ConfigError(
      fmt::format("{}: unknown kind '{}' (segfault, abort, exit, throw, hang, wait)", kVariable, kind));
}

void suffer(const FaultObjective::Fault& fault, TrialObserver& observer) {
  if (!fault.once || first_time(fault.trial)) misbehave(fault.kind, fault.trial, observer);
}

/// Misbehaves behind an epoch.
class FaultObserver : public PassingObserver {
 public:
  FaultObserver(const FaultObjective::Fault& fault, TrialObserver& next)
      : PassingObserver(next), fault_(fault) {}
  void on_epoch(const EpochRecord& record) override {
    PassingObserver::on_epoch(record);
    if (record.epoch == fault_.epoch) suffer(fault_, *this);
  }

 private:
  const FaultObjective::Fault& fault_;
};

}  // namespace

FaultObjective::FaultObjective(std::unique_ptr<Objective> inner, std::vector<Fault> faults)
    : inner_(std::move(inner)), faults_(std::move(faults)) {}

std::optional<TrialOutcome> FaultObjective::evaluate(const Trial& trial, TrialObserver& observer) {
  for (const Fault& fault : faults_) {
    if (fault.trial != trial.number) continue;
    if (fault.epoch >= 0) {
      FaultObserver behind_epoch(fault, observer);
      return inner_->evaluate(trial, behind_epoch);
    }
    suffer(fault, observer);
  }
  return inner_->evaluate(trial, observer);
}

std::unique_ptr<Objective> with_test_faults(std::unique_ptr<Objective> objective) {
  const char* text = std::getenv(kVariable);
  if (text == nullptr) return objective;
  std::vector<FaultObjective::Fault> faults;
  std::istringstream list(text);
  for (std::string item; std::getline(list, item, ',');) faults.push_back(parse_fault(item));
  return std::make_unique<FaultObjective>(std::move(objective), std::move(faults));
}

}  // namespace trawl
