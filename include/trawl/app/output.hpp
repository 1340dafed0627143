#pragma once

#include <cstdio>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace trawl {

/// Writes to stdout, and does not mind if nobody listens any more: a search goes on without its
/// reader. Verbs that only print ask output_failed() at their end.
template <class... Args>
void say(fmt::format_string<Args...> format, Args&&... args) {
  const std::string text = fmt::format(format, std::forward<Args>(args)...);
  std::fwrite(text.data(), 1, text.size(), stdout);
}

/// Did something not get out?
inline bool output_failed() { return std::fflush(stdout) != 0 || std::ferror(stdout) != 0; }

}  // namespace trawl
