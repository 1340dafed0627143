#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "trawl/base/error.hpp"
#include "trawl/config/job_file.hpp"
#include "trawl/train/perceptron_declaration.hpp"
#include "trawl/train/perceptron_parameters.hpp"

namespace trawl {

inline const KeyTable& perceptron_keys() {
  static const KeyTable kKeys = job_keys(perceptron_declaration());
  return kKeys;
}

/// The keys of a program with an objective of its own.
inline KeyTable custom_keys(const std::string& program, const ParameterTable& parameters,
                            const MetricTable& metrics) {
  return job_keys({.name = program, .parameters = parameters, .metrics = metrics});
}

// As in job_file.hpp, with the perceptron's keys.
inline JobFile read_job(const std::string& path, const std::vector<std::string>& overrides,
                        const BestOfFile& best_of_file = {}) {
  return read_job(path, overrides, best_of_file, perceptron_keys());
}
inline JobFile read_training_job(const std::string& path, const std::vector<std::string>& overrides) {
  return read_training_job(path, overrides, perceptron_keys());
}
inline JobFile read_resolved_job(const std::string& text, const std::string& origin) {
  return read_resolved_job(text, origin, perceptron_keys());
}

/// A job file of this text, in a folder of its own, for as long as the object lives.
class JobText {
 public:
  explicit JobText(const std::string& text) {
    const auto base = std::filesystem::temp_directory_path() / "trawl_config_test_XXXXXX";
    std::string name = base.string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = name;
    std::ofstream(path(), std::ios::binary) << text;
  }
  JobText(const JobText&) = delete;
  JobText& operator=(const JobText&) = delete;
  ~JobText() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  [[nodiscard]] std::string folder() const { return folder_.string(); }
  [[nodiscard]] std::string path() const { return (folder_ / "x.yaml").string(); }
  JobFile read(const std::vector<std::string>& overrides = {}) const { return read_job(path(), overrides); }

 private:
  std::filesystem::path folder_;
};

inline JobFile job_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return JobText(text).read(overrides);
}

/// The message with which the job is refused, from the file's name on ("x.yaml:3: ..."); "" if it is not.
inline std::string refusal(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const JobText job(text);
  try {
    job.read(overrides);
  } catch (const ConfigError& e) {
    const std::string message = e.what();
    const std::string prefix = job.folder() + "/";
    return message.compare(0, prefix.size(), prefix) == 0 ? message.substr(prefix.size()) : message;
  }
  return {};
}

}  // namespace trawl
