// Holds a job, checked and with all defaults filled in.
#include "trawl/study/definition.hpp"

#include <array>
#include <cstddef>

#include <fmt/format.h>

#include "trawl/base/error.hpp"

namespace trawl {
namespace {

// The words of an enumeration, in the order of its enumerators. One table serves both ways.
template <class Enum>
struct Words;
template <>
struct Words<DataDefinition::Split> {
  static constexpr std::array kAll = {"last", "shuffled"};
};
template <>
struct Words<DataDefinition::Scaling> {
  static constexpr std::array kAll = {"none", "unit", "standard"};
};
template <>
struct Words<ModelDefinition::Activation> {
  static constexpr std::array kAll = {"relu", "tanh", "sigmoid"};
};
template <>
struct Words<ModelDefinition::Initializer> {
  static constexpr std::array kAll = {"glorot_uniform", "glorot_normal", "he_uniform", "he_normal"};
};
template <>
struct Words<TrainingDefinition::Optimizer> {
  static constexpr std::array kAll = {"sgd", "momentum", "nesterov", "rmsprop", "adam"};
};
template <>
struct Words<Direction> {
  static constexpr std::array kAll = {"minimize", "maximize"};
};
template <>
struct Words<ObjectiveDefinition::At> {
  static constexpr std::array kAll = {"last", "best"};
};
template <>
struct Words<ClusterDefinition::Isolation> {
  static constexpr std::array kAll = {"none", "process"};
};

template <class Enum>
const char* word(Enum value) {
  return Words<Enum>::kAll.at(static_cast<std::size_t>(value));
}

template <class Enum>
bool find_word(std::string_view text, Enum& value) {
  for (std::size_t i = 0; i < Words<Enum>::kAll.size(); ++i) {
    if (text == Words<Enum>::kAll[i]) {
      value = static_cast<Enum>(i);
      return true;
    }
  }
  return false;
}

template <class T>
const T& get(const ParameterValue& value, const std::string& name) {
  const T* typed = std::get_if<T>(&value);
  TRAWL_CHECK(typed != nullptr, "parameter {} = {} has another type", name, to_text(value));
  return *typed;
}

void set(const ParameterValue& value, const std::string& name, double& field) {
  const auto* whole = std::get_if<std::int64_t>(&value);
  field = whole != nullptr ? static_cast<double>(*whole) : get<double>(value, name);
}
void set_dropout(const ParameterValue& value, std::vector<double>& rates) {
  if (const auto* listed = std::get_if<std::vector<double>>(&value)) {
    rates = *listed;
  } else {
    rates.resize(1);
    set(value, "dropout", rates.front());
  }
}

void set_early_stopping(const ParameterValue& value, std::optional<EarlyStoppingDefinition>& field) {
  if (const auto* word = std::get_if<std::string>(&value)) {
    TRAWL_CHECK(*word == "off", "early_stopping = {}", *word);
    field.reset();
  } else {
    field = get<EarlyStoppingDefinition>(value, "early_stopping");
  }
}

template <class T>
void set_typed(const ParameterValue& value, const std::string& name, T& field) {
  field = get<T>(value, name);
}
template <class Enum>
void set_enum(const ParameterValue& value, const std::string& name, Enum& field) {
  TRAWL_CHECK(find_word(get<std::string>(value, name), field), "parameter {} = {}", name, to_text(value));
}

void set_batch_size(const ParameterValue& value, std::int64_t& field) {
  if (std::holds_alternative<std::string>(value)) {
    TRAWL_CHECK(std::get<std::string>(value) == "all", "batch_size = {}", to_text(value));
    field = TrainingDefinition::kWholeBatch;
  } else {
    set_typed(value, "batch_size", field);
  }
}

bool set_model(const std::string& name, const ParameterValue& value, ModelDefinition& model) {
  if (name == "hidden")
    set_typed(value, name, model.hidden);
  else if (name == "activation")
    set_enum(value, name, model.activation);
  else if (name == "initializer")
    set_enum(value, name, model.initializer);
  else if (name == "batch_normalization")
    set_typed(value, name, model.batch_normalization);
  else
    return false;
  return true;
}

bool set_training(const std::string& name, const ParameterValue& value, TrainingDefinition& training) {
  if (name == "epochs")
    set_typed(value, name, training.epochs);
  else if (name == "optimizer")
    set_enum(value, name, training.optimizer);
  else if (name == "learning_rate")
    set(value, name, training.learning_rate);
  else if (name == "batch_size")
    set_batch_size(value, training.batch_size);
  else if (name == "dropout")
    set_dropout(value, training.dropout);
  else if (name == "l2")
    set(value, name, training.l2);
  else if (name == "momentum")
    set(value, name, training.momentum);
  else if (name == "rho")
    set(value, name, training.rho);
  else if (name == "beta_1")
    set(value, name, training.beta_1);
  else if (name == "beta_2")
    set(value, name, training.beta_2);
  else if (name == "epsilon")
    set(value, name, training.epsilon);
  else if (name == "early_stopping")
    set_early_stopping(value, training.early_stopping);
  else if (name == "learning_rate_schedule") {
    // `constant` needs no braces in a job file, so it may come as a word.
    if (std::holds_alternative<std::string>(value))
      training.learning_rate_schedule = {};
    else
      set_typed(value, name, training.learning_rate_schedule);
  } else
    return false;
  return true;
}

}  // namespace

const char* to_text(DataDefinition::Split value) { return word(value); }
const char* to_text(DataDefinition::Scaling value) { return word(value); }
const char* to_text(ModelDefinition::Activation value) { return word(value); }
const char* to_text(ModelDefinition::Initializer value) { return word(value); }
const char* to_text(TrainingDefinition::Optimizer value) { return word(value); }
const char* to_text(Direction value) { return word(value); }
const char* to_text(ObjectiveDefinition::At value) { return word(value); }
const char* to_text(ClusterDefinition::Isolation value) { return word(value); }

bool from_text(std::string_view text, DataDefinition::Split& value) { return find_word(text, value); }
bool from_text(std::string_view text, DataDefinition::Scaling& value) { return find_word(text, value); }
bool from_text(std::string_view text, ModelDefinition::Activation& value) { return find_word(text, value); }
bool from_text(std::string_view text, ModelDefinition::Initializer& value) { return find_word(text, value); }
bool from_text(std::string_view text, TrainingDefinition::Optimizer& value) { return find_word(text, value); }
bool from_text(std::string_view text, ObjectiveDefinition::Direction& value) {
  return find_word(text, value);
}
bool from_text(std::string_view text, ObjectiveDefinition::At& value) { return find_word(text, value); }
bool from_text(std::string_view text, ClusterDefinition::Isolation& value) { return find_word(text, value); }

template <class Enum>
std::vector<std::string> words_of() {
  return {Words<Enum>::kAll.begin(), Words<Enum>::kAll.end()};
}
template std::vector<std::string> words_of<DataDefinition::Split>();
template std::vector<std::string> words_of<DataDefinition::Scaling>();
template std::vector<std::string> words_of<ModelDefinition::Activation>();
template std::vector<std::string> words_of<ModelDefinition::Initializer>();
template std::vector<std::string> words_of<TrainingDefinition::Optimizer>();
template std::vector<std::string> words_of<ObjectiveDefinition::Direction>();
template std::vector<std::string> words_of<ObjectiveDefinition::At>();
template std::vector<std::string> words_of<ClusterDefinition::Isolation>();

std::optional<std::size_t> hidden_layer(std::string_view name, std::size_t n_hidden) {
  for (std::size_t i = 0; i < n_hidden; ++i) {
    if (name == fmt::format("hidden_{}", i)) return i;
  }
  return std::nullopt;
}

std::string layer_problem(const ModelDefinition& model, const TrainingDefinition& training) {
  const std::size_t n_hidden = model.hidden.size();
  for (const std::string& name : model.batch_normalization) {
    if (hidden_layer(name, n_hidden)) continue;
    const std::string layers = n_hidden == 0 ? "the model has no hidden layer"
                               : n_hidden == 1
                                   ? "the only hidden layer is hidden_0"
                                   : fmt::format("hidden layers are hidden_0 to hidden_{}", n_hidden - 1);
    return fmt::format("batch_normalization names {}, but {}", name, layers);
  }
  const std::size_t n_rates = training.dropout.size();
  if (n_rates == 1 || n_rates == n_hidden) return {};
  return fmt::format("dropout has {} rates for {} hidden layer{}", n_rates, n_hidden,
                     n_hidden == 1 ? "" : "s");
}

TrialDefinition apply(const StudyDefinition& study, const Parameters& parameters) {
  TrialDefinition trial{study.model, study.training};
  for (const auto& [name, value] : parameters) {
    if (name == kPointName) continue;
    TRAWL_CHECK(set_model(name, value, trial.model) || set_training(name, value, trial.training),
                "unknown parameter {}", name);
  }
  return trial;
}

}  // namespace trawl
