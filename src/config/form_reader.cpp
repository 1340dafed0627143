// Reads values that have several forms, each with numbers of its own.
#include "trawl/config/form_reader.hpp"

#include <cctype>
#include <cstdint>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "trawl/config/suggestion.hpp"
#include "trawl/config/value_reader.hpp"

namespace trawl {
namespace {

// "{cosine: {floor: F, updates: N}}"
std::string form_text(const FormRule& form) {
  std::string numbers;
  for (const FormNumber& number : form.numbers) {
    const char letter = number.is_whole ? 'N' : static_cast<char>(std::toupper(number.name.front()));
    numbers += fmt::format("{}{}: {}", numbers.empty() ? "" : ", ", number.name, letter);
  }
  return numbers.empty() ? form.word : fmt::format("{{{}: {{{}}}}}", form.word, numbers);
}

Form::Number read_number(const FormNumber& number, const YamlTree& tree, const std::string& key) {
  if (number.is_whole) {
    const ValueRule rule = integer_between(1, std::numeric_limits<std::int64_t>::max());
    return std::get<std::int64_t>(read_value(rule, tree, key));
  }
  const ValueRule rule = real_between(number.low, number.low_open, number.high, number.high_open);
  return std::get<double>(read_value(rule, tree, key));
}

class FormReader {
 public:
  FormReader(const ValueRule& rule, const FormRule& form, const YamlTree& tree, const std::string& key)
      : rule_(rule), form_(form), tree_(tree), key_(key) {}

  [[nodiscard]] Form read() const {
    if (tree_.kind != YamlTree::Kind::map) {
      fail(tree_.place, key_, fmt::format("found {}; allowed: {}", found_text(tree_), form_allowed(rule_)));
    }
    std::map<std::string, Form::Number> given;
    for (const YamlEntry& entry : tree_.entries) given.emplace(entry.key, read_entry(entry));
    Form form{form_.word, {}};
    for (const FormNumber& number : form_.numbers) {
      const auto found = given.find(number.name);
      if (found != given.end()) {
        form.numbers.emplace_back(number.name, found->second);
      } else if (number.required) {
        fail(tree_.place, key_, fmt::format("{} is missing; allowed: {}", number.name, form_allowed(rule_)));
      } else if (number.initial) {
        form.numbers.emplace_back(number.name, *number.initial);
      }
    }
    return form;
  }

 private:
  [[nodiscard]] Form::Number read_entry(const YamlEntry& entry) const {
    const std::string path = key_ + "." + entry.key;
    for (const FormNumber& number : form_.numbers) {
      if (entry.key == number.name) return read_number(number, entry.value, path);
    }
    fail(entry.place, path, fmt::format("unknown key; allowed: {}", form_allowed(rule_)));
  }

  const ValueRule& rule_;
  const FormRule& form_;
  const YamlTree& tree_;
  const std::string& key_;
};

}  // namespace

std::string form_allowed(const ValueRule& rule) {
  std::string text;
  for (const FormRule& form : rule.forms) {
    const bool is_last = &form == &rule.forms.back();
    text += fmt::format("{}{}", text.empty() ? "" : is_last ? " or " : ", ", form_text(form));
  }
  return text;
}

Form read_form(const ValueRule& rule, const YamlTree& tree, const std::string& key) {
  const bool is_word = tree.kind == YamlTree::Kind::scalar;
  const bool one_key = tree.kind == YamlTree::Kind::map && tree.entries.size() == 1;
  std::vector<std::string> words;
  for (const FormRule& form : rule.forms) {
    words.push_back(form.word);
    if (is_word && form.numbers.empty() && tree.text == form.word) return {form.word, {}};
    if (!one_key || form.numbers.empty() || tree.entries[0].key != form.word) continue;
    const std::string path = fmt::format("{}.{}", key, form.word);
    return FormReader(rule, form, tree.entries[0].value, path).read();
  }
  if (!one_key)
    fail(tree.place, key, fmt::format("found {}; allowed: {}", found_text(tree), form_allowed(rule)));
  const std::string& word = tree.entries[0].key;
  fail(tree.entries[0].place, key,
       fmt::format("unknown {} {}{} (allowed: {})", rule.thing, word, did_you_mean(word, words),
                   form_allowed(rule)));
}

}  // namespace trawl
