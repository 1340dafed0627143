// Samples per second of whole training updates (forward, loss and accuracy, backward, update) of a
// 784-128-64-10 perceptron, one thread.
//   training_bench [--images FOLDER] [seconds for each case] [words ...]
// prints a line "input method batch samples_per_second" for each case whose first three words include all
// that are given. Inputs: dense, uniform random numbers without zeros, and images, the MNIST-like IDX files
// in FOLDER, or without one random numbers of which 81 % are 0, as of MNIST's.
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "trawl/base/clock.hpp"
#include "trawl/base/random.hpp"
#include "trawl/data/idx.hpp"
#include "trawl/nn/perceptron.hpp"

namespace {

constexpr std::int64_t kFeatures = 784;
constexpr std::int64_t kClasses = 10;
constexpr std::int64_t kSamples = 8192;

struct Samples {
  std::vector<float> features;
  std::vector<std::int32_t> labels;
  std::vector<std::vector<trawl::Nonzero<float>>> nonzeros;  // a row each; empty: the samples are dense
};

Samples random_samples(double zeros) {
  trawl::RandomStream stream(trawl::StreamKey(1).with("samples"));
  Samples samples;
  for (std::int64_t i = 0; i < kSamples * kFeatures; ++i) {
    samples.features.push_back(stream.uniform() < zeros ? 0.0F : 1.0F - stream.uniform_float());
  }
  for (std::int64_t i = 0; i < kSamples; ++i) {
    samples.labels.push_back(static_cast<std::int32_t>(stream.below(kClasses)));
  }
  return samples;
}

Samples read_samples(const std::string& folder) {
  const trawl::IdxFiles files = trawl::find_idx_files(folder);
  const trawl::Table table = trawl::read_idx(files.train_images, files.train_labels);
  Samples samples;
  samples.labels.assign(table.labels.begin(), table.labels.begin() + kSamples);
  const auto& bytes = std::get<std::vector<std::uint8_t>>(table.features);
  for (std::size_t i = 0; i < kSamples * kFeatures; ++i) {
    samples.features.push_back(static_cast<float>(bytes.at(i)) / 255.0F);
  }
  return samples;
}

void find_nonzeros(Samples& samples) {
  const float* x = samples.features.data();
  for (std::int64_t row = 0; row < kSamples; ++row, x += kFeatures) {
    auto& nonzeros = samples.nonzeros.emplace_back();
    for (std::int32_t i = 0; i < kFeatures; ++i) {
      if (x[i] != 0.0F) nonzeros.push_back({i, x[i]});
    }
  }
}

struct Method {
  std::string name;
  trawl::OptimizerKind optimizer = trawl::OptimizerKind::sgd;
  double dropout = 0.0;
  double l2 = 0.0;
  bool normalized = false;
};

struct Case {
  std::string input;
  Method method;
  std::int64_t batch = 0;
  [[nodiscard]] std::string name() const { return fmt::format("{} {} {}", input, method.name, batch); }
};

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const char* input : {"dense", "images"}) {
    for (const std::int64_t batch : {1, 16, 32, 128, 512}) cases.push_back({input, {"sgd"}, batch});
    cases.push_back({input, {"adam", trawl::OptimizerKind::adam}, 32});
    cases.push_back({input, {"rmsprop", trawl::OptimizerKind::rmsprop}, 32});
    cases.push_back({input, {"dropout+l2", trawl::OptimizerKind::sgd, 0.3, 1e-4}, 32});
    cases.push_back({input, {"normalized", trawl::OptimizerKind::sgd, 0.0, 0.0, true}, 32});
  }
  return cases;
}

class Training {
 public:
  Training(const Samples& samples, const Case& chosen)
      : samples_(samples),
        case_(chosen),
        network_({kFeatures, {128, 64}, kClasses, trawl::Activation::relu, normalized()}, chosen.batch,
                 room()),
        optimizer_(trawl::make_optimizer<float>({chosen.method.optimizer}, network_.n_parameters())) {
    network_.initialize(trawl::Initializer::glorot_uniform, trawl::StreamKey(1).with("weights"));
  }

  /// One pass over the samples; its sum keeps the work from being optimized away.
  double train_epoch() {
    const Method& method = case_.method;
    const std::vector<double> dropout(2, method.dropout);
    double loss = 0.0;
    for (std::int64_t first = 0; first < kSamples; first += case_.batch) {
      load(first);
      if (method.l2 > 0.0) loss += method.l2 * network_.squared_weights();
      const trawl::BatchSums sums =
          network_.train(case_.batch, *optimizer_, 0.001, method.l2, dropout, &stream_);
      loss += sums.cross_entropy + static_cast<double>(sums.correct);
    }
    return loss;
  }

 private:
  [[nodiscard]] std::vector<bool> normalized() const {
    return case_.method.normalized ? std::vector<bool>{true, true} : std::vector<bool>{};
  }
  [[nodiscard]] std::optional<std::int64_t> room() const {
    if (samples_.nonzeros.empty()) return std::nullopt;
    return case_.batch * kFeatures;
  }
  void load(std::int64_t first) {
    std::copy_n(samples_.labels.data() + first, case_.batch, network_.labels());
    if (samples_.nonzeros.empty()) {
      std::copy_n(samples_.features.data() + first * kFeatures, case_.batch * kFeatures, network_.features());
      return;
    }
    for (std::int64_t row = 0; row < case_.batch; ++row) {
      network_.set_nonzeros(row, samples_.nonzeros[static_cast<std::size_t>(first + row)]);
    }
  }

  const Samples& samples_;
  Case case_;
  trawl::Perceptron<float> network_;
  std::unique_ptr<trawl::Optimizer<float>> optimizer_;
  trawl::RandomStream stream_{trawl::StreamKey(2)};
};

double samples_per_second(const Samples& samples, const Case& chosen, double seconds) {
  Training training(samples, chosen);
  training.train_epoch();
  const double start = trawl::steady_time();
  double elapsed = 0.0;
  std::int64_t epochs = 0;
  for (; elapsed < seconds; ++epochs) {
    if (!(training.train_epoch() > 0.0)) std::abort();
    elapsed = trawl::steady_time() - start;
  }
  return static_cast<double>(epochs * kSamples) / elapsed;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  std::string folder;
  if (words.size() > 1 && words[0] == "--images") {
    folder = words[1];
    words.erase(words.begin(), words.begin() + 2);
  }
  const double seconds = words.empty() ? 1.0 : std::stod(words[0]);
  if (!words.empty()) words.erase(words.begin());
  const Samples dense = random_samples(0.0);
  Samples images = folder.empty() ? random_samples(0.81) : read_samples(folder);
  find_nonzeros(images);
  for (const Case& chosen : all_cases()) {
    const bool wanted =
        std::all_of(words.begin(), words.end(), [name = chosen.name()](const std::string& word) {
          return (" " + name + " ").find(" " + word + " ") != std::string::npos;
        });
    if (!wanted) continue;
    const Samples& samples = chosen.input == "dense" ? dense : images;
    fmt::print("{} {:.0f}\n", chosen.name(), samples_per_second(samples, chosen, seconds));
  }
  return 0;
}
