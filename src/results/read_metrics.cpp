// Reads what the columns of the learning curves are.
#include "trawl/results/read_metrics.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "trawl/base/error.hpp"
#include "trawl/results/schema.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {
namespace {

/// The columns that every file of schema 1 has, in their order, with what is better of those that rank
/// trials.
constexpr std::array<std::pair<const char*, std::optional<Direction>>, 7> kVersion1 = {{
    {"train_loss", std::nullopt},
    {"train_cross_entropy", std::nullopt},
    {"train_accuracy", std::nullopt},
    {"val_loss", Direction::minimize},
    {"val_cross_entropy", Direction::minimize},
    {"val_accuracy", Direction::maximize},
    {"learning_rate", std::nullopt},
}};

Direction read_direction(const h5::Dataset& dataset) {
  Direction direction{};
  const std::string text = dataset.text_attribute(schema::epochs::kDirection);
  if (!from_text(text, direction))
    throw StoreError(fmt::format("{}: unknown direction \"{}\"", dataset.path(), text));
  return direction;
}

/// A column of the curves as the file describes it, and its place.
std::pair<std::int64_t, MetricColumn> read_metric(const h5::Group& group, const std::string& name) {
  namespace s = schema::epochs;
  const h5::Dataset dataset = group.dataset(name);
  std::pair<std::int64_t, MetricColumn> metric;
  metric.second = {name, dataset.text_attribute(schema::kUnits), dataset.text_attribute(schema::kDescription),
                   std::nullopt};
  if (dataset.has_attribute(s::kPosition)) {
    metric.first = dataset.whole_attribute(s::kPosition);
    if (dataset.has_attribute(s::kDirection)) metric.second.direction = read_direction(dataset);
  } else {  // schema 1
    const auto* const column = std::find_if(kVersion1.begin(), kVersion1.end(),
                                            [&](const auto& known) { return name == known.first; });
    metric.first = column - kVersion1.begin();
    if (column != kVersion1.end()) metric.second.direction = column->second;
  }
  return metric;
}

}  // namespace

MetricTable read_metrics(const h5::Group& group) {
  namespace s = schema::epochs;
  std::vector<std::pair<std::int64_t, MetricColumn>> metrics;
  for (const std::string& name : group.names()) {
    if (name == s::kTrial.name || name == s::kEpoch.name || name == s::kSeconds.name) continue;
    metrics.push_back(read_metric(group, name));
  }
  std::stable_sort(metrics.begin(), metrics.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<MetricColumn> columns;
  columns.reserve(metrics.size());
  for (auto& [place, column] : metrics) columns.push_back(std::move(column));
  return columns;
}

}  // namespace trawl
