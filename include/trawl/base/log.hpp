#pragma once

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace trawl {

enum class LogLevel { info, warning, error };

/// Writes "trawl: warning: ..." and a line end to stderr in one write(2), so that the
/// lines of several ranks do not mix. Text that comes from files and jobs cannot reach the terminal's
/// controls: see escaped_lines(). Information has no level in front.
void log_line(LogLevel level, std::string_view text);

template <class... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_warning(fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::warning, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_error(fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace trawl
