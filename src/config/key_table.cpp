// Writes the documentation of all keys as Markdown.
#include "trawl/config/key_table.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "trawl/config/key_fields.hpp"
#include "trawl/config/value_reader.hpp"
#include "trawl/study/data_source.hpp"

namespace trawl {
namespace {

std::string default_text(const JobKey& key, StudyDefinition& defaults) {
  return key.default_note.empty() ? fmt::format("`{}`", field_text(key, defaults)) : key.default_note;
}

std::string allowed_cell(const JobKey& key) {
  if (key.rule.kind != ValueRule::Kind::word) return allowed_text(key.rule);
  return fmt::format("`{}`", fmt::join(key.rule.words, "`, `"));
}

std::string meaning_cell(const JobKey& key) {
  const std::vector<std::string> sources = sources_with(key.path);
  return sources.empty() ? key.meaning : fmt::format("({} only) {}", fmt::join(sources, ", "), key.meaning);
}

}  // namespace

std::string key_table(const KeyTable& keys) {
  std::string table =
      "| key | type | default | allowed | searchable | meaning |\n"
      "|---|---|---|---|---|---|\n";
  StudyDefinition defaults = keys.defaults;
  for (const JobKey& key : keys.keys) {
    table += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", key.path, type_text(key.rule),
                         default_text(key, defaults), allowed_cell(key), key.searchable ? "yes" : "",
                         meaning_cell(key));
  }
  return table;
}

}  // namespace trawl
