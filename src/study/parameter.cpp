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

std::string form_text(const Form& form) {
  std::string numbers;
  for (const auto& [name, number] : form.numbers) {
    const auto* whole = std::get_if<std::int64_t>(&number);
    numbers +=
        fmt::format("{}{}: {}", numbers.empty() ? "" : ", ", name,
                    whole != nullptr ? fmt::format("{}", *whole) : number_text(std::get<double>(number)));
  }
  return numbers.empty() ? form.word : fmt::format("{{{}: {{{}}}}}", form.word, numbers);
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

const Form::Number* Form::find(std::string_view name) const {
  for (const auto& [key, number] : numbers) {
    if (key == name) return &number;
  }
  return nullptr;
}

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
        if constexpr (std::is_same_v<T, Form>) return form_text(v);
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
