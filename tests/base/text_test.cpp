#include "trawl/base/text.hpp"

#include <cstdio>

#include <gtest/gtest.h>

namespace trawl {
namespace {

// The bounds of every row of table 3-7 of the Unicode Standard.
TEST(Utf8, SequencesOfTheStandardAndNoOthers) {
  for (const char* text :
       {"\x01", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xE1\x80\x80", "\xED\x9F\xBF",
        "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF3\xBF\xBF\xBF", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(utf8_sequence(text), std::string_view(text).size()) << text;
    EXPECT_TRUE(is_utf8(std::string(text) + text));
  }
  for (const char* text : {"\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x7F", "\xE0\x9F\xBF", "\xED\xA0\x80",
                           "\xEF\xBF", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_EQ(utf8_sequence(text), 0U) << text;
    EXPECT_FALSE(is_utf8(std::string("a") + text));
  }
  EXPECT_TRUE(is_utf8(""));
}

TEST(Printable, IsOneLineWithoutControlCharacters) {
  EXPECT_TRUE(is_printable("µ a"));
  for (const char* text : {"a\nb", "a\tb", "\x7F", "\xFF"}) EXPECT_FALSE(is_printable(text)) << text;
}

TEST(ShownText, IsOneLineOfUtf8) {
  EXPECT_EQ(shown_text("µm", 40), "µm");
  EXPECT_EQ(shown_text("a\nb\x01\x7F", 40), "a?b??");
  EXPECT_EQ(shown_text("caf\xE9, 5", 40), "caf?, 5");
}

TEST(EscapedText, IsOneLineThatMovesNoCursor) {
  EXPECT_EQ(escaped_text("µ a\xF0\x9F\x98\x80"), "µ a\xF0\x9F\x98\x80");
  EXPECT_EQ(escaped_text("a\x1B[31m\a\r\n\tb\x7F"), "a\\x1b[31m\\x07\\r\\n\\tb\\x7f");
  EXPECT_EQ(escaped_text("\u0080\u009B31m\u00A0"), "\\u0080\\u009b31m\u00A0");
  EXPECT_EQ(escaped_text("\xFF\xC2\x9B\x9B"), "\\xff\\u009b\\x9b");
  EXPECT_EQ(escaped_text("\u061C\u200D\u200E\u200F\u2027\u2028\u2029\u202A\u202E\u202F\u2066\u2069\u206A"),
            "\\u061c\u200D\\u200e\\u200f\u2027\\u2028\\u2029\\u202a\\u202e\u202F\\u2066\\u2069\u206A");
  EXPECT_EQ(escaped_text(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(escaped_lines("a\tb\nc\rd\x1B"), "a\tb\nc\\rd\\x1b");
}

TEST(ShownText, IsCutBetweenCharacters) {
  EXPECT_EQ(shown_text("12345", 5), "12345");
  EXPECT_EQ(shown_text("123456", 5), "12345...");
  EXPECT_EQ(shown_text("1234µ", 5), "1234...");
  EXPECT_EQ(shown_text("1234µ", 6), "1234µ");
}

// Pasted into a shell the text is the word again.
std::string word_in_a_shell(const std::string& text) {
  FILE* shell = popen(("bash -c " + shell_quoted("printf %s " + text)).c_str(), "r");
  std::string word;
  for (int c = std::fgetc(shell); c != EOF; c = std::fgetc(shell)) word.push_back(static_cast<char>(c));
  pclose(shell);
  return word;
}

TEST(ShellQuoted, IsTheWordAgainInAShell) {
  for (const char* word :
       {"plain-1.h5", "my run.h5", "cost $HOME.h5", "it's", "a\"b`c\\d", "*?[x]", "a;b|c&d>e", "~", "#x",
        "!!", "µ", "(x)", "{a,b}", "a\nb\tc", "caf\xE9's", "", "x\x01y"}) {
    EXPECT_EQ(word_in_a_shell(shell_quoted(word)), word);
    EXPECT_TRUE(is_printable(shell_quoted(word))) << word;
  }
  EXPECT_EQ(shell_quoted("jobs/a-1.yaml"), "jobs/a-1.yaml");
  EXPECT_EQ(shell_quoted("my run.h5"), "'my run.h5'");
}

TEST(ShellPath, IsNoOptionAndNoHome) {
  EXPECT_EQ(shell_path("-o.h5"), "./-o.h5");
  EXPECT_EQ(shell_path("~x y"), "'./~x y'");
  EXPECT_EQ(shell_path("a/-b"), "a/-b");
}

}  // namespace
}  // namespace trawl
