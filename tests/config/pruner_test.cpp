#include <string>

#include <gtest/gtest.h>

#include "job_text.hpp"
#include "trawl/config/pruner_reader.hpp"

namespace trawl {
namespace {

constexpr const char* kSpace = "search: {n_trials: 64, space: {l2: {low: 0, high: 1}}}\n";

std::string job_with(const std::string& pruner, const std::string& epochs = "27") {
  return "study: a\ntraining: {epochs: " + epochs + "}\n" + kSpace + "pruner: " + pruner + "\n";
}

PrunerDefinition pruner_of(const std::string& pruner, const std::string& epochs = "27") {
  return job_of(job_with(pruner, epochs)).definition.pruner;
}

std::string refused(const std::string& pruner, const std::string& epochs = "27") {
  return refusal(job_with(pruner, epochs));
}

TEST(Pruner, HasDefaultsOrNumbers) {
  EXPECT_EQ(pruner_of("none"), PrunerDefinition());
  EXPECT_EQ(job_of("study: a\n").definition.pruner, PrunerDefinition());
  EXPECT_EQ(pruner_of("successive_halving"), (PrunerDefinition{"successive_halving", 3, 2, 27}));
  EXPECT_EQ(pruner_of("hyperband", "10"), (PrunerDefinition{"hyperband", 2, 2, 10}));
  EXPECT_EQ(pruner_of("{successive_halving: {min_resource: 1, reduction_factor: 3}}"),
            (PrunerDefinition{"successive_halving", 1, 3, 27}));
  EXPECT_EQ(pruner_of("{hyperband: {reduction_factor: 4}}"), (PrunerDefinition{"hyperband", 3, 4, 27}));
  EXPECT_EQ(pruner_of("{hyperband: {}}"), pruner_of("hyperband"));
  EXPECT_EQ(pruner_of("{hyperband: }"), pruner_of("hyperband"));
}

TEST(Pruner, SetChangesIt) {
  const std::string text = job_with("{hyperband: {min_resource: 1}}");
  EXPECT_EQ(job_of(text, {"pruner.hyperband.min_resource=2"}).definition.pruner.min_resource, 2);
  EXPECT_EQ(job_of(text, {"pruner=successive_halving"}).definition.pruner.kind, "successive_halving");
  EXPECT_FALSE(job_of(text, {"pruner=none"}).definition.pruner.prunes());
  EXPECT_FALSE(job_of(text, {"pruner=null"}).definition.pruner.prunes());
  EXPECT_EQ(job_of(text, {"training.epochs=50"}).definition.pruner.max_resource, 50);
}

TEST(Pruner, ReadsBackAndIsPartOfTheStudy) {
  const JobFile none = job_of(job_with("none"));
  EXPECT_EQ(none.identity, job_of(std::string("study: a\ntraining: {epochs: 27}\n") + kSpace).identity)
      << "files from before the key was there";
  EXPECT_EQ(none.resolved.find("pruner"), std::string::npos);
  const JobFile job = job_of(job_with("hyperband"));
  EXPECT_NE(job.resolved.find("\npruner: {hyperband: {min_resource: 3, reduction_factor: 2}}\n"),
            std::string::npos)
      << job.resolved;
  EXPECT_EQ(job_of(job.resolved).resolved, job.resolved);
  EXPECT_EQ(job_of(job.resolved).identity, job.identity);
  EXPECT_NE(job.identity, none.identity);
  EXPECT_NE(job.identity, job_of(job_with("successive_halving")).identity);
  EXPECT_EQ(job.identity, job_of(job_with("{hyperband: {min_resource: 3}}")).identity);
  EXPECT_NE(job.identity, job_of(job_with("{hyperband: {min_resource: 4}}")).identity);
  EXPECT_NE(job.identity, job_of(job_with("{hyperband: {reduction_factor: 3}}")).identity);
  EXPECT_EQ(job.identity, job_of(job_with("hyperband"), {"search.n_trials=128"}).identity)
      << "it is extended";
}

TEST(Pruner, NumbersOutOfRange) {
  EXPECT_EQ(refused("{hyperband: {min_resource: 27}}"),
            "x.yaml:4: pruner.hyperband.min_resource: found 27, and a whole trial has 27 epochs "
            "(training.epochs); allowed: less");
  EXPECT_EQ(refused("\n  hyperband:\n    min_resource: 30"),
            "x.yaml:6: pruner.hyperband.min_resource: found 30, and a whole trial has 27 epochs "
            "(training.epochs); allowed: less");
  EXPECT_EQ(refused("{hyperband: {min_resource: 0}}"),
            "x.yaml:4: pruner.hyperband.min_resource: found 0; allowed: a whole number from 1 to 1000000000");
  EXPECT_EQ(
      refused("{successive_halving: {reduction_factor: 1}}"),
      "x.yaml:4: pruner.successive_halving.reduction_factor: found 1; allowed: a whole number from 2 to "
      "1000");
  EXPECT_NE(refused("{hyperband: {reduction_factor: 3.0}}").find("found 3.0 (a float)"), std::string::npos);
  EXPECT_NE(refused("{hyperband: {min_resource: auto}}").find("found auto; allowed: a whole"),
            std::string::npos);
  EXPECT_EQ(
      refused("hyperband", "1"),
      "x.yaml:4: pruner: training.epochs is 1, so no trial can end before another; allowed: at least 2");
}

TEST(Pruner, NamesThatAreNot) {
  EXPECT_NE(refused("MedianPruner").find("did you mean median?"), std::string::npos);
  EXPECT_NE(refused("PercentilePruner").find("did you mean percentile?"), std::string::npos);
  EXPECT_EQ(
      refused("sucessive_halving"),
      "x.yaml:4: pruner: unknown pruner sucessive_halving; did you mean successive_halving? (allowed: " +
          pruner_allowed() + ")");
  for (const char* theirs : {"asha", "sha", "SuccessiveHalvingPruner", "ASHAScheduler"}) {
    EXPECT_NE(refused(theirs).find("did you mean successive_halving?"), std::string::npos) << theirs;
  }
  EXPECT_NE(refused("{HyperbandPruner: {}}").find("did you mean hyperband?"), std::string::npos);
  EXPECT_NE(refused("threshold").find("unknown pruner threshold (allowed: none, "), std::string::npos);
  EXPECT_NE(refused("[hyperband]").find("found a list; allowed: none, "), std::string::npos);
  EXPECT_NE(refused("true").find("unknown pruner true"), std::string::npos);
  EXPECT_NE(refused("{none: {}}").find("write pruner: none"), std::string::npos);
  EXPECT_NE(refused("{hyperband: 3}").find("pruner.hyperband: found 3; allowed: a map such as {min_resource"),
            std::string::npos);
  EXPECT_NE(refused("{hyperband: {}, successive_halving: {}}").find("found a map with 2 keys"),
            std::string::npos);
  EXPECT_NE(refused("{name: hyperband, min_resource: 1}").find("the pruner's name is the key of its numbers"),
            std::string::npos);
}

TEST(Pruner, NumbersThatOthersCallOtherwise) {
  const auto hint = [](const std::string& name) {
    const std::string text = refused("{hyperband: {" + name + ": 3}}");
    const std::string head = "x.yaml:4: pruner.hyperband." + name + ": unknown key; ";
    EXPECT_EQ(text.substr(0, head.size()), head);
    EXPECT_NE(text.find(" (allowed: min_resource, reduction_factor)"), std::string::npos) << text;
    return text.substr(head.size(), text.find(" (") - head.size());
  };
  EXPECT_EQ(hint("grace_period"), "did you mean min_resource?");
  EXPECT_EQ(hint("eta"), "did you mean reduction_factor?");
  EXPECT_EQ(hint("factor"), "did you mean reduction_factor?");
  EXPECT_EQ(hint("max_t"), "a whole trial is training.epochs here");
  EXPECT_EQ(hint("max_resource"), "a whole trial is training.epochs here");
  EXPECT_EQ(hint("brackets"), "hyperband has as many kinds of brackets as rungs, successive_halving one");
  EXPECT_EQ(hint("min_resourc"), "did you mean min_resource?");
}

TEST(Pruner, EpochsThatAreSearched) {
  const std::string text = "study: a\nsearch:\n  space: {epochs: {low: 1, high: 9}}\npruner: hyperband\n";
  EXPECT_EQ(refusal(text).substr(0, 56), "x.yaml:4: pruner: compares trials of equal length, and e");
  EXPECT_EQ(refusal(text, {"training.epochs=9"}), "") << "--set fixes them";
  EXPECT_EQ(refusal(text, {"pruner=none"}), "");
  EXPECT_NE(refusal("study: a\nsearch: {sampler: list, trials: [{epochs: 4}, {l2: 0}]}\npruner: hyperband\n")
                .find("epochs is searched here"),
            std::string::npos);
  EXPECT_NE(refusal("study: a\nsearch: {space: {optimizer: {choices: [sgd, adam]}, epochs: {low: 1, high: 9, "
                    "when: {optimizer: adam}}}}\npruner: hyperband\n")
                .find("epochs is searched here"),
            std::string::npos);
}

TEST(Pruner, GoesWithEverySampler) {
  EXPECT_EQ(refusal("study: a\nsearch: {sampler: grid, space: {l2: {low: 0, high: 1, points: 9}}}\npruner: "
                    "hyperband\n"),
            "");
  EXPECT_EQ(refusal("study: a\nsearch: {sampler: list, trials: [{l2: 0}, {l2: 1}]}\npruner: hyperband\n"),
            "");
  EXPECT_EQ(refusal("study: a\ntraining: {early_stopping: {patience: 2}}\nsearch: {repeats: 3}\npruner: "
                    "hyperband\n"),
            "");
}

TEST(Pruner, TheMedianHasOptunasNumbers) {
  const PrunerDefinition pruner =
      job_of(
          job_with("{median: {n_startup_trials: 3, n_warmup_steps: 2, interval_steps: 4, n_min_trials: 2}}"))
          .definition.pruner;
  EXPECT_EQ(pruner.n_startup_trials, 3);
  EXPECT_EQ(pruner.n_warmup_steps, 2);
  EXPECT_EQ(pruner.interval_steps, 4);
  EXPECT_EQ(pruner.n_min_trials, 2);
  EXPECT_EQ(job_of(job_with("{percentile: {percentile: 10}}")).definition.pruner.percentile, 10.0);
  EXPECT_NE(refused("{median: {percentile: 10}}").find("unknown key"), std::string::npos);
  EXPECT_NE(refused("{median: {min_resource: 2}}").find("(allowed: n_startup_trials, "), std::string::npos);
  EXPECT_NE(refused("{percentile: {percentile: 100}}").find("found 100"), std::string::npos);
  EXPECT_NE(refused("{median: {interval_steps: 0}}").find("found 0"), std::string::npos);
}

TEST(Timetable, IsThereWhereResultsDecideWhatNoBracketCan) {
  const auto slots = [](const std::string& text) {
    return job_of(text).definition.search.max_concurrent_trials;
  };
  EXPECT_EQ(slots(job_with("none")), 0);
  EXPECT_EQ(slots(job_with("hyperband")), 0) << "points that are known halve in brackets";
  EXPECT_EQ(slots(job_with("median")), kDefaultConcurrentTrials);
  const JobFile asked = job_of(job_with("hyperband"), {"search.max_concurrent_trials=6"});
  EXPECT_EQ(asked.definition.search.max_concurrent_trials, 6);
  EXPECT_NE(asked.identity, job_of(job_with("hyperband")).identity) << "it decides otherwise";
  EXPECT_EQ(job_of(asked.resolved).identity, asked.identity);
  EXPECT_NE(refusal("study: a\nsearch: {max_concurrent_trials: 8}\n")
                .find("search.max_concurrent_trials: is for searches in which results decide"),
            std::string::npos);
  EXPECT_NE(refusal("study: a\nsearch: {n_startup_trials: 8}\n").find("is for samplers that learn"),
            std::string::npos);
}

TEST(Pruner, IsAKeyAtTheTop) {
  EXPECT_NE(refusal("study: a\nsearch: {pruner: hyperband}\n")
                .find("search.pruner: unknown key; did you mean "
                      "pruner?"),
            std::string::npos);
  EXPECT_NE(refusal("study: a\nprunner: hyperband\n").find("did you mean pruner?"), std::string::npos);
  EXPECT_NE(refusal("study: a\nsearch: {space: {pruner: {choices: [none, hyperband]}}}\n"), "");
}

TEST(Pruner, OneTrainingHasNone) {
  const JobText job(job_with("hyperband"));
  EXPECT_FALSE(read_training_job(job.path(), {}).definition.pruner.prunes());
}

TEST(Pruner, WarningsOfTooFewPoints) {
  const auto of = [](const std::string& pruner, int n) {
    const JobFile job = job_of("study: a\ntraining: {epochs: 27}\nsearch: {n_trials: " + std::to_string(n) +
                               ", space: {l2: {low: 0, high: 1}}}\npruner: " + pruner + "\n");
    return job.warnings.empty() ? "" : job.warnings.front() + "\n";
  };
  const std::string halving = "{successive_halving: {min_resource: 1, reduction_factor: 3}}";
  const std::string hyperband = "{hyperband: {min_resource: 1, reduction_factor: 3}}";
  EXPECT_EQ(of(halving, 27), "");
  EXPECT_EQ(
      of(halving, 26),
      "the search is smaller than the first bracket of its pruner: it has 26 points, the bracket 27; the "
      "best is trained to the end all the same\n");
  EXPECT_EQ(of(halving, 2),
            "the pruner has nothing to choose: of 3 points one goes on, and the search has 2 points\n");
  EXPECT_EQ(of(hyperband, 49), "");
  EXPECT_EQ(of(hyperband, 48).substr(0, 54), "hyperband takes 49 points to have a bracket of each ki");
  EXPECT_EQ(of("none", 2), "");
}

JobFile read_boxes(const std::string& pruner) {
  const KeyTable keys =
      custom_keys("boxes", {{"width", real_above(0.0), 0.5}}, {{{"cost", "1", "", Direction::minimize}}});
  const JobText job("study: a\nsearch: {n_trials: 64, space: {width: {low: 1, high: 2}}}\npruner: " + pruner +
                    "\n");
  return read_job(job.path(), {}, {}, keys);
}

std::string boxes_refusal(const std::string& pruner) {
  try {
    read_boxes(pruner);
  } catch (const ConfigError& e) {
    const std::string text = e.what();
    return text.substr(text.find("x.yaml"));
  }
  return {};
}

TEST(Pruner, AProgramWithoutEpochsSaysHowLongAWholeTrialIs) {
  const JobFile job = read_boxes("{successive_halving: {max_resource: 81}}");
  EXPECT_EQ(job.definition.pruner, (PrunerDefinition{"successive_halving", 9, 2, 81}));
  EXPECT_NE(job.resolved.find(
                "pruner: {successive_halving: {min_resource: 9, reduction_factor: 2, max_resource: 81}}\n"),
            std::string::npos);
  EXPECT_EQ(
      boxes_refusal("hyperband"),
      "x.yaml:3: pruner: max_resource is missing: boxes has no parameter for it, so say how many epochs a "
      "whole trial reports; write {hyperband: {max_resource: 100}}");
  EXPECT_NE(boxes_refusal("{hyperband: {max_t: 9}}")
                .find("did you mean max_resource? (allowed: min_resource, "
                      "reduction_factor, max_resource)"),
            std::string::npos);
  EXPECT_NE(
      boxes_refusal("{hyperband: {max_resource: 9, min_resource: 9}}").find("has 9 epochs (max_resource)"),
      std::string::npos);
}

// As the perceptron's `epochs`.
TEST(Pruner, AProgramMayHaveAParameterForIt) {
  ProgramDeclaration declaration = {
      .name = "boxes",
      .parameters = {{"rounds", integer_between(1, 1000), std::int64_t{81}}, {"width", real_above(0.0), 0.5}},
      .metrics = MetricTable({{"cost", "1", "", Direction::minimize}})};
  declaration.epochs = "rounds";
  const auto read = [&](const std::string& text) {
    const JobText job("study: a\n" + text);
    return read_job(job.path(), {}, {}, job_keys(declaration));
  };
  const std::string space = "search: {n_trials: 64, space: {width: {low: 1, high: 2}}}\n";
  const JobFile job = read(space + "pruner: successive_halving\n");
  EXPECT_EQ(job.definition.pruner, (PrunerDefinition{"successive_halving", 9, 2, 81}));
  EXPECT_NE(job.resolved.find("pruner: {successive_halving: {min_resource: 9, reduction_factor: 2}}\n"),
            std::string::npos);
  const auto refused = [&](const std::string& text) -> std::string {
    try {
      read(text);
    } catch (const ConfigError& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_NE(refused(space + "pruner: {hyperband: {max_resource: 9}}\n")
                .find("unknown key; a whole trial is parameters.rounds here"),
            std::string::npos);
  EXPECT_NE(refused("search: {n_trials: 9, space: {rounds: {low: 2, high: 9}}}\npruner: hyperband\n")
                .find("rounds is searched here; fix parameters.rounds at the longest"),
            std::string::npos);
  declaration.epochs = "width";
  EXPECT_THROW(job_keys(declaration), std::logic_error) << "no whole number";
  declaration.epochs = "turns";
  EXPECT_THROW(job_keys(declaration), std::logic_error) << "no parameter";
}

}  // namespace
}  // namespace trawl
