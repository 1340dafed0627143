#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <numeric>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "trawl/base/random.hpp"
#include "trawl/search/sampler.hpp"
#include "trawl/search/sampler_kind.hpp"
#include "trawl/study/finite_space.hpp"

namespace trawl {
namespace {

/// What every sampler owes the study, for one definition.
struct Case {
  std::string name;
  SearchDefinition search;
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

SearchSpace every_distribution() {
  return {{"dropout", FloatDistribution{0.0, 0.6, false, {}, 4}},
          {"l2", FloatDistribution{1e-6, 1e-2, true, {}, 3}},
          {"momentum", FloatDistribution{0.0, 0.5, false, 0.25, {}}},
          {"epochs", IntDistribution{1, 3, false, {}, 3}},
          {"batch_size", IntDistribution{16, 128, true, {}, 4}},
          {"width", IntDistribution{10, 40, false, 10, {}}},
          {"optimizer", CategoricalDistribution{{std::string("sgd"), std::string("adam")}}},
          {"flag", CategoricalDistribution{{true, false}}}};
}

SearchSpace with_conditions() {
  SearchSpace space = every_distribution();
  space[2].when = {{"optimizer", {std::string("adam")}}};             // momentum
  space[1].when = {{"flag", {true}}, {"epochs", {std::int64_t{2}}}};  // l2
  space[7].when = {{"optimizer", {std::string("sgd")}}};              // flag, on which l2 depends
  return space;
}

Case conditional_case(const std::string& sampler) {
  SearchDefinition search;
  search.sampler = sampler;
  search.space = with_conditions();
  if (sampler == "random") {
    search.n_points = 300;
    return {"conditional_random", search};
  }
  // sgd: flag is true: epochs 2: three l2, epochs 1, 3; false. adam: three momentum.
  search.n_points = std::int64_t{4} * 4 * 4 * ((3 + 2) + 3 + 3 * 3);
  return {"conditional_grid", search};
}

/// Of finite spaces: all of their points.
Case finite_case(bool with_conditions_too) {
  SearchDefinition search;
  search.seed = 7;
  search.space = with_conditions_too ? with_conditions() : every_distribution();
  std::get<FloatDistribution>(search.space[0].distribution).step = 0.2;
  std::get<FloatDistribution>(search.space[1].distribution) = {1e-6, 1e-6, true, {}, {}};
  std::get<IntDistribution>(search.space[4].distribution).high = 18;
  search.n_points = FiniteSpace(search.space).n_points().value();
  return {with_conditions_too ? "finite_conditional" : "finite", search};
}

Case random_case() {
  SearchDefinition search;
  search.n_points = 300;
  search.seed = 7;
  search.space = every_distribution();
  return {"random", search};
}

Case grid_case() {
  SearchDefinition search;
  search.sampler = "grid";
  search.space = every_distribution();
  search.n_points = std::int64_t{4} * 3 * 3 * 3 * 4 * 4 * 2 * 2;
  return {"grid", search};
}

Case list_case() {
  SearchDefinition search;
  search.sampler = "list";
  for (int i = 0; i < 5; ++i)
    search.trials.push_back({{"dropout", 0.1 * i}, {"optimizer", std::string("adam")}});
  search.n_points = 5;
  return {"list", search};
}

Case nothing_case() {
  SearchDefinition search;
  search.n_points = 1;
  return {"nothing_searched", search};
}

/// Every sampler of the table that draws its points, besides random: in all kinds of spaces, and behind
/// enqueued points.
std::vector<Case> drawn_cases() {
  std::vector<Case> cases;
  for (const SamplerKind* kind : sampler_kinds()) {
    if (kind->points != SamplerKind::Points::drawn || kind->is_distinct) continue;
    SearchDefinition search;
    search.sampler = kind->word;
    search.n_points = 300;
    search.seed = 7;
    search.space = every_distribution();
    cases.push_back({search.sampler, search});
    search.space = with_conditions();
    cases.push_back({search.sampler + "_conditional", search});
    search.enqueued = {{{"dropout", 0.1}, {"flag", true}, {"optimizer", std::string("sgd")}}, {}};
    cases.push_back({search.sampler + "_enqueued", search});
    search.n_points = 1;
    cases.push_back({search.sampler + "_one", search});
    search = finite_case(true).search;
    search.sampler = kind->word;
    cases.push_back({search.sampler + "_finite", search});
  }
  return cases;
}

TEST(SamplerKinds, EachHasAWordOfItsOwnAndIsFoundByIt) {
  for (const SamplerKind* kind : sampler_kinds()) {
    SearchDefinition search;
    search.sampler = kind->word;
    EXPECT_EQ(&sampler_kind(search), kind) << kind->word;
  }
  SearchDefinition none;
  none.sampler = "none";
  EXPECT_THROW(sampler_kind(none), std::logic_error);
}

SamplerKind named_kind(const char* word) {
  SamplerKind kind = random_kind();
  kind.word = word;
  return kind;
}

TEST(SamplerKinds, AProgramMayAddOneOfItsOwn) {
  static const SamplerKind kAdded = named_kind("my_sampler_2");
  const std::size_t n = sampler_kinds().size();
  add_sampler_kind(kAdded);
  add_sampler_kind(kAdded);
  EXPECT_EQ(sampler_words().size(), n + 1) << "once";
  EXPECT_EQ(sampler_words().back(), "my_sampler_2");
  SearchDefinition search;
  search.sampler = "my_sampler_2";
  EXPECT_EQ(&sampler_kind(search), &kAdded);
}

TEST(SamplerKinds, NoTwoHaveOneWordAndEachWordIsOneOfJobFiles) {
  const std::size_t n = sampler_kinds().size();
  for (const char* word : {"random", "lhs", "", "Mine", "my sampler", "2nd", "my-sampler"}) {
    const SamplerKind kind = named_kind(word);
    EXPECT_THROW(add_sampler_kind(kind), std::logic_error) << word;
  }
  EXPECT_THROW(add_sampler_kind(named_kind(nullptr)), std::logic_error);
  SamplerKind nothing = named_kind("nothing");
  nothing.make = nullptr;
  EXPECT_THROW(add_sampler_kind(nothing), std::logic_error);
  EXPECT_EQ(sampler_kinds().size(), n);
}

template <class T, class Range>
bool in_range(const ParameterValue& value, const Range& range) {
  const T* x = std::get_if<T>(&value);
  return x != nullptr && *x >= range.low && *x <= range.high;
}

bool is_allowed(const ParameterValue& value, const Distribution& distribution) {
  if (const auto* real = std::get_if<FloatDistribution>(&distribution)) return in_range<double>(value, *real);
  if (const auto* whole = std::get_if<IntDistribution>(&distribution)) {
    return in_range<std::int64_t>(value, *whole);
  }
  const auto& choices = std::get<CategoricalDistribution>(distribution).choices;
  return std::find(choices.begin(), choices.end(), value) != choices.end();
}

bool is_active(const SearchDimension& dimension, const Parameters& parameters) {
  return std::all_of(dimension.when.begin(), dimension.when.end(), [&](const Condition& condition) {
    const ParameterValue* value = find_parameter(parameters, condition.name);
    const auto& values = condition.values;
    return value != nullptr && std::find(values.begin(), values.end(), *value) != values.end();
  });
}

class SamplerContract : public testing::TestWithParam<Case> {
 protected:
  [[nodiscard]] const SearchDefinition& search() const { return GetParam().search; }
  std::unique_ptr<Sampler> sampler_ = make_sampler(GetParam().search);
};

TEST_P(SamplerContract, HasTheDefinitionsPoints) { EXPECT_EQ(sampler_->n_points(), search().n_points); }

TEST_P(SamplerContract, AnswersTheSameTwiceAndInAnyOrder) {
  const std::int64_t n = std::min<std::int64_t>(sampler_->n_points(), 500);
  std::vector<Parameters> forwards;
  for (std::int64_t i = 0; i < n; ++i) forwards.push_back(sampler_->point(i));
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  RandomStream(StreamKey(1)).shuffle(order.begin(), order.end());
  const auto other = make_sampler(search());
  for (const std::int64_t i : order) {
    EXPECT_EQ(sampler_->point(i), forwards[static_cast<std::size_t>(i)]);
    EXPECT_EQ(other->point(i), forwards[static_cast<std::size_t>(i)]);
  }
}

TEST_P(SamplerContract, NamesAndValuesAreThoseOfTheSpace) {
  for (std::int64_t i = 0; i < sampler_->n_points(); ++i) {
    const Parameters parameters = sampler_->point(i);
    if (search().sampler == "list") {
      EXPECT_EQ(parameters, search().trials[static_cast<std::size_t>(i)]);
      continue;
    }
    std::size_t n_active = 0;
    for (const SearchDimension& dimension : search().space) {
      if (!is_active(dimension, parameters)) continue;
      ASSERT_LT(n_active, parameters.size()) << to_text(parameters);
      EXPECT_EQ(parameters[n_active].first, dimension.name);
      EXPECT_TRUE(is_allowed(parameters[n_active].second, dimension.distribution)) << to_text(parameters);
      ++n_active;
    }
    EXPECT_EQ(parameters.size(), n_active);
  }
}

TEST_P(SamplerContract, APointThatIsNoneIsOurFault) {
  EXPECT_THROW(static_cast<void>(sampler_->point(-1)), std::logic_error);
  EXPECT_THROW(static_cast<void>(sampler_->point(sampler_->n_points())), std::logic_error);
}

INSTANTIATE_TEST_SUITE_P(EverySampler, SamplerContract,
                         testing::Values(random_case(), finite_case(false), finite_case(true), grid_case(),
                                         list_case(), nothing_case(), conditional_case("random"),
                                         conditional_case("grid")),
                         [](const auto& param) { return param.param.name; });

INSTANTIATE_TEST_SUITE_P(EveryDrawingSampler, SamplerContract, testing::ValuesIn(drawn_cases()),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace trawl
