#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "trawl/study/objective.hpp"

namespace trawl {

/// Misbehaves in chosen trials, and passes the others on: how the tests prove that a trial's
/// crash costs that attempt and nothing else. Chosen by the environment variable
/// TRAWL_TEST_FAULTS, "segfault:3,abort:5,hang:7,throw:9,exit:11": kind and trial number. The
/// trial must then run in a process of its own. "segfault:3@1": on the process's word, only where
/// the file TRAWL_TEST_FAULTS_SEEN.3 does not exist yet, which it then makes: the next attempt
/// succeeds. "wait:3" trains only once the file TRAWL_TEST_FAULTS_GATE.3 exists, and says by
/// TRAWL_TEST_FAULTS_GATE.3.stands that it waits. "wait:3/5", and so any other kind: behind its epoch 5.
class FaultObjective : public Objective {
 public:
  struct Fault {
    std::string kind;
    TrialNumber trial = 0;
    bool once = false;
    std::int64_t epoch = -1;  ///< reported before it; -1: before all epochs
  };
  FaultObjective(std::unique_ptr<Objective> inner, std::vector<Fault> faults);
  std::optional<TrialOutcome> evaluate(const Trial& trial, TrialObserver& observer) override;

 private:
  std::unique_ptr<Objective> inner_;
  std::vector<Fault> faults_;
};

/// `objective` itself, or wrapped where TRAWL_TEST_FAULTS is set. Throws ConfigError for
/// faults that cannot be read.
std::unique_ptr<Objective> with_test_faults(std::unique_ptr<Objective> objective);

}  // namespace trawl
