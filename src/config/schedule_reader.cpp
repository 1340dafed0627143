// Reads how the learning rate falls.
#include "trawl/config/schedule_reader.hpp"

#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "trawl/config/suggestion.hpp"
#include "trawl/config/value_reader.hpp"

namespace trawl {
namespace {

using ScheduleKind = LearningRateSchedule::Kind;

const std::vector<std::string>& names() {
  static const std::vector<std::string> kNames = {"constant", "inverse_time", "exponential", "step",
                                                  "cosine"};
  return kNames;
}

double read_real(const YamlTree& tree, const ValueRule& rule, const std::string& key) {
  return std::get<double>(read_value(rule, tree, key));
}

bool take_number(const YamlEntry& entry, const std::string& key, LearningRateSchedule& schedule) {
  const bool takes_rate = schedule.kind == ScheduleKind::exponential || schedule.kind == ScheduleKind::step;
  if (entry.key == "decay" && schedule.kind == ScheduleKind::inverse_time) {
    schedule.decay = read_real(entry.value, real_from(0.0), key);
  } else if (entry.key == "rate" && takes_rate) {
    schedule.rate = read_real(entry.value, real_between(0.0, true, 1.0, false), key);
  } else if (entry.key == "floor" && schedule.kind == ScheduleKind::cosine) {
    schedule.floor = read_real(entry.value, real_between(0.0, false, 1.0, false), key);
  } else if (entry.key == "updates" && schedule.kind != ScheduleKind::inverse_time) {
    const auto rule = integer_between(1, std::numeric_limits<std::int64_t>::max());
    schedule.updates = std::get<std::int64_t>(read_value(rule, entry.value, key));
  } else {
    return false;
  }
  return true;
}

// A step of the whole training's updates would never come.
std::vector<std::string> required_numbers(ScheduleKind kind) {
  if (kind == ScheduleKind::inverse_time) return {"decay"};
  if (kind == ScheduleKind::exponential) return {"rate"};
  return kind == ScheduleKind::step ? std::vector<std::string>{"rate", "updates"}
                                    : std::vector<std::string>{};
}

void read_numbers(const YamlTree& tree, const std::string& key, LearningRateSchedule& schedule) {
  if (tree.kind != YamlTree::Kind::map) {
    fail(tree.place, key, fmt::format("found {}; allowed: {}", found_text(tree), kScheduleAllowed));
  }
  for (const YamlEntry& entry : tree.entries) {
    const std::string path = key + "." + entry.key;
    if (!take_number(entry, path, schedule)) {
      fail(entry.place, path, fmt::format("unknown key; allowed: {}", kScheduleAllowed));
    }
  }
  for (const std::string& required : required_numbers(schedule.kind)) {
    if (tree.find(required) != nullptr) continue;
    fail(tree.place, key, fmt::format("{} is missing; allowed: {}", required, kScheduleAllowed));
  }
}

}  // namespace

LearningRateSchedule read_schedule(const YamlTree& tree, const std::string& key) {
  if (tree.kind == YamlTree::Kind::scalar && tree.text == "constant") return {};
  const bool one_key = tree.kind == YamlTree::Kind::map && tree.entries.size() == 1;
  if (!one_key)
    fail(tree.place, key, fmt::format("found {}; allowed: {}", found_text(tree), kScheduleAllowed));
  const std::string& name = tree.entries[0].key;
  for (std::size_t i = 1; i < names().size(); ++i) {
    if (name != names()[i]) continue;
    LearningRateSchedule schedule;
    schedule.kind = static_cast<ScheduleKind>(i);
    read_numbers(tree.entries[0].value, fmt::format("{}.{}", key, name), schedule);
    return schedule;
  }
  fail(tree.entries[0].place, key,
       fmt::format("unknown schedule {}{} (allowed: {})", name, did_you_mean(name, names()),
                   kScheduleAllowed));
}

}  // namespace trawl
