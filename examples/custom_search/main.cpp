// A custom program with a sampler, an optimizer and metrics of its own, and without data. It goes down
// Branin's function (Dixon and Szegö, 1978; three minima of 0.397887) from where the search says.
#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "golden_sampler.hpp"
#include <trawl/app/program.hpp>

struct Place {
  double x = 0.0;
  double y = 0.0;
};

constexpr double kPi = 3.14159265358979323846;
constexpr double kBend = 5.1 / (4 * kPi * kPi);
constexpr double kWaves = 10 * (1 - 1 / (8 * kPi));

double valley(Place at) { return at.y - kBend * at.x * at.x + 5 / kPi * at.x - 6; }
double height(Place at) { return valley(at) * valley(at) + kWaves * std::cos(at.x) + 10; }
Place slope(Place at) {
  return {2 * valley(at) * (5 / kPi - 2 * kBend * at.x) - kWaves * std::sin(at.x), 2 * valley(at)};
}

// One update. `sign` looks at the slope's direction alone, with steps that get shorter.
Place updated(Place at, const std::string& optimizer, double rate, std::int64_t epoch) {
  const Place by = slope(at);
  if (optimizer == "gradient") return {at.x - rate * by.x, at.y - rate * by.y};
  const double step = 20 * rate / static_cast<double>(epoch + 1);
  return {at.x - std::copysign(step, by.x), at.y - std::copysign(step, by.y)};
}

struct Descent : trawl::Objective {
  std::optional<trawl::TrialOutcome> evaluate(const trawl::Trial& trial,
                                              trawl::TrialObserver& observer) override {
    Place at{trawl::value_of<double>(trial, "x"), trawl::value_of<double>(trial, "y")};
    const auto optimizer = trawl::value_of<std::string>(trial, "optimizer");
    const auto rate = trawl::value_of<double>(trial, "rate");
    for (trawl::EpochRecord record; record.epoch < trawl::value_of<std::int64_t>(trial, "epochs");
         ++record.epoch) {
      if (observer.stop_requested()) return std::nullopt;
      at = updated(at, optimizer, rate, record.epoch);
      at = {std::clamp(at.x, -5.0, 10.0), std::clamp(at.y, 0.0, 15.0)};
      record.values = {height(at), std::hypot(slope(at).x, slope(at).y)};  // in the order of the metrics
      observer.on_epoch(record);
    }
    return trawl::TrialOutcome{};  // the objective is the curve's last height
  }
};

trawl::Program branin() {
  trawl::Program program = trawl::custom_program(
      "branin",
      {{"epochs", trawl::integer_between(1, 1000), std::int64_t{10}},
       {"x", trawl::real_between(-5, false, 10, false), 0.0},
       {"y", trawl::real_between(0, false, 15, false), 0.0},
       {"rate", trawl::real_above(0.0), 0.02},
       {"optimizer", trawl::one_of({"gradient", "sign"}), std::string("gradient")}},
      trawl::MetricTable({{"height", "m", "of the valley", trawl::Direction::minimize},
                          {"slope", "1", "how steep it still is", {}}}),
      [](const auto& /*study*/, const auto* /*data*/) { return std::make_unique<Descent>(); });
  trawl::add_sampler(program, golden_kind());
  return program;
}

int main(int argc, char** argv) { return trawl::main_with(argc, argv, branin); }
