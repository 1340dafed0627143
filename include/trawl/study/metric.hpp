#pragma once

#include <cstdint>

namespace trawl {

/// What trials are ranked by, and what early stopping watches: a column of the validation rows.
enum class Metric : std::uint8_t { val_accuracy, val_loss, val_cross_entropy };
constexpr Metric last_of(Metric) { return Metric::val_cross_entropy; }
/// "val_accuracy", "val_loss", "val_cross_entropy"
const char* to_text(Metric value);

enum class Direction : std::uint8_t { minimize, maximize };
constexpr Direction last_of(Direction) { return Direction::maximize; }
const char* to_text(Direction value);

/// maximize for the accuracy, minimize for the others.
Direction natural_direction(Metric metric);

}  // namespace trawl
