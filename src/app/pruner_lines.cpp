// Says what `trawl check` shows of rungs and brackets.
#include "trawl/app/pruner_lines.hpp"

#include <fmt/format.h>

#include "trawl/search/pruner_kind.hpp"
#include "trawl/search/rungs.hpp"

namespace trawl {
namespace {

using Numbers = std::vector<std::int64_t>;

// "1, 3, 9 and 27"
std::string list_text(const Numbers& numbers) {
  const std::string but_last = fmt::format("{}", fmt::join(numbers.begin(), numbers.end() - 1, ", "));
  return but_last.empty() ? fmt::format("{}", numbers.back())
                          : fmt::format("{} and {}", but_last, numbers.back());
}

std::string bracket_text(const BracketLayout& layout, const Bracket& bracket) {
  std::string text;
  std::size_t rung = bracket.first_rung;
  for (const std::int64_t n : layout.places(bracket)) {
    if (n == 0) break;
    text += fmt::format("{}{} to epoch {}", text.empty() ? "" : ", ", n, layout.rungs()[rung++]);
  }
  return text;
}

// How often a shape comes whole: all rounds but maybe the last.
std::int64_t n_whole(const BracketLayout& layout, std::int64_t shape) {
  const auto n_shapes = static_cast<std::int64_t>(layout.shapes().size());
  std::int64_t n = (layout.n_brackets() - shape + n_shapes - 1) / n_shapes;
  const std::int64_t last = layout.n_brackets() - 1;
  if (last % n_shapes == shape && !layout.bracket(last).is_whole) --n;
  return n;
}

std::string saved_text(std::int64_t epochs, std::int64_t full) {
  const double share = 100.0 * (1.0 - static_cast<double>(epochs) / static_cast<double>(full));
  return fmt::format("{} in all at most, {:.0f} % fewer than the {} of all trials to the end", epochs, share,
                     full);
}

std::vector<std::string> lines_of_timetable(const StudyDefinition& study) {
  const PrunerDefinition& pruner = study.pruner;
  if (pruner_kind(pruner).shapes == nullptr) {
    const std::string every =
        pruner.interval_steps == 1 ? "epoch" : fmt::format("{} epochs", pruner.interval_steps);
    return {fmt::format("  pruner    {}: judges from epoch {} on, every {}, once {} trials are complete",
                        pruner.kind, pruner.n_warmup_steps + 1, every, pruner.n_startup_trials)};
  }
  return {
      fmt::format("  pruner    {} by promotion: rungs at epochs {}; of {} points one goes on, as soon as it "
                  "is among the best",
                  pruner.kind, list_text(promotion_rungs(pruner)), pruner.reduction_factor)};
}

}  // namespace

std::vector<std::string> pruner_lines(const StudyDefinition& study) {
  std::vector<std::string> lines;
  if (!study.pruner.prunes() || study.search.n_points == 0) return lines;
  if (study.has_timetable()) return lines_of_timetable(study);
  const BracketLayout layout(study.pruner, study.search.n_points);
  const std::int64_t repeats = study.search.repeats;
  lines.push_back(fmt::format("  pruner    {}: rungs at epochs {}; of {} points one goes on",
                              study.pruner.kind, list_text(layout.rungs()), study.pruner.reduction_factor));
  for (std::size_t shape = 0; shape < layout.shapes().size(); ++shape) {
    const std::int64_t n = n_whole(layout, static_cast<std::int64_t>(shape));
    if (n == 0) continue;
    lines.push_back(fmt::format("    {} bracket{} of {} points: {}", n, n == 1 ? "" : "s",
                                layout.shapes()[shape].n_points,
                                bracket_text(layout, layout.bracket(static_cast<std::int64_t>(shape)))));
  }
  const Bracket last = layout.bracket(layout.n_brackets() - 1);
  if (!last.is_whole) {
    lines.push_back(fmt::format("    {}{} point{}: {}", last.number == 0 ? "" : "the last bracket, of ",
                                last.n_points, last.n_points == 1 ? "" : "s", bracket_text(layout, last)));
  }
  std::string trials;
  std::size_t rung = 0;
  for (const std::int64_t n : layout.n_reaching()) {
    const char* separator = rung == 0 ? "" : ", ";
    trials += fmt::format("{}{} to epoch {}", separator, n * repeats, layout.rungs()[rung]);
    ++rung;
  }
  lines.push_back(fmt::format("    trials a rung: {}", trials));
  lines.push_back(fmt::format(
      "  epochs    {}", saved_text(epochs_at_most(study), study.n_trials() * study.pruner.max_resource)));
  return lines;
}

std::int64_t epochs_at_most(const StudyDefinition& study) {
  if (study.has_timetable() && study.pruner.prunes()) return study.n_trials() * study.pruner.max_resource;
  if (!study.pruner.prunes()) {
    return study.n_trials() * std::get<std::int64_t>(value_at(study, {}, "epochs"));
  }
  return BracketLayout(study.pruner, study.search.n_points).n_epochs() * study.search.repeats;
}

}  // namespace trawl
