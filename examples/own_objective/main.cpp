// A program with an objective of its own: learning vector quantization (LVQ1, Kohonen 1990). A few prototypes
// stand for each class; every sample draws the nearest one closer if that is of its class, and pushes it away
// if not. Everything else (MPI, processes, journal, resuming, HDF5, the command line) is trawl's.
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <vector>

#include <trawl/app/program.hpp>
#include <trawl/base/clock.hpp>
#include <trawl/base/random.hpp>

namespace {

class Prototypes : public trawl::Objective {
 public:
  Prototypes(std::uint64_t seed, const trawl::PreparedData& data) : seed_(seed), data_(data) {}

  std::optional<trawl::TrialOutcome> evaluate(const trawl::Trial& trial,
                                              trawl::TrialObserver& observer) override {
    const double start = trawl::steady_time();
    const auto n_epochs = trawl::value_of<std::int64_t>(trial, "epochs");
    const auto rate = trawl::value_of<double>(trial, "learning_rate");
    place(trawl::value_of<std::int64_t>(trial, "per_class"),
          trawl::trial_seed(seed_, trial.point, trial.repeat));
    trawl::TrialOutcome outcome;
    for (trawl::EpochRecord record{.epoch = 0}; record.epoch < n_epochs; ++record.epoch) {
      if (observer.stop_requested()) return std::nullopt;
      const double left = 1.0 - static_cast<double>(record.epoch) / static_cast<double>(n_epochs);
      record.learning_rate = rate * left;
      record.train_accuracy = visit(data_.train(), static_cast<float>(record.learning_rate));
      record.val_accuracy = visit(data_.validation(), 0.0F);
      observer.on_epoch(record);
      outcome.best_epoch = record.epoch;
      outcome.objective = 1.0 - record.val_accuracy;  // val_error, below
    }
    outcome.n_epochs = n_epochs;
    outcome.seconds = trawl::steady_time() - start;
    const auto n = static_cast<std::int64_t>(labels_.size());
    outcome.weights = {{"prototypes", "weights", {n, data_.n_features()}, values_}};
    return outcome;
  }

 private:
  // The first `per_class` training rows of each class, in an order that depends on the seed alone.
  void place(std::int64_t per_class, std::uint64_t seed) {
    const trawl::SampleView train = data_.train();
    std::vector<std::int64_t> order(static_cast<std::size_t>(train.rows));
    std::iota(order.begin(), order.end(), std::int64_t{0});
    trawl::RandomStream(trawl::StreamKey(seed)).shuffle(order.begin(), order.end());
    std::vector<std::int64_t> taken(static_cast<std::size_t>(data_.n_classes()));
    labels_.clear();
    values_.clear();
    for (const std::int64_t row : order) {
      if (taken[static_cast<std::size_t>(train.labels[row])]++ >= per_class) continue;
      labels_.push_back(train.labels[row]);
      const float* features = train.features + row * train.n_features;
      values_.insert(values_.end(), features, features + train.n_features);
    }
  }

  // The share of samples whose nearest prototype is of their class; each moves that one by `rate`.
  double visit(const trawl::SampleView& samples, float rate) {
    std::int64_t hits = 0;
    for (std::int64_t row = 0; row < samples.rows; ++row) {
      const float* x = samples.features + row * samples.n_features;
      const std::size_t winner = nearest(x, samples.n_features);
      const bool hit = labels_[winner] == samples.labels[row];
      hits += hit ? 1 : 0;
      float* prototype = values_.data() + static_cast<std::int64_t>(winner) * samples.n_features;
      for (std::int64_t i = 0; i < samples.n_features; ++i)
        prototype[i] += (hit ? rate : -rate) * (x[i] - prototype[i]);
    }
    return static_cast<double>(hits) / static_cast<double>(samples.rows);
  }

  std::size_t nearest(const float* x, std::int64_t n_features) const {
    std::size_t winner = 0;
    float least = std::numeric_limits<float>::infinity();
    for (std::size_t p = 0; p < labels_.size(); ++p) {
      const float* prototype = values_.data() + static_cast<std::int64_t>(p) * n_features;
      float distance = 0.0F;
      for (std::int64_t i = 0; i < n_features; ++i) distance += (x[i] - prototype[i]) * (x[i] - prototype[i]);
      if (distance < least) winner = p, least = distance;
    }
    return winner;
  }

  std::uint64_t seed_;
  const trawl::PreparedData& data_;
  std::vector<std::int32_t> labels_;  // of each prototype
  std::vector<float> values_;         // [prototypes, features]
};

trawl::Program prototypes() {
  return trawl::own_program("prototypes",
                            {{"epochs", trawl::integer_between(1, 1000), std::int64_t{10}},
                             {"per_class", trawl::integer_between(1, 100), std::int64_t{1}},
                             {"learning_rate", trawl::real_above(0.0), 0.1}},
                            {{"val_error", trawl::Direction::minimize}},
                            [](const trawl::StudyDefinition& study, const trawl::PreparedData* data) {
                              if (data == nullptr)
                                throw trawl::ConfigError("prototypes need data; name its source");
                              return std::make_unique<Prototypes>(study.search.seed, *data);
                            });
}

}  // namespace

int main(int argc, char** argv) { return trawl::main_with(argc, argv, prototypes); }
