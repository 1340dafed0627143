// Lists the numbers that optimizers take, and holds a value for each.
#include "trawl/nn/optimizer_settings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "trawl/base/error.hpp"

namespace trawl {

const std::vector<OptimizerSetting>& all_optimizer_settings() {
  static const std::vector<OptimizerSetting> kSettings = {
      {.name = "momentum", .initial = 0.9, .high = 1.0, .high_open = true},
      {.name = "rho", .initial = 0.9, .high = 1.0, .high_open = true},
      {.name = "beta_1", .initial = 0.9, .high = 1.0, .high_open = true},
      {.name = "beta_2", .initial = 0.999, .high = 1.0, .high_open = true},
      {.name = "epsilon", .initial = 1e-7, .low_open = true},
  };
  return kSettings;
}

OptimizerSettings::OptimizerSettings() {
  for (const OptimizerSetting& setting : all_optimizer_settings()) values_.push_back(setting.initial);
}

std::size_t OptimizerSettings::place_of(std::string_view name) {
  const auto& all = all_optimizer_settings();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& s) { return s.name == name; });
  TRAWL_CHECK(found != all.end(), "no optimizer takes {}", name);
  return static_cast<std::size_t>(found - all.begin());
}

}  // namespace trawl
