// Parses YAML, and remembers the place of every value for messages.
#include "trawl/config/yaml_tree.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "trawl/base/error.hpp"
#include "trawl/base/text.hpp"

namespace trawl {
namespace {

constexpr int kMaxFoundLength = 60;
// A few lines of aliases of aliases make any number of values. Without them there are fewer than the text has
// bytes; so many more of each may come from aliases.
constexpr std::size_t kMaxAliasedValues = 10'000;
constexpr std::size_t kMaxAliasedBytes = 1U << 20;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r' && c != '\n';
}

// An escape in quotes makes what no job file may hold as it is, and what would not be read back.
bool is_readable(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_sequence(text.substr(i));
    if (length == 0 || is_control(text[i]) || text[i] == '\r') return false;
    i += length;
  }
  return true;
}

class TreeBuilder {
 public:
  TreeBuilder(std::string_view text, Place start) : text_(text), start_(std::move(start)) {}

  [[nodiscard]] Place place_of(const YAML::Mark& mark) const {
    Place place = start_;
    if (!place.is_override) place.line = mark.is_null() ? 1 : mark.line + 1;
    return place;
  }

  [[nodiscard]] YamlTree build(const YAML::Node& node, const std::string& path, int depth) {
    YamlTree tree;
    tree.place = place_of(node.Mark());
    count(node, path);
    if (depth > kMaxYamlDepth) fail(tree.place, path, "nested too deeply");
    if (node.IsScalar()) take_scalar(node, path, tree);
    if (node.IsSequence()) {
      tree.kind = YamlTree::Kind::list;
      for (const auto& item : node) tree.items.push_back(build(item, path, depth + 1));
    }
    if (node.IsMap()) take_map(node, path, depth, tree);
    return tree;
  }

 private:
  // Before it is copied.
  void count(const YAML::Node& node, const std::string& path) {
    text_bytes_ += node.IsScalar() ? node.Scalar().size() : 0;
    ++values_;
    if (values_ <= text_.size() + kMaxAliasedValues && text_bytes_ <= text_.size() + kMaxAliasedBytes) return;
    fail(entry_place_, path,
         fmt::format("its aliases make more than {} values, or {} MB of text; no job needs so many",
                     kMaxAliasedValues, kMaxAliasedBytes >> 20));
  }

  void take_scalar(const YAML::Node& node, const std::string& path, YamlTree& tree) const {
    const std::string& tag = node.Tag();
    if (tag != "?" && tag != "!" && !tag.empty()) {
      fail(tree.place, path, fmt::format("found the tag {}; job files have none", tag));
    }
    tree.kind = YamlTree::Kind::scalar;
    tree.text = node.Scalar();
    tree.quoted = tag == "!";
    if (tree.quoted && !ends_on_its_line(node.Mark())) {
      fail(tree.place, path, "found a quote that is not closed on its line");
    }
    if (!is_readable(tree.text)) fail(tree.place, path, "found an escape for a control character");
  }

  void take_map(const YAML::Node& node, const std::string& path, int depth, YamlTree& tree) {
    tree.kind = YamlTree::Kind::map;
    std::map<std::string, int> lines;
    for (const auto& pair : node) {
      const Place place = place_of(pair.first.Mark());
      if (!pair.first.IsScalar()) fail(place, "", "found a key that is not a word");
      const std::string& key = pair.first.Scalar();
      if (depth == 0) entry_place_ = place;
      count(pair.first, path);
      if (!is_printable(key)) fail(place, path, "found a key with a control character");
      const std::string key_path = path.empty() ? key : fmt::format("{}.{}", path, key);
      const auto [twin, is_new] = lines.emplace(key, place.line);
      if (!is_new) {
        const std::string first = place.is_override ? "" : fmt::format(", first on line {}", twin->second);
        fail(place, key_path, fmt::format("the key stands here twice{}; remove one", first));
      }
      YamlEntry entry{key, place, build(pair.second, key_path, depth + 1)};
      if (entry.value.kind == YamlTree::Kind::null) entry.value.place = place;  // yaml-cpp's is the next line
      tree.entries.push_back(std::move(entry));
    }
  }

  // yaml-cpp takes the end of the file for a quote's end.
  [[nodiscard]] bool ends_on_its_line(const YAML::Mark& mark) const {
    const auto begin = static_cast<std::size_t>(mark.pos);
    if (mark.pos < 0 || begin >= text_.size()) return true;
    const char quote = text_[begin];
    if (quote != '"' && quote != '\'') return true;
    for (std::size_t i = begin + 1; i < text_.size() && text_[i] != '\n'; ++i) {
      if (text_[i] == quote) return true;
      if (text_[i] == '\\' && quote == '"') ++i;
    }
    return false;
  }

  std::string_view text_;
  Place start_;
  Place entry_place_ = start_;  // of the key at the top: an aliased node's own place is far away
  std::size_t values_ = 0;
  std::size_t text_bytes_ = 0;
};

// Where the documents of a text begin; it ends at the second. YAML::LoadAll may not end: after "[1],2" it
// finds empty documents until the memory is full (yaml-cpp 0.7,
// https://github.com/jbeder/yaml-cpp/issues/1040).
class DocumentFinder : public YAML::EventHandler {
 public:
  struct SecondDocument {
    YAML::Mark mark;
  };
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (found_++ > 0) throw SecondDocument{mark};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
  }
  void OnMapEnd() override {}

 private:
  int found_ = 0;
};

