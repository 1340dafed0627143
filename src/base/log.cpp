// Writes warnings and errors to stderr, each in one piece.
#include "trawl/base/log.hpp"

#include <string>

#include <unistd.h>

#include "trawl/base/text.hpp"

namespace trawl {

void log_line(LogLevel level, std::string_view text) {
  constexpr std::string_view kPrefixes[] = {"", "warning: ", "error: "};
  std::string line = fmt::format("trawl: {}{}\n", kPrefixes[static_cast<int>(level)], escaped_lines(text));
  // A closed or full stderr must not end the study.
  if (write(STDERR_FILENO, line.data(), line.size()) < 0) return;
}

}  // namespace trawl
