// Writes to stdout, whether somebody listens or not.
#pragma once

#include <cstdio>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "trawl/base/text.hpp"

namespace trawl {

/// Writes to stdout, and does not mind if nobody listens any more: a search goes on without its
/// reader. Verbs that only print ask output_failed() at their end. What comes from files and jobs may be
/// anything: but for ends of lines and tabs, control characters are written as escapes.
template <class... Args>
void say(fmt::format_string<Args...> format, Args&&... args) {
  const std::string text = escaped_lines(fmt::format(format, std::forward<Args>(args)...));
  std::fwrite(text.data(), 1, text.size(), stdout);
}

/// For our own control of the terminal.
template <class... Args>
void say_controls(fmt::format_string<Args...> format, Args&&... args) {
  const std::string text = fmt::format(format, std::forward<Args>(args)...);
  std::fwrite(text.data(), 1, text.size(), stdout);
}

/// Did something not get out?
inline bool output_failed() { return std::fflush(stdout) != 0 || std::ferror(stdout) != 0; }

}  // namespace trawl
