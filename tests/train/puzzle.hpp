#pragma once

#include <cstdint>
#include <vector>

#include "trawl/base/random.hpp"
#include "trawl/data/prepared_data.hpp"
#include "trawl/data/table.hpp"

namespace trawl {

constexpr std::int64_t kPuzzleFeatures = 6;
constexpr std::int64_t kPuzzleClasses = 4;

/// Normal features; the label is (x0 x1 > 0) + 2 (x2 > 0): half of it no linear model can learn.
inline Table puzzle(std::int64_t rows, std::uint64_t seed) {
  RandomStream stream(StreamKey(seed).with("puzzle"));
  Table table;
  table.rows = rows;
  table.columns = kPuzzleFeatures;
  std::vector<float> features;
  for (std::int64_t row = 0; row < rows; ++row) {
    float x[kPuzzleFeatures];
    for (float& value : x) value = static_cast<float>(stream.normal());
    features.insert(features.end(), x, x + kPuzzleFeatures);
    table.labels.push_back((x[0] * x[1] > 0.0F ? 1 : 0) + (x[2] > 0.0F ? 2 : 0));
  }
  table.features = std::move(features);
  table.origin = table.labels_origin = "puzzle";
  return table;
}

/// The table's samples in place. The table must outlive the view and hold floats.
inline SampleView view_of(const Table& table) {
  return {std::get<std::vector<float>>(table.features).data(), table.labels.data(), table.rows,
          table.columns};
}

}  // namespace trawl
