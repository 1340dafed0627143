// Declares the perceptron's parameters, and sets a trial by them.
#include "trawl/train/perceptron_parameters.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <type_traits>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "trawl/base/error.hpp"
#include "trawl/nn/activation.hpp"
#include "trawl/nn/initializer.hpp"
#include "trawl/nn/optimizer_kind.hpp"
#include "trawl/train/perceptron_metrics.hpp"

namespace trawl {
namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMaxWidth = 1'000'000;
constexpr std::int64_t kMaxEpochs = 1'000'000'000;  // so that updates can be counted

using Field =
    std::variant<double*, std::int64_t*, std::string*, std::vector<std::int64_t>*, std::vector<double>*,
                 std::vector<std::string>*, LearningRateSchedule*, std::optional<EarlyStoppingDefinition>*>;

struct ParameterRow {
  ParameterDeclaration declaration;
  std::function<Field(TrialDefinition&)> field;
};

template <class T>
const T& get(const ParameterValue& value) {
  const T* typed = std::get_if<T>(&value);
  TRAWL_CHECK(typed != nullptr, "the value {} has another type", to_text(value));
  return *typed;
}

double number(const ParameterValue& value) {
  const auto* whole = std::get_if<std::int64_t>(&value);
  return whole != nullptr ? static_cast<double>(*whole) : get<double>(value);
}

struct Setter {
  const ParameterValue& value;
  const ValueRule& rule;

  // Where a word stands for no value: "off", "all", "constant".
  [[nodiscard]] bool is_word(const char* word) const {
    const auto* text = std::get_if<std::string>(&value);
    return text != nullptr && *text == word;
  }
  void operator()(double* field) const { *field = number(value); }
  void operator()(std::int64_t* field) const {
    *field = is_word("all") ? TrainingDefinition::kWholeBatch : get<std::int64_t>(value);
  }
  void operator()(std::string* field) const {
    *field = get<std::string>(value);
    TRAWL_CHECK(std::find(rule.words.begin(), rule.words.end(), *field) != rule.words.end(), "{}", *field);
  }
  void operator()(std::vector<double>* field) const {
    const auto* list = std::get_if<std::vector<double>>(&value);
    *field = list != nullptr ? *list : std::vector<double>{number(value)};
  }
  void operator()(LearningRateSchedule* field) const {
    *field = is_word("constant") ? LearningRateSchedule{} : schedule_of(get<Form>(value));
  }
  void operator()(std::optional<EarlyStoppingDefinition>* field) const {
    *field = is_word("off") ? std::nullopt : std::optional(get<EarlyStoppingDefinition>(value));
  }
  template <class T>
  void operator()(T* field) const {
    *field = get<T>(value);
  }
};

struct Getter {
  const ValueRule& rule;

  ParameterValue operator()(const std::int64_t* field) const {
    const bool whole_batch =
        rule.kind == ValueRule::Kind::integer_or_word && *field == TrainingDefinition::kWholeBatch;
    return whole_batch ? ParameterValue(rule.words.front()) : ParameterValue(*field);
  }
  ParameterValue operator()(const std::vector<double>* field) const {
    return field->size() == 1 ? ParameterValue(field->front()) : ParameterValue(*field);
  }
  ParameterValue operator()(const LearningRateSchedule* field) const { return form_of(*field); }
  ParameterValue operator()(const std::optional<EarlyStoppingDefinition>* field) const {
    return *field ? ParameterValue(**field) : ParameterValue(std::string("off"));
  }
  template <class T>
  ParameterValue operator()(const T* field) const {
    return *field;
  }
};

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): a lambda a field, without its frame each time
#define TRAWL_FIELD(member) [](TrialDefinition& d) -> Field { return &d.member; }

void add_model(std::vector<ParameterRow>& rows) {
  rows.push_back(
      {{.name = "hidden", .rule = integers_between(1, kMaxWidth), .meaning = "widths of the hidden layers"},
       TRAWL_FIELD(model.hidden)});
  rows.push_back(
      {{.name = "activation", .rule = one_of(activation_words()), .meaning = "after every hidden layer"},
       TRAWL_FIELD(model.activation)});
  rows.push_back({{.name = "initializer",
                   .rule = one_of(initializer_words()),
                   .meaning = "how the weights are drawn; biases are 0"},
                  TRAWL_FIELD(model.initializer)});
  rows.push_back({{.name = "batch_normalization",
                   .rule = numbered("hidden_", "hidden layer"),
                   .meaning = "hidden layers that are normalized, before the activation",
                   .is_later = true},
                  TRAWL_FIELD(model.batch_normalization)});
  for (ParameterRow& row : rows) row.declaration.section = "model";
}

