// Explains how columns of words become numbers.
#include "trawl/data/csv_words.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "trawl/base/text.hpp"

namespace trawl {
namespace {

using Numbers = std::vector<std::size_t>;

/// "'cat', 'dog', ..."
std::string words_of(const CsvColumn& column) {
  std::string list;
  for (const std::string& word : column.words) list += fmt::format("{}'{}'", list.empty() ? "" : ", ", word);
  return static_cast<std::int64_t>(column.words.size()) < column.n_words ? list + ", ..." : list;
}

std::string share_of(const CsvColumn& column) {
  return column.n_words == column.n_cells ? "every row"
                                          : fmt::format("{} of {} rows", column.n_words, column.n_cells);
}

std::string label_text(const CsvColumn& column, const CsvLayout& layout) {
  const std::string name = in_python(layout, layout.label);
  return fmt::format(
      "column {} holds words in {} ({}), and labels are whole numbers from 0; number them, in pandas: df[{}] "
      "= "
      "df[{}].astype(\"category\").cat.codes, or name another column by label_column (init: --label)",
      layout.name_of(layout.label), share_of(column), words_of(column), name, name);
}

template <class Text>
std::string list_of(const Numbers& numbers, const Text& text) {
  constexpr std::size_t kShown = 6;
  std::string list;
  for (std::size_t i = 0; i < std::min(kShown, numbers.size()); ++i) {
    list += (i == 0 ? "" : ", ") + text(numbers[i]);
  }
  return numbers.size() > kShown ? fmt::format("{} and {} more", list, numbers.size() - kShown) : list;
}

/// For all of `numbers`, whatever the list of them leaves out.
std::string all_of(const Numbers& numbers, const CsvLayout& layout) {
  std::string list;
  for (const std::size_t i : numbers) {
    const std::string key = layout.key_of(i);
    const bool is_plain = key.find_first_of(" :,[]{}#&*!|>'\"%@`") == std::string::npos;
    list += fmt::format("{}{}", list.empty() ? "" : ", ", is_plain ? key : in_python(layout, i));
  }
  return list;
}

std::string feature_text(const Numbers& numbers, const std::vector<CsvColumn>& columns,
                         const CsvLayout& layout) {
  constexpr std::size_t kAllNamed = 20;
  const bool are_many = numbers.size() > 1;
  const std::string subject = list_of(numbers, [&](std::size_t i) {
    return fmt::format("{} ({})", layout.name_of(i), words_of(columns[i]));
  });
  const std::string example = in_python(layout, numbers.front());
  const std::string excluded = numbers.size() <= kAllNamed ? all_of(numbers, layout) : "...";
  return fmt::format(
      "column{} {} hold{} words in {}, and features are numbers; turn words into columns of 0 and 1, in "
      "pandas: "
      "pd.get_dummies(df, columns=[{}{}], dtype=int), or leave them out by data.exclude: [{}]",
      are_many ? "s" : "", subject, are_many ? "" : "s",
      are_many ? "most or all of the rows" : share_of(columns[numbers.front()]), example,
      are_many ? ", ..." : "", excluded);
}

std::string decimal_text(const Numbers& numbers, const CsvLayout& layout) {
  return fmt::format(
      "column{} {}: numbers with decimal commas, where decimal points are read; write the table anew, in "
      "pandas: "
      "pd.read_csv(f, decimal=\",\").to_csv(new, index=False)",
      numbers.size() > 1 ? "s" : "", list_of(numbers, [&](std::size_t i) { return layout.name_of(i); }));
}

std::string marked_text(const Numbers& numbers, const std::vector<CsvColumn>& columns,
                        const CsvLayout& layout) {
  const std::string subject = list_of(numbers, [&](std::size_t i) {
    return fmt::format("{} ({})", layout.name_of(i), words_of(columns[i]));
  });
  const std::string first = in_python(layout, numbers.front());
  return fmt::format(
      "column{} {}: numbers with marks of percent, money or thousands; leave the marks out, in pandas: "
      "df[{}] = "
      "df[{}].astype(str).str.replace(r\"[^0-9.eE+-]\", \"\", regex=True).astype(float)",
      numbers.size() > 1 ? "s" : "", subject, first, first);
}

/// Columns without a cell, as behind a comma at the end of every line.
std::string empty_text(const Numbers& numbers, const CsvLayout& layout) {
  const bool are_many = numbers.size() > 1;
  return fmt::format("column{} {} {} empty in every row; leave {} out by data.exclude: [{}]",
                     are_many ? "s" : "", list_of(numbers, [&](std::size_t i) { return layout.name_of(i); }),
                     are_many ? "are" : "is", are_many ? "them" : "it", all_of(numbers, layout));
}

/// Names of the rows: 0 and 1 for each would be a column for each row.
std::string row_names_text(const Numbers& numbers, const std::vector<CsvColumn>& columns,
                           const CsvLayout& layout) {
  const bool are_many = numbers.size() > 1;
  const std::string subject = list_of(numbers, [&](std::size_t i) {
    return fmt::format("{} ({})", layout.name_of(i), words_of(columns[i]));
  });
  return fmt::format(
      "column{} {} hold{} words that differ in most of the rows, and features are numbers; leave {} out by "
      "data.exclude: [{}]",
      are_many ? "s" : "", subject, are_many ? "" : "s", are_many ? "them" : "it", all_of(numbers, layout));
}

}  // namespace

std::string in_python(const CsvLayout& layout, std::size_t column) {
  if (layout.names.empty()) return fmt::format("{}", column);
  std::string text;
  for (const char c : shown(layout.names[column]))
    text += c == '"' || c == '\\' ? fmt::format("\\{}", c) : std::string(1, c);
  return fmt::format("\"{}\"", text);
}

std::string word_columns(const std::vector<CsvColumn>& columns, const CsvLayout& layout) {
  Numbers words;
  Numbers decimals;
  Numbers marked;
  Numbers row_names;
  Numbers empty;
  constexpr std::int64_t kFewRows = 5;  // of which a cell may be missing in each
  const bool has_rows = std::any_of(columns.begin(), columns.end(),
                                    [](const CsvColumn& column) { return column.n_cells >= kFewRows; });
  for (const std::size_t i : layout.features) {
    if (has_rows && columns[i].is_empty()) empty.push_back(i);
    if (columns[i].names_rows()) row_names.push_back(i);
    if (!columns[i].holds_words() || columns[i].names_rows()) continue;
    (columns[i].are_decimals ? decimals : columns[i].are_marked ? marked : words).push_back(i);
  }
  std::vector<std::string> texts;
  if (columns[layout.label].holds_words()) texts.push_back(label_text(columns[layout.label], layout));
  if (!words.empty()) texts.push_back(feature_text(words, columns, layout));
  if (!row_names.empty()) texts.push_back(row_names_text(row_names, columns, layout));
  if (!decimals.empty()) texts.push_back(decimal_text(decimals, layout));
  if (!marked.empty()) texts.push_back(marked_text(marked, columns, layout));
  if (!empty.empty()) texts.push_back(empty_text(empty, layout));
  return fmt::format("{}", fmt::join(texts, "; "));
}

}  // namespace trawl
