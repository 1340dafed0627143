// Reads the values of keys by their rules.
#include "trawl/config/value_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/base/path.hpp"
#include "trawl/config/early_stopping_reader.hpp"
#include "trawl/config/form_reader.hpp"
#include "trawl/config/pruner_reader.hpp"
#include "trawl/config/suggestion.hpp"

namespace trawl {
namespace {

using Kind = ValueRule::Kind;

[[noreturn]] void reject(const ValueRule& rule, const YamlTree& tree, const std::string& key) {
  std::string found = found_text(tree);
  if (rule.kind == Kind::integer || rule.kind == Kind::integer_or_word) {
    const bool is_float = tree.kind == YamlTree::Kind::scalar && scalar_type(tree) == ScalarType::real;
    if (is_float) found += " (a float)";
  }
  const std::string hint = rule.kind == Kind::word && tree.kind == YamlTree::Kind::scalar
                               ? did_you_mean(tree.text, rule.words)
                               : "";
  fail(tree.place, key, fmt::format("found {}; allowed: {}{}", found, allowed_text(rule), hint));
}

template <class T>
bool parse_number(std::string_view text, T& value) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  return end.ec == std::errc() && end.ptr == text.data() + text.size();
}

bool in_range(const ValueRule& rule, double x) {
  const bool above = rule.low_open ? x > rule.low : x >= rule.low;
  const bool below = rule.high_open ? x < rule.high : x <= rule.high;
  return above && below;
}

bool has_type(const YamlTree& tree, ScalarType type) {
  return tree.kind == YamlTree::Kind::scalar && scalar_type(tree) == type;
}

// Of a number that is no finite float64: because it is too near 0, not too large.
bool is_tiny(const std::string& text) {
  const bool has_digits = text.find_first_of("0123456789") != std::string::npos;
  return has_digits && std::abs(std::strtod(text.c_str(), nullptr)) < 1.0;
}

ParameterValue read_real(const ValueRule& rule, const YamlTree& tree, const std::string& key) {
  double value = 0.0;
  const bool is_number = has_type(tree, ScalarType::real) || has_type(tree, ScalarType::integer);
  if (is_number && (!parse_number(tree.text, value) || !std::isfinite(value))) {
    const char* what = is_tiny(tree.text) ? "too near 0 for a float64" : "no finite float64";
    fail(tree.place, key,
         fmt::format("found {}, which is {}; allowed: {}", tree.text, what, allowed_text(rule)));
  }
  if (!is_number || !in_range(rule, value)) reject(rule, tree, key);
  return value + 0.0;  // -0.0 is 0.0
}

std::int64_t read_integer(const ValueRule& rule, const YamlTree& tree, const std::string& key) {
  std::int64_t value = 0;
  const bool is_number = has_type(tree, ScalarType::integer) && parse_number(tree.text, value);
  if (!is_number || value < rule.least || value > rule.most) reject(rule, tree, key);
  return value;
}

ParameterValue read_text(const ValueRule& rule, const YamlTree& tree, const std::string& key) {
  if (tree.kind != YamlTree::Kind::scalar || tree.text.empty()) reject(rule, tree, key);
  if (tree.text.find('\n') != std::string::npos) fail(tree.place, key, "found a line end; allowed: one line");
  const auto& words = rule.words;
  if (rule.kind == Kind::word && std::find(words.begin(), words.end(), tree.text) == words.end()) {
    reject(rule, tree, key);
  }
  return tree.text;
}

ParameterValue read_integers(const ValueRule& rule, const YamlTree& tree, const std::string& key) {
  if (tree.kind != YamlTree::Kind::list) reject(rule, tree, key);
  std::vector<std::int64_t> integers;
  const ValueRule each = integer_between(rule.least, rule.most);
  for (const YamlTree& item : tree.items) integers.push_back(read_integer(each, item, key));
  return integers;
}

ParameterValue read_reals(const ValueRule& rule, const YamlTree& tree, const std::string& key) {
  if (tree.kind != YamlTree::Kind::list) return read_real(rule, tree, key);
  if (tree.items.empty()) fail(tree.place, key, fmt::format("found []; allowed: {}", allowed_text(rule)));
  std::vector<double> reals;
  for (const YamlTree& item : tree.items) reals.push_back(std::get<double>(read_real(rule, item, key)));
  return reals.size() == 1 ? ParameterValue(reals.front()) : ParameterValue(std::move(reals));
}

bool is_numbered(std::string_view text, std::string_view prefix) {
  constexpr std::size_t kMaxDigits = 6;
  if (text.substr(0, prefix.size()) != prefix) return false;
  const std::string_view digits = text.substr(prefix.size());
  const bool leads_with_zero = digits.size() > 1 && digits[0] == '0';
  return !digits.empty() && digits.size() <= kMaxDigits && !leads_with_zero &&
         digits.find_first_not_of("0123456789") == std::string_view::npos;
}

// "layer" of "hidden layer"
std::string last_word(const std::string& text) { return text.substr(text.rfind(' ') + 1); }

// The same things are the same value, in whatever order they were written.
ParameterValue read_numbered(const ValueRule& rule, const YamlTree& tree, const std::string& key) {
  if (tree.kind != YamlTree::Kind::list) reject(rule, tree, key);
  std::vector<std::string> names;
  for (const YamlTree& item : tree.items) {
    if (item.kind != YamlTree::Kind::scalar || !is_numbered(item.text, rule.prefix)) reject(rule, item, key);
    if (std::find(names.begin(), names.end(), item.text) != names.end()) {
      fail(item.place, key,
           fmt::format("found {} twice; every {} counts once", item.text, last_word(rule.thing)));
    }
    names.push_back(item.text);
  }
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  return names;
}

// A list, or one of it alone; sorted, as their order says nothing.
ParameterValue read_columns(const ValueRule& rule, const YamlTree& tree, const std::string& key) {
  if (tree.kind == YamlTree::Kind::map || tree.kind == YamlTree::Kind::null) reject(rule, tree, key);
  std::vector<std::string> names;
  if (tree.kind == YamlTree::Kind::scalar) names.push_back(std::get<std::string>(read_text(rule, tree, key)));
  for (const YamlTree& item : tree.items) {
    names.push_back(std::get<std::string>(read_text(rule, item, key)));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string range_text(const ValueRule& rule) {
  const char* low_sign = rule.low_open ? "<" : "<=";
  const char* high_sign = rule.high_open ? "<" : "<=";
  if (std::isinf(rule.high)) return fmt::format("a number {} {}", rule.low_open ? ">" : ">=", rule.low);
  return fmt::format("a number, {} {} x {} {}", rule.low, low_sign, high_sign, rule.high);
}

std::string range_text(const ValueRule& rule, const char* noun) {
  if (rule.most == std::numeric_limits<std::int64_t>::max()) return fmt::format("{} >= {}", noun, rule.least);
  return fmt::format("{} from {} to {}", noun, rule.least, rule.most);
}

}  // namespace

std::string type_text(const ValueRule& rule) {
  switch (rule.kind) {
    case Kind::real: return "float";
    case Kind::integer: return "int";
    case Kind::integer_or_word: return "int or word";
    case Kind::reals: return "float or list of float";
    case Kind::word: return "word";
    case Kind::text: return "text";
    case Kind::path: return "path";
    case Kind::dataset: return "text";
    case Kind::integers: return "list of int";
    case Kind::numbered: return "list of words";
    case Kind::columns: return "list of text";
    case Kind::form:
    case Kind::early_stopping:
    case Kind::pruner: return "word or map";
    case Kind::space: return "map";
    case Kind::trials: return "list of maps";
  }
  return {};
}

std::string allowed_text(const ValueRule& rule) {
  switch (rule.kind) {
    case Kind::real: return range_text(rule);
    case Kind::integer: return range_text(rule, "a whole number");
    case Kind::integer_or_word:
      return fmt::format("{}, or {}", range_text(rule, "a whole number"), rule.words.front());
    case Kind::reals:
      return fmt::format("{}, or a list with one for each {}, such as [0.2, 0.5]", range_text(rule),
                         rule.thing);
    case Kind::word: return fmt::format("{}", fmt::join(rule.words, ", "));
    case Kind::text: return "one line of text";
    case Kind::path: return "a path";
    case Kind::dataset: return "the path of a data set in the file";
    case Kind::integers: return range_text(rule, "a list such as [128, 64], each") + "; [] for none";
    case Kind::numbered:
      return fmt::format("a list of {0}s (the first is {1}0), such as [{1}1]; [] for none", rule.thing,
                         rule.prefix);
    case Kind::columns: return "a list of names or 0-based numbers, such as [id, 7]; [] for none";
    case Kind::form: return form_allowed(rule);
    case Kind::early_stopping: return early_stopping_allowed(rule.words);
    case Kind::pruner: return pruner_allowed();
    case Kind::space: return "a map from searchable keys to {choices: [...]} or {low: ..., high: ...}";
    case Kind::trials: return "a list of maps from searchable keys to values, such as - {l2: 0.1}";
  }
  return {};
}

ParameterValue read_value(const ValueRule& rule, const YamlTree& tree, const std::string& key) {
  switch (rule.kind) {
    case Kind::real: return read_real(rule, tree, key);
    case Kind::integer: return read_integer(rule, tree, key);
    case Kind::integer_or_word:
      if (tree.kind == YamlTree::Kind::scalar && tree.text == rule.words.front()) return tree.text;
      return read_integer(rule, tree, key);
    case Kind::reals: return read_reals(rule, tree, key);
    case Kind::word:
    case Kind::text:
    case Kind::path:
    case Kind::dataset: return read_text(rule, tree, key);
    case Kind::integers: return read_integers(rule, tree, key);
    case Kind::numbered: return read_numbered(rule, tree, key);
    case Kind::columns: return read_columns(rule, tree, key);
    case Kind::form: return read_form(rule, tree, key);
    case Kind::early_stopping: return read_early_stopping(tree, key, rule.words);
    case Kind::pruner:
    case Kind::space:
    case Kind::trials: break;
  }
  TRAWL_CHECK(false, "{} is not one value", key);
  return {};
}

std::string read_path(const YamlTree& tree, const std::string& key, const std::string& folder) {
  const std::string start = tree.place.is_override ? "" : folder;
  const auto text = std::get<std::string>(read_value(of_kind(Kind::path), tree, key));
  try {
    const std::string path = expanded_path(text, start);
    return tree.place.is_override ? path : (std::filesystem::path(start) / path).lexically_normal().string();
  } catch (const ConfigError& e) {
    fail(tree.place, key, e.what());
  }
}

bool read_boolean(const YamlTree& tree, const std::string& key) {
  if (!has_type(tree, ScalarType::boolean)) {
    fail(tree.place, key, fmt::format("found {}; allowed: true or false", found_text(tree)));
  }
  return tree.text[0] == 't' || tree.text[0] == 'T';
}

}  // namespace trawl
