// Speed of training and of multiply-adds alone, on one thread.
//   training_bench IMAGES
// answers each line of its input with a number in a line of its own:
//   SECONDS INPUT METHOD BATCH HIDDEN   samples a second of whole updates: forward, loss and accuracy,
//                                       backward, update
//   SECONDS peak                        GFLOP/s of multiply-adds in registers
// INPUT: dense (uniform random numbers without zeros) or images (of IMAGES, a folder of IDX files, scaled
// to 0..1). METHOD: sgd, adam, rmsprop, dropout+l2 or normalized. HIDDEN: such as 128-64.
#include <algorithm>
#include <iostream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "multiply_add_peak.hpp"
#include "trawl/base/clock.hpp"
#include "trawl/base/random.hpp"
#include "trawl/data/idx.hpp"
#include "trawl/data/idx_names.hpp"
#include "trawl/nn/optimizer_kind.hpp"
#include "trawl/nn/perceptron.hpp"

namespace {

constexpr std::int64_t kFeatures = 784;
constexpr std::int64_t kClasses = 10;
constexpr std::int64_t kMaxSamples = 8192;

struct Samples {
  std::int64_t rows = 0;
  std::vector<float> features;
  std::vector<std::int32_t> labels;
  std::vector<std::vector<trawl::Nonzero<float>>> nonzeros;  // a row each; empty: the samples are dense
};

Samples random_samples() {
  trawl::RandomStream stream(trawl::StreamKey(1).with("samples"));
  Samples samples;
  samples.rows = kMaxSamples;
  for (std::int64_t i = 0; i < samples.rows * kFeatures; ++i) {
    samples.features.push_back(1.0F - stream.uniform_float());
  }
  for (std::int64_t i = 0; i < samples.rows; ++i) {
    samples.labels.push_back(static_cast<std::int32_t>(stream.below(kClasses)));
  }
  return samples;
}

Samples read_samples(const std::string& folder) {
  const trawl::IdxFiles files = trawl::find_idx_files(folder);
  const trawl::Table table = trawl::read_idx(files.train_images, files.train_labels);
  const auto& bytes = std::get<std::vector<std::uint8_t>>(table.features);
  Samples samples;
  samples.rows = std::min(kMaxSamples, static_cast<std::int64_t>(table.labels.size()));
  samples.labels.assign(table.labels.begin(), table.labels.begin() + samples.rows);
  for (std::int64_t row = 0; row < samples.rows; ++row) {
    auto& nonzeros = samples.nonzeros.emplace_back();
    for (std::int32_t i = 0; i < kFeatures; ++i) {
      const std::uint8_t byte = bytes.at(static_cast<std::size_t>(row * kFeatures + i));
      if (byte != 0) nonzeros.push_back({i, static_cast<float>(byte) / 255.0F});
    }
  }
  return samples;
}

struct Method {
  const char* optimizer = "sgd";
  double dropout = 0.0;
  double l2 = 0.0;
  bool normalized = false;
};

Method method_of(const std::string& name) {
  if (name == "sgd") return {};
  if (name == "adam") return {"adam"};
  if (name == "rmsprop") return {"rmsprop"};
  if (name == "dropout+l2") return {"sgd", 0.3, 1e-4};
  if (name == "normalized") return {"sgd", 0.0, 0.0, true};
  throw std::invalid_argument("no method is called " + name);
}

std::vector<std::int64_t> widths_of(const std::string& text) {
  std::vector<std::int64_t> widths;
  std::istringstream stream(text);
  for (std::string width; std::getline(stream, width, '-');) widths.push_back(std::stoll(width));
  return widths;
}

class Training {
 public:
  Training(const Samples& samples, const Method& method, std::int64_t batch,
           const std::vector<std::int64_t>& hidden)
      : samples_(samples),
        method_(method),
        batch_(batch),
        dropout_(hidden.size(), method.dropout),
        network_({kFeatures, hidden, kClasses, &trawl::relu_activation(),
                  std::vector<bool>(hidden.size(), method.normalized)},
                 batch, room()),
        optimizer_(trawl::make_optimizer<float>(trawl::optimizer_called(method.optimizer),
                                                network_.n_parameters())) {
    network_.initialize(trawl::Initializer::glorot_uniform, trawl::StreamKey(1).with("weights"));
  }

  double samples_per_second(double seconds) {
    constexpr double kWarmingUp = 0.2;
    train_for(kWarmingUp * seconds);
    return train_for(seconds);
  }

 private:
  double train_for(double seconds) {
    const double start = trawl::steady_time();
    double elapsed = 0.0;
    std::int64_t updates = 0;
    for (; elapsed < seconds; ++updates) {
      update();
      elapsed = trawl::steady_time() - start;
    }
    return static_cast<double>(updates * batch_) / elapsed;
  }
  void update() {
    if (first_ + batch_ > samples_.rows) first_ = 0;
    load();
    if (method_.l2 > 0.0) loss_ += method_.l2 * network_.squared_weights();
    const trawl::BatchSums sums = network_.train(batch_, *optimizer_, 0.001, method_.l2, dropout_, &stream_);
    loss_ += sums.cross_entropy;
    correct_ += sums.correct;
    first_ += batch_;
  }
  [[nodiscard]] std::optional<std::int64_t> room() const {
    if (samples_.nonzeros.empty()) return std::nullopt;
    return batch_ * kFeatures;
  }
  void load() {
    std::copy_n(samples_.labels.data() + first_, batch_, network_.labels());
    if (samples_.nonzeros.empty()) {
      std::copy_n(samples_.features.data() + first_ * kFeatures, batch_ * kFeatures, network_.features());
      return;
    }
    for (std::int64_t row = 0; row < batch_; ++row) {
      network_.set_nonzeros(row, samples_.nonzeros[static_cast<std::size_t>(first_ + row)]);
    }
  }

  const Samples& samples_;
  Method method_;
  std::int64_t batch_;
  std::vector<double> dropout_;
  trawl::Perceptron<float> network_;
  std::unique_ptr<trawl::Optimizer<float>> optimizer_;
  trawl::RandomStream stream_{trawl::StreamKey(2)};
  std::int64_t first_ = 0;
  double loss_ = 0.0;
  std::int64_t correct_ = 0;
};

double answer(const std::string& line, const Samples& dense, const Samples& images) {
  std::istringstream words(line);
  double seconds = 0.0;
  std::int64_t batch = 0;
  std::string input;
  std::string method;
  std::string hidden;
  if (words >> seconds >> input && input == "peak") return trawl::bench::multiply_add_peak(seconds);
  if (!(words >> method >> batch >> hidden)) throw std::invalid_argument("not understood: " + line);
  const Samples& samples = input == "images" ? images : dense;
  return Training(samples, method_of(method), batch, widths_of(hidden)).samples_per_second(seconds);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 2) throw std::invalid_argument("usage: training_bench IMAGES");
    const Samples dense = random_samples();
    const Samples images = read_samples(argv[1]);
    for (std::string line; std::getline(std::cin, line);) {
      fmt::print("{:.6g}\n", answer(line, dense, images));
      std::fflush(stdout);
    }
    return 0;
  } catch (const std::exception& e) {
    fmt::print(stderr, "training_bench: {}\n", e.what());
    return 2;
  }
}
