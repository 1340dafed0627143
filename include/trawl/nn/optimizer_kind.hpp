#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "trawl/nn/optimizer.hpp"
#include "trawl/nn/optimizer_settings.hpp"

namespace trawl {

/// What the program has to know of an optimizer. Each one's stands beside its class; optimizer_kinds() lists
/// them, and nothing else names an optimizer by its word.
struct OptimizerKind {
  const char* word;                   ///< in job files: "adam"
  std::vector<const char*> settings;  ///< the names of those that it takes
  std::unique_ptr<Optimizer<float>> (*make_float)(const OptimizerSettings& settings,
                                                  std::int64_t n_parameters);
  std::unique_ptr<Optimizer<double>> (*make_double)(const OptimizerSettings& settings,
                                                    std::int64_t n_parameters);
};

/// The kind of a class that is made of settings and the number of parameters.
template <template <class> class Class>
OptimizerKind optimizer_kind_of(const char* word, std::vector<const char*> settings) {
  return {word, std::move(settings),
          [](const OptimizerSettings& s, std::int64_t n) -> std::unique_ptr<Optimizer<float>> {
            return std::make_unique<Class<float>>(s, n);
          },
          [](const OptimizerSettings& s, std::int64_t n) -> std::unique_ptr<Optimizer<double>> {
            return std::make_unique<Class<double>>(s, n);
          }};
}

/// All optimizers, in the order in which messages and documents name them.
const std::vector<const OptimizerKind*>& optimizer_kinds();
/// One more, of a program outside this tree: see add_optimizer() in run/program.hpp. `own_settings` are those
/// of its settings that no other optimizer takes. `kind` and all names live as long as the process; added
/// once more it changes nothing. Requires a word of lower-case letters, digits and _ that no other optimizer
/// has, and that all_optimizer_settings() has not been called. Not for two threads at once.
void add_optimizer_kind(const OptimizerKind& kind, const std::vector<OptimizerSetting>& own_settings = {});
/// The kind that job files call so. Requires one of optimizer_words().
const OptimizerKind& optimizer_called(std::string_view word);
/// "sgd", "momentum", ...
std::vector<std::string> optimizer_words();
/// The words of the optimizers that take the setting called so: "rmsprop", "adam" for "epsilon".
std::vector<std::string> optimizers_with(std::string_view setting);

/// State for `n_parameters`, all zero.
template <class Scalar>
std::unique_ptr<Optimizer<Scalar>> make_optimizer(const OptimizerKind& kind, std::int64_t n_parameters,
                                                  const OptimizerSettings& settings = {});

}  // namespace trawl
