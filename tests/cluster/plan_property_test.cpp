#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "small_halving.hpp"
#include "trawl/base/random.hpp"
#include "trawl/search/bracket_plan.hpp"
#include "trawl/search/fixed_plan.hpp"
#include "trawl/search/pruner_kind.hpp"

// Whatever a cluster does, a plan names the same legs: simulated clusters of 1 to 64 workers whose speeds,
// arrivals, losses, late and doubled reports and restarts are drawn, against one worker that is left in
// peace.

namespace trawl {
namespace {

using namespace testing;

constexpr std::int64_t kTrials = 24;
constexpr std::int64_t kWhole = 9;

/// What a plan is made of; the attempts are there for one that is wrong.
struct PlanInput {
  const Sampler& sampler;
  const StudyProgress& progress;
  std::function<std::int64_t(TrialNumber)> attempts;
};
using MakePlan = std::function<std::unique_ptr<Plan>(const PlanInput&)>;

// Trials 3, 10 and 17 end at epoch 3 by themselves; the losses of 5 and 16 are not finite; 8 crashes always.
constexpr TrialNumber kCrashes = 8;
double value_at(TrialNumber trial, std::int64_t epoch) {
  const auto key =
      StreamKey(3).with(static_cast<std::uint64_t>(trial)).with(static_cast<std::uint64_t>(epoch));
  return RandomStream(key).uniform();
}
std::int64_t length_of(TrialNumber trial) { return trial % 7 == 3 ? 3 : kWhole; }

TrialNews train(const Assignment& assignment) {
  const TrialNumber trial = assignment.trial.number;
  const std::int64_t until = assignment.until_epoch;
  if (trial == kCrashes) return LegFailed{trial, assignment.attempt, "crash", until};
  const bool is_paused = until != kToTheEnd && until < length_of(trial);
  TrialOutcome outcome;
  outcome.state = trial % 11 == 5 ? TrialState::failed
                  : is_paused     ? TrialState::paused
                                  : TrialState::complete;
  outcome.n_epochs = is_paused ? until : length_of(trial);
  if (outcome.state != TrialState::failed) outcome.objective = value_at(trial, outcome.n_epochs);
  return LegDone{trial, assignment.attempt, outcome, until};
}

struct Trouble {
  int n_workers = 1;
  double lost = 0.0;      // share of legs whose worker dies
  double late = 0.0;      // of those, the share whose result comes all the same
  double doubled = 0.0;   // share of reports that come twice
  double restarts = 0.0;  // share of messages at which everything dies
};

class SimulatedCluster {
 public:
  SimulatedCluster(const MakePlan& make_plan, const Trouble& trouble, std::uint64_t seed)
      : make_plan_(make_plan), trouble_(trouble), random_(StreamKey(seed).with("cluster")) {
    study_.cluster.give_up_after = 0;
    begin();
  }

  /// The legs that have ended, and how. Empty: it came to no end.
  std::set<std::string> run() {
    constexpr int kMostWords = 200'000;  // it makes no progress
    for (int i = 0; i < kMostWords && !master_->is_complete(); ++i) {
      const Word word = words_.top();
      words_.pop();
      now_ = word.time;
      speak(word);
      if (master_->stopping() || random_.uniform() < trouble_.restarts) begin();
    }
    return master_->is_complete() ? ended_legs() : std::set<std::string>{};
  }

 private:
  struct Word {
    double time = 0.0;
    int rank = 0;
    std::optional<Assignment> trained;  // none: it asks for work
    bool dies = false;
    bool operator>(const Word& other) const { return time > other.time; }
  };

