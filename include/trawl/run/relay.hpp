#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace trawl {

/// What mpirun writes to stderr, as a user should see it: without the lines of a run's report
/// (run_report.hpp), which it takes out, and without those of Open MPI that say nothing. All else passes at
/// once and unchanged, lines that are not complete after a moment's wait (flush()).
class RelayFilter {
 public:
  /// `folder`: of the report; `report` gets the lines that belong to files in it.
  RelayFilter(std::string folder, std::function<void(const std::string& path, std::string_view line)> report);

  /// What may be shown now.
  std::string take(std::string_view bytes);
  /// What waits for the rest of its line.
  std::string flush();

 private:
  std::string shown(const std::string& line);

  std::string folder_;
  std::function<void(const std::string&, std::string_view)> report_;
  std::string held_;
  bool within_line_ = false;  // its beginning has been shown
};

/// Copies stdin to stdout through a RelayFilter until it ends, and writes the report's lines into their files
/// in `folder`. A reader who has stopped its terminal does not keep the lines of the report waiting. Returns
/// the exit code.
int relay(const std::string& folder);

}  // namespace trawl