void add_optimizer_settings(std::vector<ParameterRow>& rows) {
  for (const OptimizerSetting& setting : all_optimizer_settings()) {
    const std::string name = setting.name;
    const std::vector<std::string> users = optimizers_with(name);
    rows.push_back({{.name = name,
                     .rule = real_between(setting.low, setting.low_open, setting.high, setting.high_open),
                     .meaning = fmt::format("of {}", fmt::join(users, " and ")),
                     .only_with = ParameterUse{"optimizer", users},
                     .is_later = setting.is_later},
                    [name](TrialDefinition& d) -> Field { return &d.training.settings[name]; }});
  }
}

void add_training(std::vector<ParameterRow>& rows) {
  const std::size_t first = rows.size();
  rows.push_back(
      {{.name = "epochs", .rule = integer_between(1, kMaxEpochs), .meaning = "passes over the training rows"},
       TRAWL_FIELD(training.epochs)});
  rows.push_back({{.name = "optimizer", .rule = one_of(optimizer_words()), .meaning = "the update rule"},
                  TRAWL_FIELD(training.optimizer)});
  rows.push_back(
      {{.name = "learning_rate", .rule = real_above(0.0), .meaning = "step size of the first update"},
       TRAWL_FIELD(training.learning_rate)});
  rows.push_back({{.name = "learning_rate_schedule",
                   .rule = one_form_of(schedule_forms(), "schedule"),
                   .meaning = "how it falls; `updates` absent (not from step): over the whole training"},
                  TRAWL_FIELD(training.learning_rate_schedule)});
  rows.push_back({{.name = "batch_size",
                   .rule = integer_or("all", 1, kNoLimit),
                   .meaning = "samples an update; all: the whole training set"},
                  TRAWL_FIELD(training.batch_size)});
  rows.push_back({{.name = "dropout",
                   .rule = reals_between(0.0, false, 1.0, true, "hidden layer"),
                   .meaning = "probability that a hidden activation is zeroed"},
                  TRAWL_FIELD(training.dropout)});
  rows.push_back({{.name = "l2", .rule = real_from(0.0), .meaning = "λ of the penalty λ·Σw² on the weights"},
                  TRAWL_FIELD(training.l2)});
  add_optimizer_settings(rows);
  rows.push_back({{.name = "early_stopping",
                   .rule = early_stopping_by(perceptron_metrics().rankable_names()),
                   .meaning = "end a training that has not improved for `patience` epochs, see above",
                   .is_later = true},
                  TRAWL_FIELD(training.early_stopping)});
  for (std::size_t i = first; i < rows.size(); ++i) rows[i].declaration.section = "training";
}

#undef TRAWL_FIELD

ParameterValue value_of(const ParameterRow& row, TrialDefinition& definition) {
  return std::visit(Getter{row.declaration.rule}, row.field(definition));
}

std::vector<ParameterRow> make_rows() {
  std::vector<ParameterRow> rows;
  add_model(rows);
  add_training(rows);
  TrialDefinition initial;
  for (ParameterRow& row : rows) row.declaration.initial = value_of(row, initial);
  return rows;
}

const std::vector<ParameterRow>& parameter_rows() {
  static const std::vector<ParameterRow> kRows = make_rows();
  return kRows;
}

void set(const Parameters& parameters, TrialDefinition& definition) {
  for (const auto& [name, value] : parameters) {
    if (name == kPointName) continue;
    const auto is_it = [&name = name](const ParameterRow& row) { return row.declaration.name == name; };
    const auto row = std::find_if(parameter_rows().begin(), parameter_rows().end(), is_it);
    TRAWL_CHECK(row != parameter_rows().end(), "unknown parameter {}", name);
    std::visit(Setter{value, row->declaration.rule}, row->field(definition));
  }
}

ParameterTable make_table() {
  ParameterTable table;
  for (const ParameterRow& row : parameter_rows()) table.push_back(row.declaration);
  return table;
}

}  // namespace

const ParameterTable& perceptron_parameters() {
  static const ParameterTable kTable = make_table();
  return kTable;
}

TrialDefinition trial_definition(const StudyDefinition& study, const Parameters& point) {
  TrialDefinition definition;
  set(study.parameters, definition);
  set(point, definition);
  return definition;
}

Parameters parameters_of(const TrialDefinition& definition) {
  TrialDefinition copy = definition;  // a Field has no const form
  Parameters parameters;
  for (const ParameterRow& row : parameter_rows())
    parameters.emplace_back(row.declaration.name, value_of(row, copy));
  return parameters;
}

}  // namespace trawl