  // Of what was told last, some may be lost.
  void begin() {
    const auto kept = events_.size() - std::min<std::size_t>(events_.size(), random_.below(4));
    events_.resize(kept);
    before_.emplace(kTrials, 1, Direction::maximize, Shard{}, StudyProgress::Keep::results);
    for (const TrialEvent& event : events_) before_->apply(event);
    const auto attempts = [this](TrialNumber trial) {
      return std::count_if(events_.begin(), events_.end(), [=](const TrialEvent& event) {
        const auto* started = std::get_if<TrialStarted>(&event);
        return started != nullptr && started->trial.number == trial && started->attempt > 1;
      });
    };
    std::unique_ptr<Plan> plan = make_plan_({sampler_, *before_, attempts});
    // Where nothing is decided losses may fail a trial: here they are too few.
    study_.cluster.max_attempts = plan->decides() ? 3 : 60;
    master_.emplace(study_, std::move(plan), *before_);
    words_ = {};
    next_rank_ = 1;
    for (int i = 0; i < trouble_.n_workers; ++i) arrive(5.0 * random_.uniform());
  }
  void arrive(double in) {
    const int rank = next_rank_++;
    speeds_[rank] = std::exp(0.7 * random_.normal());
    master_->on_message(rank, Hello{"host", rank, ""}, now_);
    words_.push({now_ + in, rank, std::nullopt, false});
  }
  void note(const std::vector<TrialEvent>& events) {
    events_.insert(events_.end(), events.begin(), events.end());
  }
  void speak(const Word& word) {
    if (word.dies) {
      note(master_->on_lost(word.rank, now_, "it is gone"));
      arrive(random_.uniform());
      if (random_.uniform() < trouble_.late)
        words_.push({now_ + 3.0 * random_.uniform(), word.rank, word.trained, false});
      return;
    }
    std::vector<TrialNews> news;
    if (word.trained) news.push_back(train(*word.trained));
    if (word.trained && random_.uniform() < trouble_.doubled) news.push_back(news.front());
    const Decision decision = master_->on_message(word.rank, report(std::move(news), 1), now_);
    note(decision.events);
    if (!decision.reply) return;
    const std::vector<Assignment> given = assignments(decision);
    if (given.empty()) return words_.push({now_ + 1.0, word.rank, std::nullopt, false});
    const Assignment& leg = given.front();
    const std::int64_t until = leg.until_epoch == kToTheEnd ? kWhole : leg.until_epoch;
    const double length = leg.trial.number == kCrashes ? 0.01 : static_cast<double>(until - leg.from_epoch);
    const double seconds = length / speeds_[word.rank];
    const bool dies = random_.uniform() < trouble_.lost;
    words_.push({now_ + seconds * (dies ? random_.uniform() : 1.0), word.rank, leg, dies});
  }
  [[nodiscard]] std::set<std::string> ended_legs() const {
    std::set<std::string> legs;
    const auto add = [&](const std::string& leg) { EXPECT_TRUE(legs.insert(leg).second) << leg << " twice"; };
    for (const auto& pause : events_of<TrialPaused>(events_))
      add(fmt::format("{} until {}: {}", pause.trial, pause.epoch, pause.value));
    for (const auto& end : events_of<TrialFinished>(events_))
      add(fmt::format("{} {}: {}", end.trial, to_text(end.outcome.state), end.outcome.objective));
    return legs;
  }

