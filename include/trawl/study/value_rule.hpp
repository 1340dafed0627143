#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace trawl {

/// A number of a form, with the values it may have.
struct FormNumber {
  std::string name;
  bool is_whole = false;  ///< then it is 1 or more
  double low = 0.0;       ///< these four: where it is not whole
  bool low_open = false;
  double high = std::numeric_limits<double>::infinity();
  bool high_open = false;
  bool required = false;
  std::optional<double> initial = {};  ///< where a job does not name it; none: the form is without it
};

/// See Form. One without numbers is written as its word alone.
struct FormRule {
  std::string word;
  std::vector<FormNumber> numbers;
};

/// Which values a key of job files takes.
struct ValueRule {
  enum class Kind : std::uint8_t {
    real,
    integer,
    integer_or_word,
    reals,     ///< one number, or a list of them
    integers,  ///< a list
    word,
    numbered,  ///< a list of names that count things
    form,      ///< one of several, each with numbers of its own
    early_stopping,
    text,     ///< from here on: of keys that are no parameters
    columns,  ///< of a table: names or numbers
    path,
    dataset,  ///< a path within an HDF5 file
    pruner,
    space,
    trials
  };
  Kind kind = Kind::text;
  double low = -std::numeric_limits<double>::infinity();  ///< real, reals
  double high = std::numeric_limits<double>::infinity();  ///< real, reals
  bool low_open = false;                                  ///< real, reals: low itself is not allowed
  bool high_open = false;                                 ///< real, reals: high itself is not allowed
  std::int64_t least = 0;                                 ///< integer, integer_or_word, each of integers
  std::int64_t most = 0;
  std::vector<std::string> words = {};  ///< word; integer_or_word: the one; early_stopping: metrics
  std::string thing = {};   ///< reals, numbered: what there is one for, "hidden layer"; form: "schedule"
  std::string prefix = {};  ///< numbered: of the names, "hidden_"
  std::vector<FormRule> forms = {};  ///< form

  /// Do parameters take such values?
  [[nodiscard]] bool is_for_parameters() const { return kind < Kind::text; }
};

ValueRule real_above(double low);
ValueRule real_from(double low);
ValueRule real_between(double low, bool low_open, double high, bool high_open);
/// One number, or a list with one for each `thing`; for each the bounds of real_between().
ValueRule reals_between(double low, bool low_open, double high, bool high_open, std::string thing);
ValueRule integer_between(std::int64_t least, std::int64_t most);
ValueRule integer_or(std::string word, std::int64_t least, std::int64_t most);
/// A list, which may be empty.
ValueRule integers_between(std::int64_t least, std::int64_t most);
ValueRule one_of(std::vector<std::string> words);
/// A list of some of the things called hidden_0, hidden_1, ...: prefix "hidden_", thing "hidden layer".
ValueRule numbered(std::string prefix, std::string thing);
/// `thing`: what they are forms of, for messages.
ValueRule one_form_of(std::vector<FormRule> forms, std::string thing);
/// `metrics`: what may be watched.
ValueRule early_stopping_by(std::vector<std::string> metrics);
ValueRule of_kind(ValueRule::Kind kind);

}  // namespace trawl
