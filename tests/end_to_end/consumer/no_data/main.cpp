// Branin's function (Dixon and Szegö, 1978; three minima of 0.397887), which needs no data.
#include <cmath>
#include <memory>

#include <trawl/app/program.hpp>

struct Branin : trawl::Objective {
  std::optional<trawl::TrialOutcome> evaluate(const trawl::Trial& trial,
                                              trawl::TrialObserver& /*observer*/) override {
    constexpr double kPi = 3.14159265358979323846;
    const double x = trawl::value_of<double>(trial, "x");
    const double y = trawl::value_of<double>(trial, "y");
    const double valley = y - 5.1 / (4 * kPi * kPi) * x * x + 5 / kPi * x - 6;
    trawl::TrialOutcome outcome;
    outcome.objective = valley * valley + 10 * (1 - 1 / (8 * kPi)) * std::cos(x) + 10;
    return outcome;
  }
};

int main(int argc, char** argv) {
  return trawl::main_with(argc, argv, [] {
    return trawl::custom_program(
        "branin",
        {{"x", trawl::real_between(-5, false, 10, false), 0.0},
         {"y", trawl::real_between(0, false, 15, false), 0.0}},
        trawl::MetricTable({{"height", "m", "of the valley", trawl::Direction::minimize}}),
        [](const auto& /*study*/, const auto* /*data*/) { return std::make_unique<Branin>(); });
  });
}
