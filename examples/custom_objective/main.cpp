// A custom program: a linear classifier, trained by PA-I (Crammer et al., "Online
// passive-aggressive algorithms", JMLR 7, 2006). Where the label's score does not beat every other class's by
// 1, both are moved along the sample, just enough, but by no more than c. Everything else (MPI, processes,
// journal, resuming, HDF5, the command line) is trawl's.
#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

#include <trawl/app/program.hpp>
#include <trawl/base/random.hpp>

class LinearClassifier : public trawl::Objective {
 public:
  LinearClassifier(const trawl::StudyDefinition& study, const trawl::PreparedData& data)
      : seed_(study.search.seed),
        keeps_best_(study.objective.at == trawl::ObjectiveDefinition::At::best),
        data_(data) {}

  std::optional<trawl::TrialOutcome> evaluate(const trawl::Trial& trial,
                                              trawl::TrialObserver& observer) override {
    trawl::RandomStream random(trawl::StreamKey(trawl::trial_seed(seed_, trial.point, trial.repeat)));
    std::vector<std::int64_t> order(static_cast<std::size_t>(data_.train().rows));
    std::iota(order.begin(), order.end(), 0);
    weights_.assign(static_cast<std::size_t>(data_.n_classes() * data_.n_features()), 0.0F);
    trawl::TrialOutcome outcome;
    double least = 2.0;
    std::vector<float> kept;
    for (trawl::EpochRecord record; record.epoch < trawl::value_of<std::int64_t>(trial, "epochs");
         ++record.epoch) {
      if (observer.stop_requested()) return std::nullopt;
      random.shuffle(order.begin(), order.end());
      int hits = 0;
      for (const std::int64_t row : order)
        hits += visit(data_.train(), row, trawl::value_of<double>(trial, "c"));
      const double train_error = 1.0 - hits / static_cast<double>(order.size());
      hits = 0;
      for (std::int64_t row = 0; row < data_.validation().rows; ++row)
        hits += visit(data_.validation(), row, 0.0);
      const double val_error = 1.0 - hits / static_cast<double>(data_.validation().rows);
      record.values = {train_error, val_error};  // in the order of the metrics below
      observer.on_epoch(record);
      if (!keeps_best_ || val_error < least) least = val_error, kept = weights_;
    }
    // The objective's value is left out: trawl takes it from the curve, by `objective.at`.
    outcome.weights = {{"classes", "weights", {data_.n_classes(), data_.n_features()}, std::move(kept)}};
    return outcome;
  }

 private:
  // Is the sample's label found? Learns from it, unless c is 0.
  bool visit(const trawl::SampleView& samples, std::int64_t row, double c) {
    const std::int64_t n = samples.n_features;
    const float* x = samples.features + row * n;
    float* label = weights_.data() + samples.labels[row] * n;
    float* rival = nullptr;
    float best = 0.0F;
    for (float* other = weights_.data(); other != weights_.data() + weights_.size(); other += n) {
      const float score = std::inner_product(x, x + n, other, 0.0F);
      if (other != label && (rival == nullptr || score > best)) rival = other, best = score;
    }
    const double margin = std::inner_product(x, x + n, label, 0.0F) - best;
    const double enough = std::max(0.0, 1.0 - margin) / (2.0 * std::inner_product(x, x + n, x, 0.0F));
    const auto step = static_cast<float>(std::min(c, enough));
    for (std::int64_t i = 0; i < n; ++i) label[i] += step * x[i], rival[i] -= step * x[i];
    return margin > 0.0;
  }

  std::uint64_t seed_;
  bool keeps_best_;
  const trawl::PreparedData& data_;
  std::vector<float> weights_;  // [classes, features]
};

trawl::Program classifier() {
  return trawl::custom_program(
      "classifier",
      // Name, allowed values, and the value where a job says nothing.
      {{"epochs", trawl::integer_between(1, 1000), std::int64_t{10}}, {"c", trawl::real_above(0.0), 0.01}},
      // The columns of the curves: name, units, meaning, and what is better of those that rank trials.
      trawl::MetricTable(
          {{"train_error", "1", "share of training rows, as they were trained", {}},
           {"val_error", "1", "share of validation rows after the epoch", trawl::Direction::minimize}}),
      [](const trawl::StudyDefinition& study, const trawl::PreparedData* data) {
        if (data == nullptr) throw trawl::ConfigError("the classifier needs data");
        return std::make_unique<LinearClassifier>(study, *data);
      });
}

int main(int argc, char** argv) { return trawl::main_with(argc, argv, classifier); }
