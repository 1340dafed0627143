// Says which values each parameter may take, and under which conditions.
#include "trawl/study/search_space.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "trawl/study/grid.hpp"

namespace trawl {
namespace {

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string json(const ParameterValue& value) {
  if (const auto* names = std::get_if<std::vector<std::string>>(&value)) {
    std::string items;
    for (const std::string& name : *names) items += (items.empty() ? "" : ", ") + json_string(name);
    return "[" + items + "]";
  }
  const bool is_text = std::holds_alternative<std::string>(value) || std::holds_alternative<Form>(value) ||
                       std::holds_alternative<EarlyStoppingDefinition>(value);
  return is_text ? json_string(to_text(value)) : to_text(value);
}

std::string json(const std::vector<ParameterValue>& values) {
  std::string text;
  for (const ParameterValue& value : values) text += (text.empty() ? "" : ", ") + json(value);
  return "[" + text + "]";
}

template <class Range>
std::string bounds_json(const Range& range, const char* kind) {
  std::string text =
      fmt::format(R"("kind": "{}", "low": {}, "high": {}, "log": {})", kind,
                  to_text(ParameterValue(range.low)), to_text(ParameterValue(range.high)), range.log);
  if (range.step) text += fmt::format(R"(, "step": {})", to_text(ParameterValue(*range.step)));
  if (range.points) text += fmt::format(R"(, "points": {})", *range.points);
  return text;
}

std::string json(const Distribution& distribution) {
  if (const auto* real = std::get_if<FloatDistribution>(&distribution)) return bounds_json(*real, "float");
  if (const auto* whole = std::get_if<IntDistribution>(&distribution)) return bounds_json(*whole, "int");
  return fmt::format(R"("kind": "categorical", "choices": {})",
                     json(std::get<CategoricalDistribution>(distribution).choices));
}

std::string json(const std::vector<Condition>& when) {
  std::string text;
  for (const Condition& condition : when) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", json_string(condition.name),
                        json(condition.values));
  }
  return text.empty() ? "" : fmt::format(R"(, "when": {{{}}})", text);
}

bool holds(const FloatDistribution& range, const ParameterValue& value) {
  const auto* real = std::get_if<double>(&value);
  if (real == nullptr || *real < range.low || *real > range.high) return false;
  if (!range.step) return true;
  const auto place = static_cast<std::int64_t>(std::llround((*real - range.low) / *range.step));
  return place < lattice_size(range) && lattice_value(range, place) == *real;
}

bool holds(const IntDistribution& range, const ParameterValue& value) {
  const auto* whole = std::get_if<std::int64_t>(&value);
  return whole != nullptr && *whole >= range.low && *whole <= range.high &&
         (*whole - range.low) % range.step.value_or(1) == 0;
}

bool holds(const CategoricalDistribution& categories, const ParameterValue& value) {
  const auto& choices = categories.choices;
  return std::find(choices.begin(), choices.end(), value) != choices.end();
}

}  // namespace

bool contains(const Distribution& distribution, const ParameterValue& value) {
  return std::visit([&](const auto& any) { return holds(any, value); }, distribution);
}

std::string to_json(const SearchSpace& space) {
  std::string text;
  for (const SearchDimension& dimension : space) {
    text += fmt::format("{}{{\"name\": {}, {}{}}}", text.empty() ? "" : ", ", json_string(dimension.name),
                        json(dimension.distribution), json(dimension.when));
  }
  return "[" + text + "]";
}

}  // namespace trawl
