// Guesses which word a mistyped one was meant to be.
#include "trawl/config/suggestion.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

namespace trawl {
namespace {

// Optimal string alignment distance: Levenshtein's, with a swap of neighbours as one edit.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

// What people type who come from other programs, or from formulas.
constexpr std::pair<const char*, const char*> kSynonyms[] = {
    {"lr", "learning_rate"}, {"eta", "learning_rate"}, {"bs", "batch_size"},       {"weight_decay", "l2"},
    {"lambda", "l2"},        {"units", "hidden"},      {"layers", "hidden"},       {"min", "low"},
    {"max", "high"},         {"values", "choices"},    {"max_trials", "n_trials"}, {"name", "study"}};

std::string synonym(std::string_view typed, const std::vector<std::string>& words) {
  for (const auto& [theirs, ours] : kSynonyms) {
    if (typed == theirs && std::find(words.begin(), words.end(), ours) != words.end()) return ours;
  }
  return {};
}

}  // namespace

std::string nearest(std::string_view typed, const std::vector<std::string>& words) {
  constexpr std::size_t kMaxTyped = 60;
  if (typed.size() > kMaxTyped) return {};
  std::string best = synonym(typed, words);
  if (!best.empty()) return best;
  std::size_t fewest = typed.size() / 3 + 1;  // an edit for every three letters
  for (const std::string& word : words) {
    const std::size_t edits = distance(typed, word);
    if (edits < fewest) {
      fewest = edits;
      best = word;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view typed, const std::vector<std::string>& words) {
  const std::string word = nearest(typed, words);
  return word.empty() ? "" : fmt::format("; did you mean {}?", word);
}

std::string shape_hint(std::string_view typed, const std::vector<std::string>& words) {
  const auto has = [&](const char* word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  if (!has("hidden") && !has("choices")) return did_you_mean(typed, words);  // another program's words
  for (const char* word : {"layer", "unit", "neuron", "width", "depth", "hidden_"}) {
    if (typed.find(word) == std::string_view::npos) continue;
    return "; the shape of a network is searched as a list of those to try: hidden: {choices: [[32], [64], "
           "[64, "
           "32]]}";
  }
  return did_you_mean(typed, words);
}

}  // namespace trawl
