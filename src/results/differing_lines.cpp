#include "trawl/results/differing_lines.hpp"

#include <set>
#include <sstream>
#include <vector>

#include <fmt/format.h>

namespace trawl {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string only_in(const std::vector<std::string>& a, const std::vector<std::string>& b, const char* name) {
  const std::set<std::string> other(b.begin(), b.end());
  std::string text;
  for (const std::string& line : a) {
    if (other.count(line) == 0) text += fmt::format("\n  {} {}", name, line);
  }
  return text;
}

}  // namespace

std::string differing_lines(const std::string& a, const char* name_of_a, const std::string& b,
                            const char* name_of_b) {
  const auto lines_of_a = lines_of(a);
  const auto lines_of_b = lines_of(b);
  return only_in(lines_of_a, lines_of_b, name_of_a) + only_in(lines_of_b, lines_of_a, name_of_b);
}

}  // namespace trawl