void check_that_one_document(const std::string& text, const TreeBuilder& builder) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentFinder finder;
  try {
    while (parser.HandleNextDocument(finder)) {
    }
  } catch (const DocumentFinder::SecondDocument& second) {
    const auto begin = std::min(static_cast<std::size_t>(std::max(second.mark.pos, 0)), text.size());
    const std::string rest = text.substr(begin, text.find('\n', begin) - begin);
    fail(builder.place_of(second.mark), "",
         rest.rfind("---", 0) == 0
             ? "found a second document; a job file is one"
             : fmt::format("found {} after the end of the value", shown_text(rest, kMaxFoundLength)));
  }
}

// yaml-cpp's words for what goes wrong most often, in a user's.
std::string syntax_text(const std::string& message) {
  constexpr std::pair<const char*, const char*> kTexts[] = {
      {"end of sequence flow not found", "a [ before here is not closed, or a comma is missing"},
      {"end of map flow not found", "a { before here is not closed, or a comma is missing"},
      {"illegal flow end", "found a ] or } that closes nothing open"},
      {"illegal map value", "found a second : in a value, or a key that is indented more than the one above"},
      {"end of map not found", "this line is indented unlike the ones above, or its ': ' is missing"},
      {"end of sequence not found", "this line is indented unlike the list above"}};
  for (const auto& [theirs, ours] : kTexts) {
    if (message == theirs) return ours;
  }
  return shown_text(message, 200);  // it may hold a control character of the file
}

// What yaml-cpp would take wrongly, or report where nobody finds it.
void check_bytes(std::string_view text, Place place) {
  bool in_indent = true;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_sequence(text.substr(i));
    if (length == 0) fail(place, "", "found a byte that is not UTF-8; save the file as UTF-8 text");
    if (is_control(text[i])) fail(place, "", "found a control character; this is no YAML text");
    if (in_indent && text[i] == '\t') fail(place, "", "found a tab in the indentation; use spaces");
    in_indent = text[i] == '\n' || (in_indent && text[i] == ' ');
    if (text[i] == '\n' && !place.is_override) ++place.line;
    i += length;
  }
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at;
}

ScalarType number_type(std::string_view text) {
  std::size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const std::size_t begin = at;
  at = skip_digits(text, at);
  std::size_t digits = at - begin;
  if (digits > 0 && at == text.size()) return ScalarType::integer;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = at + 1;
    at = skip_digits(text, fraction);
    digits += at - fraction;
  }
  if (digits > 0 && at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::size_t exponent = at;
    at = skip_digits(text, at);
    if (at == exponent) return ScalarType::text;
  }
  return digits > 0 && at == text.size() ? ScalarType::real : ScalarType::text;
}

}  // namespace

std::string located(const Place& place, std::string_view key, std::string_view what) {
  std::string where = place.line > 0 ? fmt::format("{}:{}: ", place.file, place.line) : place.file + ": ";
  if (!key.empty()) where += fmt::format("{}: ", key);
  return where + std::string(what);
}

void fail(const Place& place, std::string_view key, std::string_view what) {
  throw ConfigError(located(place, key, what));
}

const YamlTree* YamlTree::find(std::string_view key) const {
  for (const YamlEntry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

bool has_override(const YamlTree& tree) {
  return tree.place.is_override || std::any_of(tree.items.begin(), tree.items.end(), has_override) ||
         std::any_of(tree.entries.begin(), tree.entries.end(),
                     [](const YamlEntry& entry) { return has_override(entry.value); });
}

YamlTree make_tree(YamlTree::Kind kind, const Place& place) {
  YamlTree tree;
  tree.kind = kind;
  tree.place = place;
  return tree;
}

YamlTree parse_yaml(const std::string& text, const Place& place) {
  check_bytes(text, place);
  TreeBuilder builder(text, place);
  try {
    check_that_one_document(text, builder);
    return builder.build(YAML::Load(text), "", 0);
  } catch (const YAML::Exception& e) {
    fail(builder.place_of(e.mark), "", fmt::format("not valid YAML: {}", syntax_text(e.msg)));
  }
}

ScalarType scalar_type(const YamlTree& scalar) {
  if (scalar.quoted) return ScalarType::text;
  if (is_one_of(scalar.text, {"true", "True", "TRUE", "false", "False", "FALSE"})) return ScalarType::boolean;
  if (is_one_of(scalar.text, {".inf", "-.inf", "+.inf", ".nan", ".Inf", ".NaN", "-.Inf"})) {
    return ScalarType::real;
  }
  return number_type(scalar.text);
}

std::string found_text(const YamlTree& tree) {
  switch (tree.kind) {
    case YamlTree::Kind::null: return "nothing";
    case YamlTree::Kind::list: return "a list";
    case YamlTree::Kind::map: return "a map";
    case YamlTree::Kind::scalar: break;
  }
  if (tree.quoted)
    return fmt::format("\"{}\" (text, as it is quoted)", shown_text(tree.text, kMaxFoundLength));
  return shown_text(tree.text, kMaxFoundLength);
}

std::string yaml_text(const std::string& text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '/' || c == '.' || c == '-';
  };
  const bool plain =
      !text.empty() && text[0] != '-' && text[0] != '.' && std::all_of(text.begin(), text.end(), is_plain);
  YamlTree scalar = make_tree(YamlTree::Kind::scalar, {});
  scalar.text = text;
  if (plain && scalar_type(scalar) == ScalarType::text && !is_one_of(text, {"null", "Null", "NULL"}))
    return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\r') {
      quoted += "\\r";
    } else if (c == '\t') {
      quoted += "\\t";
    } else {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string yaml_list(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + yaml_text(text);
  return fmt::format("[{}]", list);
}

}  // namespace trawl
