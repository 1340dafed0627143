// Writes the last version, sorted and compressed, and compares it.
#include "trawl/results/final_file.hpp"

#include <algorithm>

#include "trawl/archive/bytes.hpp"
#include "trawl/base/clock.hpp"
#include "trawl/base/disk_file.hpp"
#include "trawl/h5/file.hpp"
#include "trawl/results/columns.hpp"
#include "trawl/results/published_file.hpp"
#include "trawl/results/sorted_epochs.hpp"

namespace trawl {
namespace {

using h5::ColumnLayout;
using h5::Dataset;
using h5::Group;

constexpr std::int64_t kBlock = 1 << 16;  // rows in memory at once

template <class T>
std::string_view bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

template <class T>
std::uint32_t sum_of(const Dataset& dataset) {
  std::uint32_t sum = 0;
  const std::int64_t n = dataset.rows();
  for (std::int64_t first = 0; first < n; first += kBlock) {
    sum = crc32c(bytes_of(dataset.read<T>(first, std::min(kBlock, n - first))), sum);
  }
  return sum;
}

/// Calls `use` with a value of the type the column's elements have in memory.
template <class Use>
auto with_element(const Dataset& dataset, Use use) {
  switch (dataset.element()) {
    case h5::Element::int8: return use(std::int8_t{});
    case h5::Element::int16: return use(std::int16_t{});
    case h5::Element::uint64: return use(std::uint64_t{});
    case h5::Element::float64: return use(double{});
    default: return use(std::int64_t{});
  }
}

std::uint32_t any_sum(const Dataset& dataset) {
  if (dataset.is_text()) {
    std::uint32_t sum = 0;
    for (const std::string& text : dataset.read_text()) sum = crc32c(text + '\n', sum);
    return sum;
  }
  return with_element(dataset, [&]<class T>(T) { return sum_of<T>(dataset); });
}

template <class T>
void copy_values(const Dataset& from, Dataset& to) {
  const std::int64_t n = from.rows();
  for (std::int64_t first = 0; first < n; first += kBlock) {
    to.write<T>(first, from.read<T>(first, std::min(kBlock, n - first)));
  }
}

void copy_columns(const Group& from, Group& to, Sums& sums, const std::string& prefix) {
  for (const std::string& name : from.names()) {
    if (from.is_group(name)) {
      Group group = to.create_group(name);
      copy_columns(from.group(name), group, sums, prefix + name + "/");
      group.close();
      continue;
    }
    const Dataset source = from.dataset(name);
    Dataset target =
        to.create_column_like(name, source, ColumnLayout{source.rows(), false, kTrialChunkRows, true, {}});
    if (source.is_text())
      target.write_text(0, source.read_text());
    else
      with_element(source, [&]<class T>(T) { copy_values<T>(source, target); });
    target.close();
    sums[prefix + name] = any_sum(source);
  }
}

// No trial of a complete study goes on.
void end_paused_trials(Group& new_trials, Sums& sums) {
  const char* name = schema::trials::kState.name;
  constexpr auto kPaused = static_cast<std::int8_t>(TrialState::paused);
  std::vector<std::int8_t> states = new_trials.dataset(name).read<std::int8_t>();
  if (std::find(states.begin(), states.end(), kPaused) == states.end()) return;
  std::replace(states.begin(), states.end(), kPaused, static_cast<std::int8_t>(TrialState::pruned));
  Dataset target = new_trials.dataset(name);
  target.write<std::int8_t>(0, states);
  target.close();
  sums[fmt::format("{}/{}", schema::kTrials, name)] = crc32c(bytes_of(states));
}

void copy_root(const Group& from, Group& to) {
  namespace s = schema::root;
  for (const char* name : {s::kFormat, s::kStudy, s::kRunId, s::kMetric, s::kDirection, s::kAt}) {
    to.set_attribute(name, from.text_attribute(name));
  }
  for (const char* name : {s::kFormatVersion, s::kRepeats, s::kShard, s::kNShards})
    to.set_attribute(name, from.whole_attribute(name));
  to.set_attribute(s::kComplete, true);
  to.set_attribute(s::kPublishedAt, unix_time());
  for (const char* name :
       {schema::kStudy, schema::kProvenance, schema::kWorkers, schema::kMessages, schema::kBest}) {
    to.copy_from(from, name);
  }
}

/// The CRC-32C of all arrays of the best network, with their names and shapes.
std::uint32_t sum_of_weights(const Group& root) {
  std::uint32_t sum = 0;
  const Group best = root.group(schema::kBest);
  if (!best.has(schema::best::kWeights)) return sum;
  const Group weights = best.group(schema::best::kWeights);
  for (const std::string& layer : weights.names()) {
    const Group arrays = weights.group(layer);
    for (const std::string& name : arrays.names()) {
      const h5::FloatArray array = arrays.array(name);
      sum = crc32c(fmt::format("{}/{} {}\n", layer, name, fmt::join(array.shape, "x")), sum);
      sum = crc32c(bytes_of(array.values), sum);
    }
  }
  return sum;
}

void add_sums_of_scaling(const Group& root, Sums& sums) {
  const Group best = root.group(schema::kBest);
  if (!best.has(schema::best::kScaling)) return;
  const Group scaling = best.group(schema::best::kScaling);
  for (const std::string& name : scaling.names()) {
    sums[fmt::format("{}/{}/{}", schema::kBest, schema::best::kScaling, name)] =
        any_sum(scaling.dataset(name));
  }
}

struct Written {
  Sums columns;
  std::uint32_t weights = 0;
};

Written write(const std::string& from, const std::string& to) {
  const h5::File source = h5::File::open_to_read(from);
  h5::File target = h5::File::create(to);
  reserve_room(to, file_state(from).bytes + kRoomBesideRows);
  Written written;
  Sums& sums = written.columns;
  written.weights = sum_of_weights(source.root());
  add_sums_of_scaling(source.root(), sums);
  copy_root(source.root(), target.root());
  const Group trials = source.root().group(schema::kTrials);
  const Group epochs = source.root().group(schema::kEpochs);
  Group new_trials = target.root().create_group(schema::kTrials);
  copy_columns(trials, new_trials, sums, std::string(schema::kTrials) + "/");
  end_paused_trials(new_trials, sums);
  new_trials.close();
  Group new_epochs = target.root().create_group(schema::kEpochs);
  write_sorted_epochs(epochs, EpochOrder(trials, epochs), new_epochs, sums);
  new_epochs.close();
  Group new_legs = target.root().create_group(schema::kLegs);
  copy_columns(source.root().group(schema::kLegs), new_legs, sums, std::string(schema::kLegs) + "/");
  if (new_legs.has(schema::legs::kParameters))
    new_legs.group(schema::legs::kParameters)
        .set_attribute(schema::kDescription, schema::legs::kParametersDescription);
  new_legs.close();
  target.close();
  return written;
}

// Each row went to its place once if the sorted rows count up: (0, 0), (0, 1), ..., (1, 0), ...
void check_epochs_are_counted(const Group& root) {
  const EpochOrder order(root.group(schema::kTrials), root.group(schema::kEpochs));
  for (std::int64_t first = 0; first < order.rows(); first += kBlock) {
    std::int64_t expected = first;
    for (const std::int64_t target : order.targets(first, std::min(kBlock, order.rows() - first))) {
      if (target != expected++)
        throw StoreError(fmt::format("{}: row {} of /epochs is wrong", root.path(), expected - 1));
    }
  }
}

void require_same(std::uint32_t read, std::uint32_t written, const std::string& path,
                  const std::string& name) {
  if (read != written)
    throw StoreError(fmt::format("{}: what was read back of {} is not what was written", path, name));
}

void verify(const std::string& path, const Written& written) {
  const h5::File file = h5::File::open_to_read(path);
  for (const auto& [name, sum] : written.columns)
    require_same(any_sum(file.root().dataset(name)), sum, path, name);
  require_same(sum_of_weights(file.root()), written.weights, path,
               fmt::format("{}/{}", schema::kBest, schema::best::kWeights));
  check_epochs_are_counted(file.root());
}

}  // namespace

void write_final_file(const std::string& source, const std::string& target) {
  const Written written = write(source, target);
  verify(target, written);
}

}  // namespace trawl
