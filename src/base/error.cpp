// Sorts what can go wrong by whose fault it is, and what may pass by itself.
#include "trawl/base/error.hpp"

#include <cstring>

namespace trawl {

std::string system_message(int code) {
  char buffer[256] = {};
  return strerror_r(code, buffer, sizeof buffer);
}

namespace internal {

void check_failed(const char* expression, const char* file, int line, const std::string& what) {
  throw std::logic_error(
      fmt::format("{}:{}: check failed: {}{}{}", file, line, expression, what.empty() ? "" : ": ", what));
}

}  // namespace internal
}  // namespace trawl
