#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trawl {

enum class Direction : std::uint8_t { minimize, maximize };
constexpr Direction last_of(Direction) { return Direction::maximize; }
const char* to_text(Direction value);

/// A column of the learning curves, as a program declares it.
struct MetricColumn {
  std::string name;         ///< in job files, /epochs and the analysis: "val_loss"
  std::string units = "1";  ///< "nat", "s"; 1: none
  std::string description;  ///< one line
  /// What is better. None: trials cannot be ranked by it.
  std::optional<Direction> direction;

  bool operator==(const MetricColumn&) const = default;
  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& name& units& description& direction;
  }
};

/// The columns of a program's learning curves, in the order of EpochRecord::values.
class MetricTable {
 public:
  MetricTable() = default;
  /// Requires names, no two equal, none of those that every curve has (trial, epoch, seconds).
  MetricTable(std::vector<MetricColumn> columns);  // NOLINT(google-explicit-constructor)

  [[nodiscard]] const std::vector<MetricColumn>& columns() const { return columns_; }
  [[nodiscard]] std::size_t size() const { return columns_.size(); }
  /// The place of the column called `name`, nullopt if there is none.
  [[nodiscard]] std::optional<std::size_t> place_of(std::string_view name) const;
  /// What is better of the column called `name`; nullopt if there is none, or trials cannot be ranked by it.
  [[nodiscard]] std::optional<Direction> direction_of(std::string_view name) const;
  /// The names of all columns.
  [[nodiscard]] std::vector<std::string> names() const;
  /// The names of the columns that trials can be ranked by.
  [[nodiscard]] std::vector<std::string> rankable_names() const;

  bool operator==(const MetricTable&) const = default;
  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& columns_;
  }

 private:
  std::vector<MetricColumn> columns_;
};

}  // namespace trawl
