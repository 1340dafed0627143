// Applies --set to what was read.
#include "trawl/config/overrides.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/base/text.hpp"

namespace trawl {
namespace {

constexpr std::size_t kMaxShownBytes = 200;  // every value keeps it as its place

struct Override {
  std::string key;
  std::vector<std::string> names;  // the key at its dots
  YamlTree value;
};

std::vector<std::string> split(const std::string& key, const Place& place) {
  std::vector<std::string> names;
  std::size_t begin = 0;
  while (begin <= key.size()) {
    const std::size_t end = std::min(key.find('.', begin), key.size());
    names.push_back(key.substr(begin, end - begin));
    if (names.back().empty()) fail(place, "", "expected KEY=VALUE with a key such as training.epochs");
    begin = end + 1;
    if (names.size() > kMaxYamlDepth) fail(place, "", "the key has too many dots");
  }
  return names;
}

Override parse(const std::string& text) {
  const Place place{"--set " + shown_text(text, kMaxShownBytes), 0, true};
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) fail(place, "", "expected KEY=VALUE, such as training.epochs=5");
  Override result;
  result.key = text.substr(0, equals);
  if (!is_printable(result.key)) fail(place, "", "found a byte in the key that is no printable UTF-8");
  result.names = split(result.key, place);
  const std::string value = text.substr(equals + 1);
  if (value.find_first_not_of(" \n") == std::string::npos) {
    fail(place, result.key, "found no value after =; null takes the key out of the job");
  }
  result.value = parse_yaml(value, place);
  return result;
}

std::vector<YamlEntry>::iterator find_entry(YamlTree& map, const std::string& name) {
  return std::find_if(map.entries.begin(), map.entries.end(),
                      [&](const YamlEntry& entry) { return entry.key == name; });
}

// The item of a list that `name` counts to from 0.
std::vector<YamlTree>::iterator find_item(YamlTree& list, const std::string& name, const Override& override) {
  std::size_t index = 0;
  const auto end = std::from_chars(name.data(), name.data() + name.size(), index);
  const Place& place = override.value.place;
  if (end.ec != std::errc() || end.ptr != name.data() + name.size()) {
    fail(place, override.key,
         fmt::format("{} stands inside a list, whose items are counted: 0, 1, ...", name));
  }
  if (index >= list.items.size()) {
    const std::string allowed =
        list.items.empty() ? "the list is empty" : fmt::format("allowed: 0 to {}", list.items.size() - 1);
    fail(place, override.key, fmt::format("there is no item {} in the list; {}", name, allowed));
  }
  return list.items.begin() + static_cast<std::ptrdiff_t>(index);
}

void remove(YamlTree& job, const Override& override) {
  YamlTree* tree = &job;
  for (std::size_t i = 0; i < override.names.size(); ++i) {
    const bool is_last = i + 1 == override.names.size();
    if (tree->kind == YamlTree::Kind::list) {
      const auto item = find_item(*tree, override.names[i], override);
      if (is_last) return void(item->taken_out = true);
      tree = &*item;
      continue;
    }
    const auto entry = find_entry(*tree, override.names[i]);
    if (entry == tree->entries.end()) {
      fail(override.value.place, override.key,
           "the job file does not have this key, so null cannot take it out");
    }
    if (is_last) return void(tree->entries.erase(entry));
    tree = &entry->value;
  }
}

void set(YamlTree& job, const Override& override) {
  const Place& place = override.value.place;
  YamlTree* tree = &job;
  for (const std::string& name : override.names) {
    if (tree->kind == YamlTree::Kind::list) {
      tree = &*find_item(*tree, name, override);
      continue;
    }
    if (tree->kind != YamlTree::Kind::map) *tree = make_tree(YamlTree::Kind::map, place);
    auto entry = find_entry(*tree, name);
    if (entry == tree->entries.end()) {
      tree->entries.push_back({name, place, make_tree(YamlTree::Kind::null, place)});
      entry = tree->entries.end() - 1;
    }
    entry->place = name == override.names.back() ? place : entry->place;
    tree = &entry->value;
  }
  *tree = override.value;
}

// Only when all overrides are applied: until then places in a list are those of the file.
void erase_taken_out(YamlTree& tree) {
  auto& items = tree.items;
  items.erase(std::remove_if(items.begin(), items.end(), [](const YamlTree& item) { return item.taken_out; }),
              items.end());
  for (YamlTree& item : items) erase_taken_out(item);
  for (YamlEntry& entry : tree.entries) erase_taken_out(entry.value);
}

}  // namespace

void apply_overrides(YamlTree& job, const std::vector<std::string>& overrides) {
  for (const std::string& text : overrides) {
    const Override override = parse(text);
    if (override.value.kind == YamlTree::Kind::null) {
      remove(job, override);
    } else {
      set(job, override);
    }
  }
  erase_taken_out(job);
}

}  // namespace trawl
