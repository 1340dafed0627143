#pragma once

#include <string>

namespace trawl {

/// Seconds since 1970, UTC. For what is written down.
double unix_time();

/// Seconds since some start, never set back. For what is measured.
double steady_time();

/// steady_time() up to some milliseconds ago, at a fraction of its cost. For what is asked often.
double coarse_steady_time();

/// "2026-03-01 14:05:09" in local time; empty for NaN.
std::string format_time(double unix_seconds);

/// "4.2 s", "3 min 20 s", "2 h 5 min".
std::string format_duration(double seconds);

}  // namespace trawl
