#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/reference/reference_file.hpp"
#include "trawl/nn/activation.hpp"
#include "trawl/nn/optimizer_kind.hpp"
#include "trawl/nn/perceptron.hpp"
#include "trawl/nn/schedule.hpp"

namespace trawl {

// A case's settings in the values that module nn works with.

inline OptimizerSettings optimizer_settings_of(const ReferenceFile& reference) {
  OptimizerSettings settings;
  for (const OptimizerSetting& setting : all_optimizer_settings()) {
    settings[setting.name] = reference.number(setting.name);
  }
  return settings;
}

inline Schedule schedule_of(const ReferenceFile& reference) {
  using Kind = Schedule::Kind;
  const std::map<std::string, Kind> words = {{"constant", Kind::constant},
                                             {"inverse_time", Kind::inverse_time},
                                             {"exponential", Kind::exponential},
                                             {"step", Kind::step},
                                             {"cosine", Kind::cosine}};
  return {words.at(reference.text("schedule")),
          reference.number("learning_rate"),
          reference.number("decay"),
          reference.number("rate"),
          reference.number("floor"),
          static_cast<std::int64_t>(reference.number("updates"))};
}

inline bool normalizes(const ReferenceFile& reference) {
  const std::vector<double> normalized = reference.numbers("normalized");
  return std::count(normalized.begin(), normalized.end(), 1.0) > 0;
}

inline PerceptronShape shape_of(const ReferenceFile& samples, const ReferenceFile& reference) {
  const std::vector<double> normalized = reference.numbers("normalized");
  std::vector<std::int64_t> widths;
  for (const char* layer : {"hidden_0", "hidden_1", "output"}) {
    widths.push_back(std::ssize(samples.numbers(std::string("initial/") + layer + "/bias")));
  }
  const std::int64_t n_features =
      std::ssize(samples.numbers("features")) / std::ssize(samples.numbers("labels"));
  return {n_features,
          {widths[0], widths[1]},
          widths[2],
          &activation_called(reference.text("activation")),
          {normalized.begin(), normalized.end()}};
}

}  // namespace trawl
