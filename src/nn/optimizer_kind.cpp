// Lists all optimizers with what a job has to know of them.
#include "trawl/nn/optimizer_kind.hpp"

#include <algorithm>
#include <type_traits>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/base/word.hpp"
#include "trawl/nn/adam.hpp"
#include "trawl/nn/momentum.hpp"
#include "trawl/nn/nesterov.hpp"
#include "trawl/nn/rmsprop.hpp"
#include "trawl/nn/sgd.hpp"

namespace trawl {

namespace {

std::vector<const OptimizerKind*>& kinds() {
  static std::vector<const OptimizerKind*> all = {
      &sgd_kind(), &momentum_kind(), &nesterov_kind(), &rmsprop_kind(), &adam_kind(),
  };
  return all;
}

bool takes(const OptimizerKind& kind, std::string_view setting) {
  return std::find(kind.settings.begin(), kind.settings.end(), setting) != kind.settings.end();
}

bool is_taken(std::string_view setting) {
  return std::any_of(kinds().begin(), kinds().end(),
                     [&](const OptimizerKind* kind) { return takes(*kind, setting); });
}

// Each of its settings is another optimizer's, or its own, and has been described once.
void check_settings(const OptimizerKind& kind, const std::vector<OptimizerSetting>& own) {
  for (const char* name : kind.settings) {
    const bool is_own = std::any_of(
        own.begin(), own.end(), [&](const auto& setting) { return std::string_view(setting.name) == name; });
    TRAWL_CHECK(is_own || is_taken(name), "optimizer {} takes {}: describe it beside the optimizer",
                kind.word, name);
  }
  for (const OptimizerSetting& setting : own) {
    TRAWL_CHECK(setting.name != nullptr && takes(kind, setting.name), "optimizer {} does not take {}",
                kind.word, setting.name == nullptr ? "a number without a name" : setting.name);
  }
}

}  // namespace

const std::vector<const OptimizerKind*>& optimizer_kinds() { return kinds(); }

void add_optimizer_kind(const OptimizerKind& kind, const std::vector<OptimizerSetting>& own_settings) {
  TRAWL_CHECK(
      kind.word != nullptr && is_word(kind.word) && kind.make_float != nullptr && kind.make_double != nullptr,
      "an optimizer needs a word such as my_optimizer, and functions that make it; its word is {}",
      kind.word == nullptr ? "missing" : kind.word);
  for (const OptimizerKind* other : kinds()) {
    if (other == &kind) return;
    TRAWL_CHECK(std::string_view(other->word) != kind.word, "there are two optimizers {}", kind.word);
  }
  check_settings(kind, own_settings);
  for (const OptimizerSetting& setting : own_settings) add_optimizer_setting(setting);
  TRAWL_CHECK(optimizer_settings_may_grow(),
              "optimizer {} comes too late: add it before perceptron_program() is called", kind.word);
  kinds().push_back(&kind);
}

const OptimizerKind& optimizer_called(std::string_view word) {
  for (const OptimizerKind* kind : optimizer_kinds()) {
    if (word == kind->word) return *kind;
  }
  TRAWL_CHECK(false, "optimizer {}", word);
  return *optimizer_kinds().front();
}

std::vector<std::string> optimizer_words() {
  std::vector<std::string> words;
  for (const OptimizerKind* kind : optimizer_kinds()) words.emplace_back(kind->word);
  return words;
}

std::vector<std::string> optimizers_with(std::string_view setting) {
  std::vector<std::string> words;
  for (const OptimizerKind* kind : optimizer_kinds()) {
    if (takes(*kind, setting)) words.emplace_back(kind->word);
  }
  return words;
}

template <class Scalar>
std::unique_ptr<Optimizer<Scalar>> make_optimizer(const OptimizerKind& kind, std::int64_t n_parameters,
                                                  const OptimizerSettings& settings) {
  if constexpr (std::is_same_v<Scalar, float>) {
    return kind.make_float(settings, n_parameters);
  } else {
    return kind.make_double(settings, n_parameters);
  }
}

template std::unique_ptr<Optimizer<float>> make_optimizer(const OptimizerKind&, std::int64_t,
                                                          const OptimizerSettings&);
template std::unique_ptr<Optimizer<double>> make_optimizer(const OptimizerKind&, std::int64_t,
                                                           const OptimizerSettings&);

}  // namespace trawl
