// Holds rows back for validation.
#include "trawl/data/split.hpp"

#include <algorithm>
#include <cmath>

#include "trawl/base/error.hpp"
#include "trawl/base/random.hpp"

namespace trawl {
namespace {

std::int64_t count_train_rows(const Table& table, double fraction) {
  const auto n = static_cast<std::int64_t>(std::floor(static_cast<double>(table.rows) * (1.0 - fraction)));
  if (n < 1 || n >= table.rows) {
    throw DataError(
        fmt::format("{}: validation_fraction {} of {} rows leaves no row for {}; choose another "
                    "fraction or give more rows",
                    table.origin, fraction, table.rows, n < 1 ? "training" : "validation"));
  }
  return n;
}

Split cut(const Table& table, const std::vector<std::int64_t>& order, std::int64_t n_train) {
  return {{&table, {order.begin(), order.begin() + n_train}},
          {&table, {order.begin() + n_train, order.end()}}};
}

}  // namespace

Split split_last(const Table& table, double fraction) {
  const std::int64_t n_train = count_train_rows(table, fraction);
  return cut(table, all_rows(table).rows, n_train);
}

Split split_shuffled(const Table& table, double fraction, std::uint64_t study_seed) {
  const std::int64_t n_train = count_train_rows(table, fraction);
  std::vector<std::int64_t> order = all_rows(table).rows;
  RandomStream(StreamKey(study_seed).with("split")).shuffle(order.begin(), order.end());
  std::sort(order.begin(), order.begin() + n_train);
  std::sort(order.begin() + n_train, order.end());
  return cut(table, order, n_train);
}

}  // namespace trawl
