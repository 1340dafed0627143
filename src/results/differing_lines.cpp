// Shows how two texts differ.
#include "trawl/results/differing_lines.hpp"

#include <algorithm>
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

std::vector<std::string> lines_without(const std::string& text, const std::string& key) {
  std::vector<std::string> lines = lines_of(text);
  const auto end = std::remove_if(lines.begin(), lines.end(), [&](const std::string& line) {
    return line.compare(0, key.size() + 2, key + ": ") == 0;
  });
  lines.erase(end, lines.end());
  return lines;
}

}  // namespace

std::string differing_lines(const std::string& a, const char* name_of_a, const std::string& b,
                            const char* name_of_b) {
  const auto lines_of_a = lines_of(a);
  const auto lines_of_b = lines_of(b);
  return only_in(lines_of_a, lines_of_b, name_of_a) + only_in(lines_of_b, lines_of_a, name_of_b);
}

bool differ_in_one_key(const std::string& a, const std::string& b, const std::string& key) {
  return a != b && lines_without(a, key) == lines_without(b, key);
}

}  // namespace trawl
