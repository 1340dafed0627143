// Lists all optimizers with what a job has to know of them.
#include "trawl/nn/optimizer_kind.hpp"

#include <type_traits>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/nn/adam.hpp"
#include "trawl/nn/momentum.hpp"
#include "trawl/nn/nesterov.hpp"
#include "trawl/nn/rmsprop.hpp"
#include "trawl/nn/sgd.hpp"

namespace trawl {

const std::vector<const OptimizerKind*>& optimizer_kinds() {
  static const std::vector<const OptimizerKind*> kKinds = {
      &sgd_kind(), &momentum_kind(), &nesterov_kind(), &rmsprop_kind(), &adam_kind(),
  };
  return kKinds;
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
    for (const char* taken : kind->settings) {
      if (setting == taken) words.emplace_back(kind->word);
    }
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
