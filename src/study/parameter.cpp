// Holds a value of any kind that can be searched, and writes it as text.
#include "trawl/study/parameter.hpp"

#include <cmath>
#include <type_traits>

#include <fmt/format.h>

namespace trawl {
namespace {

std::string number_text(double value) {
  if (std::isnan(value)) return ".nan";
  if (std::isinf(value)) return value > 0 ? ".inf" : "-.inf";
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string schedule_text(const LearningRateSchedule& schedule) {
  const std::string updates =
      schedule.updates > 0 ? fmt::format(", updates: {}", schedule.updates) : std::string();
  switch (schedule.kind) {
    case LearningRateSchedule::Kind::constant: return "constant";
    case LearningRateSchedule::Kind::inverse_time:
      return fmt::format("{{inverse_time: {{decay: {}}}}}", number_text(schedule.decay));
    case LearningRateSchedule::Kind::exponential:
      return fmt::format("{{exponential: {{rate: {}{}}}}}", number_text(schedule.rate), updates);
    case LearningRateSchedule::Kind::step:
      return fmt::format("{{step: {{rate: {}{}}}}}", number_text(schedule.rate), updates);
    case LearningRateSchedule::Kind::cosine:
      return fmt::format("{{cosine: {{floor: {}{}}}}}", number_text(schedule.floor), updates);
  }
  return {};
}

std::string early_stopping_text(const EarlyStoppingDefinition& stopping) {
  const std::string metric =
      stopping.metric.empty() ? std::string() : fmt::format(", metric: {}", stopping.metric);
  return fmt::format("{{patience: {}, min_delta: {}, restore_best_weights: {}{}}}", stopping.patience,
                     number_text(stopping.min_delta), stopping.restore_best_weights, metric);
}

std::string list_text(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : ", ") + number_text(value);
  return fmt::format("[{}]", text);
}

}  // namespace

std::string to_text(const ParameterValue& value) {
  return std::visit(
      [](const auto& v) -> std::string {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, bool>) return v ? "true" : "false";
        if constexpr (std::is_same_v<T, std::int64_t>) return fmt::format("{}", v);
        if constexpr (std::is_same_v<T, double>) return number_text(v);
        if constexpr (std::is_same_v<T, std::string>) return v;
        if constexpr (std::is_same_v<T, std::vector<std::int64_t>> ||
                      std::is_same_v<T, std::vector<std::string>>)
          return fmt::format("[{}]", fmt::join(v, ", "));
        if constexpr (std::is_same_v<T, std::vector<double>>) return list_text(v);
        if constexpr (std::is_same_v<T, EarlyStoppingDefinition>) return early_stopping_text(v);
        if constexpr (std::is_same_v<T, LearningRateSchedule>) return schedule_text(v);
      },
      value);
}

std::string to_text(const Parameters& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    fmt::format_to(std::back_inserter(text), "{}{}={}", text.empty() ? "" : " ", name, to_text(value));
  }
  return text;
}

const ParameterValue* find_parameter(const Parameters& parameters, std::string_view name) {
  for (const auto& [key, value] : parameters) {
    if (key == name) return &value;
  }
  return nullptr;
}

}  // namespace trawl
