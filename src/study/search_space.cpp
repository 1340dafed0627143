#include "trawl/study/search_space.hpp"

#include <iterator>

#include <fmt/format.h>

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
  const bool is_text = std::holds_alternative<std::string>(value) ||
                       std::holds_alternative<LearningRateSchedule>(value) ||
                       std::holds_alternative<EarlyStoppingDefinition>(value);
  return is_text ? json_string(to_text(value)) : to_text(value);
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
  std::string choices;
  for (const ParameterValue& choice : std::get<CategoricalDistribution>(distribution).choices) {
    choices += (choices.empty() ? "" : ", ") + json(choice);
  }
  return fmt::format(R"("kind": "categorical", "choices": [{}])", choices);
}

}  // namespace

std::string to_json(const SearchSpace& space) {
  std::string text;
  for (const SearchDimension& dimension : space) {
    text += fmt::format("{}{{\"name\": {}, {}}}", text.empty() ? "" : ", ", json_string(dimension.name),
                        json(dimension.distribution));
  }
  return "[" + text + "]";
}

}  // namespace trawl
