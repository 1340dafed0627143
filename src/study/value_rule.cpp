// Says which values a key of job files takes.
#include "trawl/study/value_rule.hpp"

#include <utility>

namespace trawl {

using Kind = ValueRule::Kind;

ValueRule real_above(double low) {
  return real_between(low, true, std::numeric_limits<double>::infinity(), false);
}

ValueRule real_from(double low) {
  return real_between(low, false, std::numeric_limits<double>::infinity(), false);
}

ValueRule real_between(double low, bool low_open, double high, bool high_open) {
  return {.kind = Kind::real, .low = low, .high = high, .low_open = low_open, .high_open = high_open};
}

ValueRule reals_between(double low, bool low_open, double high, bool high_open, std::string thing) {
  ValueRule rule = real_between(low, low_open, high, high_open);
  rule.kind = Kind::reals;
  rule.thing = std::move(thing);
  return rule;
}

ValueRule integer_between(std::int64_t least, std::int64_t most) {
  return {.kind = Kind::integer, .least = least, .most = most};
}

ValueRule integer_or(std::string word, std::int64_t least, std::int64_t most) {
  return {.kind = Kind::integer_or_word, .least = least, .most = most, .words = {std::move(word)}};
}

ValueRule integers_between(std::int64_t least, std::int64_t most) {
  return {.kind = Kind::integers, .least = least, .most = most};
}

ValueRule one_of(std::vector<std::string> words) { return {.kind = Kind::word, .words = std::move(words)}; }

ValueRule numbered(std::string prefix, std::string thing) {
  return {.kind = Kind::numbered, .thing = std::move(thing), .prefix = std::move(prefix)};
}

ValueRule one_form_of(std::vector<FormRule> forms, std::string thing) {
  return {.kind = Kind::form, .thing = std::move(thing), .forms = std::move(forms)};
}

ValueRule early_stopping_by(std::vector<std::string> metrics) {
  return {.kind = Kind::early_stopping, .words = std::move(metrics)};
}

ValueRule of_kind(ValueRule::Kind kind) { return {.kind = kind}; }

}  // namespace trawl
