#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trawl {

/// No value lies deeper; an alias inside its own anchor would never end.
constexpr int kMaxYamlDepth = 20;

/// Where a value was written: a job file and its 1-based line, or an override ("--set
/// training.epochs=5", line 0).
struct Place {
  std::string file;
  int line = 0;
  bool is_override = false;
};

/// "file:line: key: what". `key` may be empty.
std::string located(const Place& place, std::string_view key, std::string_view what);
/// Throws ConfigError with that text.
[[noreturn]] void fail(const Place& place, std::string_view key, std::string_view what);

struct YamlEntry;

/// A YAML value with the places of its parts: all that the rest of the module sees of YAML.
/// Aliases are resolved; no key of a map stands there twice.
struct YamlTree {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  std::string text;        ///< scalar
  bool quoted = false;     ///< scalar: text whatever it looks like
  bool taken_out = false;  ///< an item of a list that an override leaves out
  Place place;
  std::vector<YamlTree> items;     ///< list
  std::vector<YamlEntry> entries;  ///< map

  [[nodiscard]] const YamlTree* find(std::string_view key) const;
};

struct YamlEntry {
  std::string key;
  Place place;
  YamlTree value;
};

/// Did an override give the value, or a part of it?
bool has_override(const YamlTree& tree);

/// An empty value of a kind.
YamlTree make_tree(YamlTree::Kind kind, const Place& place);

/// One YAML document. `place` is where `text` begins. Throws ConfigError for what is not UTF-8,
/// no YAML, a duplicate key, a key that is no scalar, more than one document.
YamlTree parse_yaml(const std::string& text, const Place& place);

/// The type of a plain scalar in YAML 1.2's core schema (decimal numbers only).
enum class ScalarType { boolean, integer, real, text };
ScalarType scalar_type(const YamlTree& scalar);

/// What stands there, for messages: "1.5", "yes (text)", "a list", "nothing".
std::string found_text(const YamlTree& tree);

/// `text` as a YAML scalar that reads back as this text.
std::string yaml_text(const std::string& text);
/// The same of a list.
std::string yaml_list(const std::vector<std::string>& texts);

}  // namespace trawl
