// Tells which text may be printed as it is, and escapes or quotes the rest.
#include "trawl/base/text.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace trawl {
namespace {

bool is_between(char c, unsigned low, unsigned high) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= low && byte <= high;
}

bool is_control(char c) { return is_between(c, 0x00, 0x1F) || c == 0x7F; }

// What may follow the lead, by table 3-7 of the Unicode Standard: the bounds of the second byte.
struct Followers {
  std::size_t n = 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
};

Followers followers_of(char lead) {
  if (is_between(lead, 0xC2, 0xDF)) return {1};
  if (is_between(lead, 0xE0, 0xE0)) return {2, 0xA0};
  if (is_between(lead, 0xED, 0xED)) return {2, 0x80, 0x9F};
  if (is_between(lead, 0xE1, 0xEF)) return {2};
  if (is_between(lead, 0xF0, 0xF0)) return {3, 0x90};
  if (is_between(lead, 0xF1, 0xF3)) return {3};
  if (is_between(lead, 0xF4, 0xF4)) return {3, 0x80, 0x8F};
  return {};
}

std::string with_escapes(std::string_view word) {
  std::string text = "$'";
  while (!word.empty()) {
    const std::size_t n = utf8_sequence(word);
    const char c = word[0];
    if (n == 0 || is_control(c)) {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      text += c == '\'' || c == '\\' ? fmt::format("\\{}", c) : std::string(word.substr(0, n));
    }
    word.remove_prefix(std::max<std::size_t>(n, 1));
  }
  return text + "'";
}

bool is_between_texts(std::string_view text, std::string_view low, std::string_view high) {
  return text.size() == low.size() && text >= low && text <= high;
}

// Of a sequence of two or three bytes, as all hidden ones are.
unsigned code_point(std::string_view sequence) {
  constexpr unsigned kBits = 0x3F;
  unsigned code = static_cast<unsigned char>(sequence[0]) & (sequence.size() == 2 ? 0x1FU : 0x0FU);
  for (const char c : sequence.substr(1)) code = code << 6U | (static_cast<unsigned char>(c) & kBits);
  return code;
}

std::string escape_of(std::string_view sequence) {
  if (sequence.size() > 1) return fmt::format("\\u{:04x}", code_point(sequence));
  switch (sequence[0]) {
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: return fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(sequence[0])));
  }
}

std::string escaped(std::string_view text, std::string_view kept) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t n = utf8_sequence(text);
    const std::string_view sequence = text.substr(0, std::max<std::size_t>(n, 1));
    const bool as_it_is = n > 0 && (!is_hidden(sequence) || (n == 1 && kept.find(text[0]) != kept.npos));
    out += as_it_is ? std::string(sequence) : escape_of(sequence);
    text.remove_prefix(sequence.size());
  }
  return out;
}

}  // namespace

std::size_t utf8_sequence(std::string_view text) {
  if (is_between(text[0], 0x00, 0x7F)) return 1;
  const Followers followers = followers_of(text[0]);
  if (followers.n == 0 || text.size() <= followers.n) return 0;
  if (!is_between(text[1], followers.low, followers.high)) return 0;
  for (std::size_t i = 2; i <= followers.n; ++i) {
    if (!is_between(text[i], 0x80, 0xBF)) return 0;
  }
  return followers.n + 1;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t n = utf8_sequence(text);
    if (n == 0) return false;
    text.remove_prefix(n);
  }
  return true;
}

bool is_printable(std::string_view text) {
  return is_utf8(text) && std::none_of(text.begin(), text.end(), is_control);
}

bool is_hidden(std::string_view sequence) {
  if (sequence.size() == 1) return is_control(sequence[0]);
  if (sequence.size() == 2) return is_between_texts(sequence, "\u0080", "\u009F") || sequence == "\u061C";
  return is_between_texts(sequence, "\u200E", "\u200F") || is_between_texts(sequence, "\u2028", "\u202E") ||
         is_between_texts(sequence, "\u2066", "\u2069");
}

std::string escaped_text(std::string_view text) { return escaped(text, ""); }
std::string escaped_lines(std::string_view text) { return escaped(text, "\n\t"); }

std::string shown_text(std::string_view text, std::size_t max_bytes) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t n = utf8_sequence(text);
    if (shown.size() + std::max<std::size_t>(n, 1) > max_bytes) return shown + "...";
    const bool printable = n > 0 && !is_control(text[0]);
    shown += printable ? text.substr(0, n) : "?";
    text.remove_prefix(std::max<std::size_t>(n, 1));
  }
  return shown;
}

std::string shell_quoted(std::string_view word) {
  constexpr const char* kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos) return std::string(word);
  if (!is_printable(word)) return with_escapes(word);
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string shell_path(std::string_view path) {
  const bool is_odd = !path.empty() && (path[0] == '-' || path[0] == '~');
  return shell_quoted(is_odd ? "./" + std::string(path) : std::string(path));
}

}  // namespace trawl
