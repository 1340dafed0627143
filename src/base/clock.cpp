// Tells the time, and writes times and durations for people.
#include "trawl/base/clock.hpp"

#include <chrono>
#include <cmath>
#include <ctime>

#include <fmt/format.h>

namespace trawl {

double unix_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

double steady_time() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double coarse_steady_time() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);  // std::chrono::steady_clock is CLOCK_MONOTONIC
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::string format_time(double unix_seconds) {
  if (!std::isfinite(unix_seconds)) return {};
  const auto whole = static_cast<std::time_t>(unix_seconds);
  std::tm parts{};
  localtime_r(&whole, &parts);
  char text[32] = {};
  std::strftime(text, sizeof text, "%F %T", &parts);
  return text;
}

std::string format_duration(double seconds) {
  if (!std::isfinite(seconds)) return "?";
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<long long>(std::llround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

}  // namespace trawl
