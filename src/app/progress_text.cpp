// Says in a line how far a search is.
#include "trawl/app/progress_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "trawl/app/terminal.hpp"
#include "trawl/base/clock.hpp"

namespace trawl {

namespace {

std::string finished_text(const ProgressFigures& figures) {
  std::string text = fmt::format("{}/{} trials", figures.n_finished, figures.n_trials);
  if (figures.n_failed > 0) text += fmt::format(" ({} failed)", figures.n_failed);
  return text;
}

std::string left_text(const ProgressFigures& figures) {
  if (figures.n_finished_here <= 0 || figures.seconds <= 0 || figures.n_paused > 0) return "";
  const auto left = static_cast<double>(figures.n_trials - figures.n_finished);
  return format_duration(left * figures.seconds / static_cast<double>(figures.n_finished_here)) + " left";
}

std::string shortened(const std::string& text, std::size_t columns) {
  constexpr std::size_t kDots = 3;
  if (columns_of(text) <= columns) return text;
  return columns > kDots ? fitted(text, columns - kDots) + "..." : "";
}

}  // namespace

std::string counts_text(const ProgressFigures& figures) {
  std::string text = finished_text(figures);
  if (!figures.best.empty()) text += ", best " + figures.best;
  text += fmt::format(", {} running", figures.n_running);
  return figures.n_paused > 0 ? text + fmt::format(", {} paused", figures.n_paused) : text;
}

std::string speed_text(const ProgressFigures& figures) {
  if (figures.n_paused > 0 && figures.n_legs_here > 0 && figures.seconds > 0) {
    return fmt::format("{:.3g} legs/s", static_cast<double>(figures.n_legs_here) / figures.seconds);
  }
  if (figures.n_finished_here <= 0 || figures.seconds <= 0) return "";
  const std::string left = left_text(figures);
  return fmt::format("{:.3g} trials/s{}{}", static_cast<double>(figures.n_finished_here) / figures.seconds,
                     left.empty() ? "" : ", ", left);
}

std::string progress_text(const ProgressFigures& figures) {
  const std::string speed = speed_text(figures);
  return speed.empty() ? counts_text(figures) : counts_text(figures) + ", " + speed;
}

std::string complete_text(std::int64_t n_failed) {
  return n_failed > 0 ? fmt::format("complete, {} failed", n_failed) : "complete";
}

std::string progress_bar(const ProgressFigures& figures, std::int64_t width) {
  const std::int64_t n_trials = std::max<std::int64_t>(1, figures.n_trials);
  const std::int64_t full = width * (figures.n_finished + figures.n_paused) / n_trials;
  return fmt::format("[{}{}]", std::string(static_cast<std::size_t>(full), '#'),
                     std::string(static_cast<std::size_t>(width - full), '.'));
}

std::string progress_line(const ProgressFigures& figures, std::size_t columns) {
  constexpr std::int64_t kShortBar = 10;
  constexpr std::size_t kShortestBest = 16;
  for (const std::int64_t width : {2 * kShortBar, kShortBar}) {
    std::string line = fmt::format("{} {}", progress_bar(figures, width), progress_text(figures));
    if (columns_of(line) <= columns) return line;
  }
  const std::string left = left_text(figures);
  const std::string begin = fmt::format("{} {}", progress_bar(figures, kShortBar), finished_text(figures));
  const std::string end = left.empty() ? "" : ", " + left;
  const std::string best = ", best " + figures.best;
  const std::size_t taken = columns_of(begin) + columns_of(end);
  const bool has_room = !figures.best.empty() && taken + kShortestBest <= columns;
  return fitted(begin + (has_room ? shortened(best, columns - taken) : "") + end, columns);
}

}  // namespace trawl
