#include <chrono>
#include <thread>

#include "simulated_study.hpp"
#include "trawl/h5/file.hpp"
#include "trawl/journal/journaled_study.hpp"

namespace trawl::testing {
namespace {

using Storage = ParameterColumn::Storage;

ParameterColumn listed(const std::vector<ParameterValue>& values) {
  SearchDefinition search;
  for (const ParameterValue& value : values) search.trials.push_back({{"p", value}});
  return parameter_columns(search).at(0);
}

TEST(ParameterColumns, ListedTrialsGetTheKindOfTheirValues) {
  EXPECT_EQ(listed({true, false}).storage, Storage::boolean);
  const ParameterColumn whole = listed({std::int64_t{32}, std::int64_t{1}, std::int64_t{32}});
  EXPECT_EQ(whole.storage, Storage::int64);
  EXPECT_EQ(whole.kind, "int");
  EXPECT_EQ(whole.low, 1.0);
  EXPECT_EQ(whole.high, 32.0);
  EXPECT_EQ(listed({0.5, std::int64_t{1}}).storage, Storage::float64);
  const ParameterColumn words = listed({std::string("sgd"), std::string("adam"), std::string("sgd")});
  EXPECT_EQ(words.storage, Storage::choice);
  EXPECT_EQ(words.choices.size(), 2U);
  EXPECT_EQ(listed({std::int64_t{32}, std::string("all")}).storage, Storage::choice);
  const ParameterColumn mixed = listed({0.2, std::vector<double>{0.2, 0.5}});
  EXPECT_EQ(mixed.storage, Storage::choice);
  EXPECT_EQ(mixed.kind, "categorical");
  EXPECT_EQ(listed({std::string("off"), EarlyStoppingDefinition{3, 0.0, true, {}}}).storage, Storage::choice);
}

TEST(ParameterColumns, SoManyChoicesThatNoEnumerationHoldsThemAreTexts) {
  const Folder folder;
  SimulatedStudy study{3000, 1, 1, "simulated"};
  StudyDescription description = study.description();
  std::vector<ParameterValue> values;
  for (std::int64_t i = 0; i < 3000; ++i) {
    values.emplace_back(std::vector<std::int64_t>{i, 1000 + i});
    description.definition.search.trials.push_back({{"hidden", values.back()}});
  }
  EXPECT_EQ(parameter_columns(description.definition.search).at(0).storage, Storage::text);
  const auto store = ResultsStore::open(folder.file(), description, provenance(), quick());
  store->append({TrialStarted{{2999, 2999, 0, {{"hidden", values.back()}}}, 1, 1, "node2", 1.0}});
  store->close(75);
  EXPECT_EQ(to_text(read_results(folder.file()).trials[2999].parameters), "hidden=[2999, 3999]");
}

TEST(ParameterColumns, ListsAndEarlyStoppingAreReadBackAsTheirTexts) {
  const Folder folder;
  const std::vector<Parameters> trials = {
      {{"name", std::string("Mini-batch (32)")},
       {"dropout", 0.2},
       {"batch_normalization", std::vector<std::string>{}},
       {"early_stopping", std::string("off")}},
      {{"name", std::string("All, of \"it\"")},
       {"dropout", std::vector<double>{0.2, 0.5}},
       {"batch_normalization", std::vector<std::string>{"hidden_0", "hidden_1"}},
       {"early_stopping", EarlyStoppingDefinition{3, 0.0, true, "val_loss"}}}};
  StudyDescription description = SimulatedStudy{2, 1, 1, "listed"}.description();
  description.definition.search.trials = trials;
  // Closed and opened again: the journal must give back what it took.
  ResultsStore::open(folder.file(), description, provenance(), quick())
      ->append({TrialStarted{{0, 0, 0, trials[0]}, 1, 1, "node2", 1.0}});
  const auto store = ResultsStore::open(folder.file(), description, provenance(), quick());
  store->append({TrialStarted{{1, 1, 0, trials[1]}, 1, 1, "node2", 1.0}});
  store->close(75);
  const StudyTables tables = read_results(folder.file());
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(to_text(tables.trials[i].parameters), to_text(trials[i]));
}

TEST(BestNetwork, IsReadInTheOrderOfTheNetwork) {
  const Folder folder;
  const SimulatedStudy study{1, 1, 1, "deep"};
  NetworkWeights weights;
  for (const char* layer : {"hidden_2", "hidden_10", "output"}) {
    for (const char* name : {"weights", "gamma", "beta", "moving_mean", "moving_variance"}) {
      weights.push_back({layer, name, {1}, {0.5F}});
    }
  }
  TrialOutcome outcome = study.outcome(0);
  outcome.weights = weights;
  const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
  store->append({TrialStarted{study.trial(0), 1, 1, "node2", 1.0}, TrialFinished{0, 1, 2.0, outcome}});
  store->close(75);
  EXPECT_EQ(read_results(folder.file()).best->weights, weights);
}

TEST(BestNetwork, HasNothingOfTheOneBeforeIt) {
  const Folder folder;
  const SimulatedStudy study{2, 1, 1, "changing"};
  TrialOutcome first = study.outcome(0);
  first.objective = 0.5;
  first.weights = {{"hidden_0", "weights", {1}, {1}},
                   {"hidden_0", "gamma", {1}, {2}},
                   {"hidden_1", "weights", {1}, {3}},
                   {"output", "weights", {1}, {4}}};
  TrialOutcome better = study.outcome(1);
  better.objective = 0.75;
  better.weights = {
      {"hidden_0", "weights", {1}, {5}}, {"hidden_0", "bias", {1}, {6}}, {"output", "weights", {1}, {7}}};
  const auto store = ResultsStore::open(folder.file(), study.description(), provenance(), quick());
  const auto finish = [&](TrialNumber trial, const TrialOutcome& outcome) {
    store->append(
        {TrialStarted{study.trial(trial), 1, 1, "node2", 1.0}, TrialFinished{trial, 1, 2.0, outcome}});
  };
  // The child that reads inherits what libhdf5 knows of the publisher's files here: a file that gets its name
  // just then is one of those, and looks damaged. No process but a test reads what it publishes itself.
  std::optional<BestNetwork> published;
  const auto look = [&] {
    try {
      published = read_results(folder.file()).best;
    } catch (const StoreError&) {
      published.reset();
    }
    return published.has_value();
  };
  finish(0, first);
  for (int i = 0; i < 500 && !look(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  ASSERT_TRUE(published) << "the second must meet the first in the file";
  EXPECT_EQ(published->weights, first.weights);
  finish(1, better);
  store->close(75);
  EXPECT_EQ(read_results(folder.file()).best->weights, better.weights);
}

TEST(Schema, EveryDatasetSaysItsUnitsAndMeaning) {
  const Folder folder;
  SimulatedStudy().finish(folder.file());
  const h5::File file = h5::File::open_to_read(folder.file());
  const std::function<int(const h5::Group&)> visit = [&](const h5::Group& group) {
    int n = 0;
    for (const std::string& name : group.names()) {
      if (group.is_group(name)) {
        n += visit(group.group(name));
        continue;
      }
      const h5::Dataset dataset = group.dataset(name);
      EXPECT_NE(dataset.text_attribute("units"), "") << dataset.path();
      EXPECT_NE(dataset.text_attribute("description"), "") << dataset.path();
      ++n;
    }
    return n;
  };
  EXPECT_GT(visit(file.root()), 50);
  EXPECT_EQ(file.root().text_attribute("format"), "trawl-results");
  EXPECT_EQ(file.root().whole_attribute("format_version"), 2);
  EXPECT_EQ(file.root().dataset("epochs/val_loss").text_attribute("units"), "nat");
  EXPECT_EQ(file.root().dataset("epochs/val_loss").whole_attribute("position"), 3);
  EXPECT_EQ(file.root().dataset("epochs/val_loss").text_attribute("direction"), "minimize");
  EXPECT_FALSE(file.root().dataset("epochs/learning_rate").has_attribute("direction"));
  EXPECT_EQ(file.root().group("study").whole_attribute("train_rows"), 80);
  EXPECT_EQ(file.root().group("study").whole_attribute("n_classes"), 3);
  const h5::Dataset rate = file.root().dataset("trials/parameters/learning_rate");
  EXPECT_EQ(rate.text_attribute("kind"), "float");
  EXPECT_EQ(rate.real_attribute("high"), 0.1);
  EXPECT_TRUE(rate.flag_attribute("log"));
  EXPECT_EQ(file.root().dataset("trials/parameters/hidden").enumeration_names(),
            (std::vector<std::string>{"[64, 32]", "[]"}));
}

// HDF5 lets any number stand in an enumeration; here it would be an index behind the last word.
TEST(ReadResults, AStateThatThereIsNotIsDamage) {
  const Folder folder;
  SimulatedStudy{3}.finish(folder.file());
  const int behind = static_cast<int>(last_of(TrialState{})) + 1;
  for (const std::int8_t wild : {std::int8_t{-1}, static_cast<std::int8_t>(behind)}) {
    {
      h5::File file = h5::File::open_to_write(folder.file());
      file.root().dataset("trials/state").write<std::int8_t>(1, std::vector<std::int8_t>{wild});
      file.close();
    }
    EXPECT_THROW(read_results(folder.file()), StoreError) << static_cast<int>(wild);
  }
}

}  // namespace
}  // namespace trawl::testing
