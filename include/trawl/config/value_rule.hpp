#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "trawl/config/yaml_tree.hpp"
#include "trawl/study/parameter.hpp"

namespace trawl {

/// Which values a key takes.
struct ValueRule {
  enum class Kind {
    real,
    integer,
    batch_size,
    rates,
    word,
    text,
    columns,  ///< of a table: names or numbers
    path,
    dataset,  ///< a path within an HDF5 file
    widths,
    layers,
    schedule,
    early_stopping,
    pruner,
    space,
    trials
  };
  Kind kind = Kind::text;
  double low = -std::numeric_limits<double>::infinity();  ///< real, rates
  double high = std::numeric_limits<double>::infinity();  ///< real, rates
  bool low_open = false;                                  ///< real, rates: low itself is not allowed
  bool high_open = false;                                 ///< real, rates: high itself is not allowed
  std::int64_t least = 0;                                 ///< integer, batch_size, each of widths
  std::int64_t most = 0;
  std::vector<std::string> words = {};  ///< word; early_stopping: metrics
};

ValueRule real_above(double low);
ValueRule real_from(double low);
ValueRule real_between(double low, bool low_open, double high, bool high_open);
/// One number, or a list with one a hidden layer; for each the bounds of real_between().
ValueRule rates_between(double low, bool low_open, double high, bool high_open);
ValueRule integer_between(std::int64_t least, std::int64_t most);
ValueRule one_of(std::vector<std::string> words);
/// `metrics`: what may be watched.
ValueRule early_stopping_by(std::vector<std::string> metrics);
ValueRule of_kind(ValueRule::Kind kind, std::int64_t least = 0, std::int64_t most = 0);

/// "float", "int", "int or `all`", ...: the type column of the key table.
std::string type_text(const ValueRule& rule);
/// "a number, 0 <= x < 1": for messages.
std::string allowed_text(const ValueRule& rule);

/// The value at `tree`. Throws ConfigError if the rule does not allow it. real: double;
/// integer: int64; batch_size: int64 or "all"; rates: double (also for a list of one), or the list;
/// layers: names in the order of the layers; word, text, path, dataset: string; columns: their names;
/// early_stopping: "off" or the definition. Requires a kind other than pruner, space
/// and trials.
ParameterValue read_value(const ValueRule& rule, const YamlTree& tree, const std::string& key);

/// The path at `tree`, expanded (see expanded_path); a relative one begins at `folder`, unless --set gave it.
std::string read_path(const YamlTree& tree, const std::string& key, const std::string& folder);

/// Reads true or false.
bool read_boolean(const YamlTree& tree, const std::string& key);

}  // namespace trawl
