#pragma once

#include <cstddef>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace trawl {

/// A file that generate.py wrote: values by name. Its first lines state the layout.
/// Throws std::runtime_error that names the file if it cannot be read, std::out_of_range where a
/// name is not in it.
class ReferenceFile {
 public:
  explicit ReferenceFile(const std::string& path) {
    std::ifstream file(path);
    std::stringstream words;
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line.front() != '#') words << line << '\n';
    }
    std::size_t count = 0;
    for (std::string name; words >> name >> count;) {
      std::vector<std::string>& values = values_[name];
      values.resize(count);
      for (std::string& value : values) words >> value;
      if (!words) throw std::runtime_error(fmt::format("{}: fewer than {} values of {}", path, count, name));
    }
    if (values_.empty()) throw std::runtime_error(path + ": no values");
  }

  [[nodiscard]] const std::string& text(const std::string& name) const { return values_.at(name).at(0); }
  [[nodiscard]] double number(const std::string& name) const { return numbers(name).at(0); }
  [[nodiscard]] std::vector<double> numbers(const std::string& name) const {
    std::vector<double> found;
    for (const std::string& value : values_.at(name)) found.push_back(std::stod(value));
    return found;
  }

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

}  // namespace trawl