  const MakePlan& make_plan_;
  Trouble trouble_;
  RandomStream random_;
  StudyDefinition study_ = make_study(kTrials);
  IndexSampler sampler_{kTrials};
  std::vector<TrialEvent> events_;
  std::optional<StudyProgress> before_;
  std::optional<Master> master_;
  std::map<int, double> speeds_;
  int next_rank_ = 1;
  double now_ = 0.0;
  std::priority_queue<Word, std::vector<Word>, std::greater<>> words_;
};

Trouble draw_trouble(std::uint64_t seed) {
  RandomStream random(StreamKey(seed).with("trouble"));
  Trouble trouble;
  trouble.n_workers = static_cast<int>(std::floor(std::exp(std::log(64.99) * random.uniform())));
  trouble.lost = 0.2 * random.uniform();
  trouble.late = 0.5;
  trouble.doubled = 0.1;
  trouble.restarts = 0.01 * random.uniform();
  return trouble;
}

/// The first seed whose cluster gives other legs than one worker in peace; -1: none does.
std::int64_t first_difference(const MakePlan& make_plan, std::uint64_t n_seeds) {
  const std::set<std::string> expected = SimulatedCluster(make_plan, {}, 0).run();
  EXPECT_GE(expected.size(), static_cast<std::size_t>(kTrials));
  for (std::uint64_t seed = 1; seed <= n_seeds; ++seed) {
    if (SimulatedCluster(make_plan, draw_trouble(seed), seed).run() != expected)
      return static_cast<std::int64_t>(seed);
  }
  return -1;
}

constexpr std::uint64_t kSeeds = 1000;

TEST(PlanProperty, FixedPlanGivesTheSameLegsOnAnyCluster) {
  const MakePlan make = [](const PlanInput& input) {
    return std::make_unique<FixedPlan>(1, input.sampler, input.progress);
  };
  EXPECT_EQ(first_difference(make, 100), -1);
}

TEST(PlanProperty, APlanThatDecidesGivesTheSameLegsOnAnyCluster) {
  const MakePlan make = [](const PlanInput& input) {
    return std::make_unique<SmallHalving>(input.sampler, kTrials);
  };
  EXPECT_EQ(first_difference(make, kSeeds), -1);
}

TEST(PlanProperty, BracketPlanGivesTheSameLegsOnAnyCluster) {
  for (const PrunerKind* kind : pruner_kinds()) {
    if (kind->shapes == nullptr) continue;
    const MakePlan make = [=](const PlanInput& input) {
      return std::make_unique<BracketPlan>(input.sampler, PrunerDefinition{kind->word, 1, 3, kWhole}, 1,
                                           Direction::maximize);
    };
    EXPECT_EQ(first_difference(make, kSeeds), -1) << kind->word;
  }
}

// What a point of these studies costs an epoch: from 0.1 to 1.1.
double cost_of(const Parameters& point) {
  const auto index = static_cast<std::uint64_t>(std::get<std::int64_t>(point.front().second));
  return 0.1 + RandomStream(StreamKey(9).with(index)).uniform();
}

StudyDefinition study_on_slots(const std::string& pruner, std::int64_t n_slots) {
  StudyDefinition study = make_study(kTrials);
  study.search.max_concurrent_trials = n_slots;
  study.pruner = {pruner, 1, 2, kWhole};
  study.pruner.n_startup_trials = 3;
  return study;
}

TEST(PlanProperty, TimetableGivesTheSameLegsOnAnyCluster) {
  const LegCost cost = [](const Parameters& point, std::int64_t from, std::int64_t until) {
    return cost_of(point) * static_cast<double>((until == kToTheEnd ? kWhole : until) - from);
  };
  for (const PrunerKind* kind : pruner_kinds()) {
    for (const std::int64_t n_slots : {1, 5, 40}) {
      const MakePlan make = [&](const PlanInput& input) {
        return make_plan(study_on_slots(kind->word, n_slots), input.sampler, input.progress, cost);
      };
      EXPECT_EQ(first_difference(make, kSeeds / 2), -1) << kind->word << " on " << n_slots;
    }
  }
}

// The virtual clock counts what was predicted; one that looks at how far the real cluster is decides by it.
TEST(PlanProperty, AClockThatLooksAtTheClusterIsFound) {
  const MakePlan make = [](const PlanInput& input) {
    const StudyProgress& progress = input.progress;
    return make_plan(study_on_slots("successive_halving", 5), input.sampler, progress,
                     [&progress, calls = 0](const Parameters& point, std::int64_t, std::int64_t) mutable {
                       return cost_of(point) + static_cast<double>((progress.n_ended_legs() + ++calls) % 3);
                     });
  };
  EXPECT_NE(first_difference(make, kSeeds), -1);
}

TEST(PlanProperty, ADecisionByTheOrderOfArrivalIsFound) {
  const MakePlan make = [](const PlanInput& input) {
    return std::make_unique<HalvingByArrival>(input.sampler, kTrials);
  };
  EXPECT_NE(first_difference(make, kSeeds), -1);
}

TEST(PlanProperty, ADecisionByTheNumberOfAttemptsIsFound) {
  const MakePlan make = [](const PlanInput& input) {
    return std::make_unique<HalvingByAttempt>(input.sampler, kTrials, input.attempts);
  };
  EXPECT_NE(first_difference(make, kSeeds), -1);
}

}  // namespace
}  // namespace trawl
