// Lists the schedules of the learning rate, and their numbers.
#include "trawl/train/learning_rate_schedule.hpp"

#include <fmt/format.h>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

using Kind = LearningRateSchedule::Kind;

struct ScheduleRow {
  Kind kind;
  FormRule form;
};

// A step of the whole training's updates would never come.
const std::vector<ScheduleRow>& schedule_rows() {
  const FormNumber decay = {.name = "decay", .required = true};
  const FormNumber rate = {.name = "rate", .low_open = true, .high = 1.0, .required = true};
  const FormNumber floor = {.name = "floor", .high = 1.0, .initial = 0.0};
  const FormNumber updates = {.name = "updates", .is_whole = true};
  FormNumber own_updates = updates;
  own_updates.required = true;
  static const std::vector<ScheduleRow> kRows = {
      {Kind::constant, {"constant", {}}},
      {Kind::inverse_time, {"inverse_time", {decay}}},
      {Kind::exponential, {"exponential", {rate, updates}}},
      {Kind::step, {"step", {rate, own_updates}}},
      {Kind::cosine, {"cosine", {floor, updates}}},
  };
  return kRows;
}

double& real(LearningRateSchedule& schedule, const std::string& name) {
  if (name == "decay") return schedule.decay;
  if (name == "rate") return schedule.rate;
  TRAWL_CHECK(name == "floor", "no schedule has the number {}", name);
  return schedule.floor;
}

}  // namespace

std::vector<FormRule> schedule_forms() {
  std::vector<FormRule> forms;
  for (const ScheduleRow& row : schedule_rows()) forms.push_back(row.form);
  return forms;
}

LearningRateSchedule schedule_of(const Form& form) {
  for (const ScheduleRow& row : schedule_rows()) {
    if (row.form.word != form.word) continue;
    LearningRateSchedule schedule{.kind = row.kind};
    for (const auto& [name, number] : form.numbers) {
      if (const auto* whole = std::get_if<std::int64_t>(&number)) {
        schedule.updates = *whole;
      } else {
        real(schedule, name) = std::get<double>(number);
      }
    }
    return schedule;
  }
  TRAWL_CHECK(false, "schedule {}", form.word);
  return {};
}

Form form_of(const LearningRateSchedule& schedule) {
  LearningRateSchedule copy = schedule;
  const FormRule& rule = schedule_rows()[static_cast<std::size_t>(schedule.kind)].form;
  Form form{rule.word, {}};
  for (const FormNumber& number : rule.numbers) {
    if (!number.is_whole) form.numbers.emplace_back(number.name, real(copy, number.name));
    if (number.is_whole && schedule.updates > 0) form.numbers.emplace_back(number.name, schedule.updates);
  }
  return form;
}

}  // namespace trawl
