#include "trawl/app/progress_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "trawl/base/clock.hpp"

namespace trawl {

std::string counts_text(const ProgressFigures& figures) {
  std::string text = fmt::format("{}/{} trials", figures.n_finished, figures.n_trials);
  if (figures.n_failed > 0) text += fmt::format(" ({} failed)", figures.n_failed);
  if (!figures.best.empty()) text += ", best " + figures.best;
  return text + fmt::format(", {} running", figures.n_running);
}

std::string speed_text(const ProgressFigures& figures) {
  if (figures.n_finished_here <= 0 || figures.seconds <= 0) return "";
  const auto here = static_cast<double>(figures.n_finished_here);
  const auto left = static_cast<double>(figures.n_trials - figures.n_finished);
  return fmt::format("{:.3g} trials/s, {} left", here / figures.seconds,
                     format_duration(left * figures.seconds / here));
}

std::string progress_text(const ProgressFigures& figures) {
  const std::string speed = speed_text(figures);
  return speed.empty() ? counts_text(figures) : counts_text(figures) + ", " + speed;
}

std::string complete_text(std::int64_t n_failed) {
  return n_failed > 0 ? fmt::format("complete, {} failed", n_failed) : "complete";
}

std::string progress_bar(const ProgressFigures& figures) {
  constexpr std::int64_t kWidth = 20;
  const std::int64_t n_trials = std::max<std::int64_t>(1, figures.n_trials);
  const auto full = static_cast<std::size_t>(kWidth * figures.n_finished / n_trials);
  return fmt::format("[{}{}]", std::string(full, '#'), std::string(kWidth - full, '.'));
}

}  // namespace trawl
