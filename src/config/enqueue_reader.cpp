// Reads the points that a random search is to begin with.
#include "trawl/config/enqueue_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "trawl/config/condition_reader.hpp"
#include "trawl/config/search_reader.hpp"
#include "trawl/config/suggestion.hpp"
#include "trawl/config/value_reader.hpp"
#include "trawl/study/conditions.hpp"

namespace trawl {
namespace {

constexpr const char* kEnqueuePath = "search.enqueue";

class EnqueueReader {
 public:
  EnqueueReader(const SearchSpace& written, const SearchSpace& space, const KeyTable& keys)
      : written_(written), space_(space), keys_(keys) {}

  [[nodiscard]] Parameters read(const YamlTree& tree, const std::string& path) const {
    if (tree.kind != YamlTree::Kind::map) {
      fail(tree.place, path, fmt::format("found {}; allowed: a map such as {{l2: 0.1}}", found_text(tree)));
    }
    Parameters point;
    for (const YamlEntry& entry : tree.entries) {
      const std::string value_path = fmt::format("{}.{}", path, entry.key);
      if (!place_of(written_, entry.key)) fail_unknown(entry, value_path);
      const auto place = place_of(space_, entry.key);
      if (place) point.emplace_back(entry.key, read_value_of(space_[*place], entry.value, value_path));
    }
    for (const auto& [name, value] : point)
      check_conditions(name, point, tree, fmt::format("{}.{}", path, name));
    return in_order(point);
  }

 private:
  [[noreturn]] void fail_unknown(const YamlEntry& entry, const std::string& path) const {
    std::vector<std::string> names;
    for (const SearchDimension& dimension : written_) names.push_back(dimension.name);
    fail(entry.place, path,
         fmt::format("is not searched here{} (allowed: {})", did_you_mean(entry.key, names),
                     fmt::join(names, ", ")));
  }

  [[nodiscard]] ParameterValue read_value_of(const SearchDimension& dimension, const YamlTree& tree,
                                             const std::string& path) const {
    ParameterValue value = read_value(keys_.find_searchable(dimension.name)->rule, tree, path);
    if (contains(dimension.distribution, value)) return value;
    fail(tree.place, path,
         fmt::format("found {}, which is not in the space; allowed: {}", to_text(value),
                     to_yaml(dimension.distribution)));
  }

  // What is drawn beside it must not decide whether a value that was asked for counts.
  void check_conditions(const std::string& name, const Parameters& point, const YamlTree& tree,
                        const std::string& path) const {
    const auto& when = space_[place_of(space_, name).value()].when;
    for (const Condition& condition : when) {
      const ParameterValue* parent = find_parameter(point, condition.name);
      const auto& values = condition.values;
      if (parent != nullptr && std::find(values.begin(), values.end(), *parent) != values.end()) continue;
      const std::string problem = parent == nullptr
                                      ? fmt::format("name {} beside it", condition.name)
                                      : fmt::format("here {} is {}", condition.name, to_text(*parent));
      fail(tree.find(name)->place, path, fmt::format("is only for {}; {}", to_text(when), problem));
    }
  }

  [[nodiscard]] Parameters in_order(const Parameters& point) const {
    Parameters ordered;
    for (const SearchDimension& dimension : space_) {
      const ParameterValue* value = find_parameter(point, dimension.name);
      if (value != nullptr) ordered.emplace_back(dimension.name, *value);
    }
    return ordered;
  }

  const SearchSpace& written_;
  const SearchSpace& space_;
  const KeyTable& keys_;
};

}  // namespace

std::vector<Parameters> read_enqueued(const YamlTree& tree, const SearchSpace& written,
                                      const SearchSpace& space, const KeyTable& keys) {
  if (tree.kind != YamlTree::Kind::list || tree.items.empty()) {
    const std::string found = tree.kind == YamlTree::Kind::list ? "an empty list" : found_text(tree);
    fail(tree.place, kEnqueuePath,
         fmt::format("found {}; allowed: {}", found, allowed_text(of_kind(ValueRule::Kind::trials))));
  }
  const EnqueueReader reader(written, space, keys);
  std::vector<Parameters> points;
  for (const YamlTree& item : tree.items) {
    points.push_back(reader.read(item, fmt::format("{}.{}", kEnqueuePath, points.size())));
  }
  return points;
}

}  // namespace trawl
