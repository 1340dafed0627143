#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "job_text.hpp"
#include "trawl/search/sampler.hpp"

namespace trawl {
namespace {

std::string job_with(const std::string& points, const std::string& sampler = "random") {
  return "study: a\nsearch:\n  sampler: " + sampler + "\n  enqueue:\n" + points +
         "  space:\n"
         "    optimizer: {choices: [sgd, momentum]}\n"
         "    momentum: {low: 0.5, high: 0.9, when: {optimizer: momentum}}\n"
         "    l2: {low: 0.0, high: 0.1, step: 0.05}\n"
         "    epochs: {low: 1, high: 9}\n";
}

std::string point(const JobFile& job, std::int64_t number) {
  return to_text(make_sampler(job.definition.search)->point(number));
}

TEST(Enqueue, TakesTheFirstNumbersAndWhatIsMissingIsDrawnAsEver) {
  const JobFile job =
      job_of(job_with("    - {epochs: 7, optimizer: momentum, momentum: 0.9, l2: 0.05}\n    - {l2: 0.1}\n"));
  const JobFile plain = job_of(job_with("    - {}\n"));
  EXPECT_EQ(point(job, 0), "optimizer=momentum momentum=0.9 l2=0.05 epochs=7");
  const Parameters second = make_sampler(job.definition.search)->point(1);
  EXPECT_EQ(*find_parameter(second, "l2"), ParameterValue(0.1));
  Parameters drawn = make_sampler(plain.definition.search)->point(1);
  for (auto& [name, value] : drawn) {
    if (name == "l2") value = 0.1;
  }
  EXPECT_EQ(second, drawn);
  for (std::int64_t i = 2; i < 10; ++i) EXPECT_EQ(point(job, i), point(plain, i));
  EXPECT_EQ(job.definition.n_trials(), 10);
}

TEST(Enqueue, IsPartOfTheIdentityAndReadsBack) {
  const JobFile job = job_of(job_with("    - {l2: 0.1, optimizer: sgd}\n    - {}\n"));
  EXPECT_NE(job.identity, job_of(job_with("    - {l2: 0.05, optimizer: sgd}\n    - {}\n")).identity);
  EXPECT_EQ(job.identity, job_of(job_with("    - {optimizer: sgd, l2: 0.1}\n    - {}\n")).identity);
  const JobFile again = job_of(job.resolved);
  EXPECT_EQ(again.resolved, job.resolved);
  EXPECT_EQ(again.identity, job.identity);
}

TEST(Enqueue, ErrorsNameLineAndKey) {
  const auto refused = [](const std::string& points) {
    return refusal(job_with("    - {epochs: 1}\n" + points));
  };
  EXPECT_EQ(
      refused("    - {l2: 0.1, epoch: 2}\n"),
      "x.yaml:6: search.enqueue.1.epoch: is not searched here; did you mean epochs? (allowed: optimizer, "
      "momentum, l2, epochs)");
  EXPECT_EQ(
      refused("    - {epochs: 10}\n"),
      "x.yaml:6: search.enqueue.1.epochs: found 10, which is not in the space; allowed: {low: 1, high: 9}");
  EXPECT_EQ(
      refused("    - {l2: 0.01}\n"),
      "x.yaml:6: search.enqueue.1.l2: found 0.01, which is not in the space; allowed: {low: 0.0, high: 0.1, "
      "step: 0.05}");
  EXPECT_EQ(
      refused("    - {optimizer: adam}\n"),
      "x.yaml:6: search.enqueue.1.optimizer: found adam, which is not in the space; allowed: {choices: [sgd, "
      "momentum]}");
  EXPECT_EQ(refused("    - {momentum: 0.9}\n"),
            "x.yaml:6: search.enqueue.1.momentum: is only for optimizer momentum; name optimizer beside it");
  EXPECT_EQ(refused("    - {momentum: 0.9, optimizer: sgd}\n"),
            "x.yaml:6: search.enqueue.1.momentum: is only for optimizer momentum; here optimizer is sgd");
  EXPECT_EQ(refused("    - sgd\n"),
            "x.yaml:6: search.enqueue.1: found sgd; allowed: a map such as {l2: 0.1}");
  EXPECT_NE(refusal("study: a\nsearch: {enqueue: []}\n").find("search.space"), std::string::npos);
  EXPECT_EQ(refusal(job_with("    - {epochs: 1}\n", "grid")).substr(0, 55),
            "x.yaml:5: search.enqueue: sampler: grid tries each of i");
}

TEST(Enqueue, FewerTrialsThanPointsIsAWarning) {
  const JobFile job = job_of(job_with("    - {l2: 0.1}\n    - {l2: 0.05}\n"), {"search.n_trials=1"});
  EXPECT_EQ(job.definition.n_trials(), 1);
  ASSERT_FALSE(job.warnings.empty());
  EXPECT_EQ(job.warnings.front(),
            "search.enqueue has 2 points and n_trials is 1: the others have to wait until it is larger");
}

TEST(Enqueue, WhatSetFixesIsLeftOut) {
  const JobFile job = job_of(job_with("    - {l2: 0.1, optimizer: momentum, momentum: 0.6}\n"),
                             {"training.optimizer=momentum", "training.l2=0.03"});
  EXPECT_EQ(to_text(job.definition.search.enqueued.at(0)), "momentum=0.6");
  EXPECT_EQ(job_of(job.resolved).identity, job.identity);
  const JobFile changed = job_of(job_with("    - {l2: 0.1}\n"), {"search.enqueue.0.l2=0.05"});
  EXPECT_EQ(to_text(changed.definition.search.enqueued.at(0)), "l2=0.05");
}

TEST(Enqueue, AnEqualPointOfAFiniteSpaceIsTriedOnce) {
  const std::string head =
      "study: a\nsearch:\n  n_trials: 4\n  space:\n    optimizer: {choices: [sgd, momentum]}\n";
  const std::string space =
      head + "    momentum: {low: 0.5, high: 0.9, step: 0.2, when: {optimizer: momentum}}\n  enqueue:\n";
  const JobFile job = job_of(space +
                             "    - {optimizer: sgd}\n    - {optimizer: momentum}\n    - {optimizer: sgd}\n"
                             "    - {optimizer: momentum}\n");
  ASSERT_EQ(job.warnings.size(), 1U) << "momentum is drawn twice";
  EXPECT_EQ(job.warnings[0], "search.enqueue.2 is the same point as search.enqueue.0: it is tried once");
  std::set<std::string> points;
  for (std::int64_t i = 0; i < 4; ++i) points.insert(point(job, i));
  EXPECT_EQ(points.size(), 4U);
}

}  // namespace
}  // namespace trawl
