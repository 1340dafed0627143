// Declares the columns of learning curves, and what is better of each.
#include "trawl/study/metric.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "trawl/base/error.hpp"

namespace trawl {

MetricTable::MetricTable(std::vector<MetricColumn> columns) : columns_(std::move(columns)) {
  constexpr std::array kTaken = {"trial", "epoch", "seconds"};
  for (const MetricColumn& column : columns_) {
    const std::string& name = column.name;
    TRAWL_CHECK(!name.empty() && name.find_first_of("./") == std::string::npos &&
                    std::find(kTaken.begin(), kTaken.end(), name) == kTaken.end(),
                "'{}' cannot be the name of a metric", name);
    TRAWL_CHECK(&columns_[*place_of(name)] == &column, "two metrics are called {}", name);
  }
}

std::optional<std::size_t> MetricTable::place_of(std::string_view name) const {
  const auto column = std::find_if(columns_.begin(), columns_.end(),
                                   [&](const MetricColumn& candidate) { return candidate.name == name; });
  if (column == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(column - columns_.begin());
}

std::optional<Direction> MetricTable::direction_of(std::string_view name) const {
  const std::optional<std::size_t> place = place_of(name);
  return place ? columns_[*place].direction : std::nullopt;
}

std::vector<std::string> MetricTable::names() const {
  std::vector<std::string> names;
  std::transform(columns_.begin(), columns_.end(), std::back_inserter(names),
                 [](const MetricColumn& column) { return column.name; });
  return names;
}

std::vector<std::string> MetricTable::rankable_names() const {
  std::vector<std::string> names;
  for (const MetricColumn& column : columns_) {
    if (column.direction) names.push_back(column.name);
  }
  return names;
}

}  // namespace trawl
