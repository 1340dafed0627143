// Lists the numbers that optimizers take, and holds a value for each.
#include "trawl/nn/optimizer_settings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/base/word.hpp"

namespace trawl {

namespace {

struct SettingTable {
  std::vector<OptimizerSetting> settings;
  bool may_grow = true;
};

SettingTable& table() {
  static SettingTable all = {{
      {.name = "momentum", .initial = 0.9, .high = 1.0, .high_open = true},
      {.name = "rho", .initial = 0.9, .high = 1.0, .high_open = true},
      {.name = "beta_1", .initial = 0.9, .high = 1.0, .high_open = true},
      {.name = "beta_2", .initial = 0.999, .high = 1.0, .high_open = true},
      {.name = "epsilon", .initial = 1e-7, .low_open = true},
  }};
  return all;
}

const std::vector<OptimizerSetting>& fixed_settings() {
  table().may_grow = false;
  return table().settings;
}

bool is_allowed(double value, const OptimizerSetting& setting) {
  const bool above = setting.low_open ? value > setting.low : value >= setting.low;
  const bool below = setting.high_open ? value < setting.high : value <= setting.high;
  return above && below;
}

}  // namespace

const std::vector<OptimizerSetting>& all_optimizer_settings() {
  static const std::vector<OptimizerSetting>& all = fixed_settings();
  return all;
}

bool optimizer_settings_may_grow() { return table().may_grow; }

void add_optimizer_setting(const OptimizerSetting& setting) {
  TRAWL_CHECK(setting.name != nullptr && is_word(setting.name),
              "a number of an optimizer needs a name such as my_number; its name is {}",
              setting.name == nullptr ? "missing" : setting.name);
  for (const OptimizerSetting& other : table().settings) {
    TRAWL_CHECK(std::string_view(other.name) != setting.name,
                "optimizers take a number {} already: name it in OptimizerKind::settings alone",
                setting.name);
  }
  TRAWL_CHECK(is_allowed(setting.initial, setting), "{} is {} at first, which it may not be", setting.name,
              setting.initial);
  TRAWL_CHECK(table().may_grow, "{} comes too late: add it before perceptron_program() is called",
              setting.name);
  table().settings.push_back(setting);
  table().settings.back().is_later = true;
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
