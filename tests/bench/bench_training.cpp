// Samples per second of whole training updates (forward, loss and accuracy, backward, sgd) of a
// 784-128-64-10 perceptron on dense random input, the features of each mini-batch copied in.
//   training_bench [seconds for each batch size] [batch sizes ...]
// prints a line "batch samples_per_second" a size.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "trawl/base/clock.hpp"
#include "trawl/base/random.hpp"
#include "trawl/nn/perceptron.hpp"

namespace {

constexpr std::int64_t kFeatures = 784;
constexpr std::int64_t kClasses = 10;
constexpr std::int64_t kSamples = 4096;

struct Samples {
  std::vector<float> features;
  std::vector<std::int32_t> labels;
};

Samples random_samples() {
  trawl::RandomStream stream(trawl::StreamKey(1).with("samples"));
  Samples samples;
  for (std::int64_t i = 0; i < kSamples * kFeatures; ++i) samples.features.push_back(stream.uniform_float());
  for (std::int64_t i = 0; i < kSamples; ++i) {
    samples.labels.push_back(static_cast<std::int32_t>(stream.below(kClasses)));
  }
  return samples;
}

/// One pass over the samples; the sums keep the work from being optimized away.
trawl::BatchSums train_epoch(const Samples& samples, std::int64_t batch, trawl::Perceptron<float>& network,
                             trawl::Optimizer<float>& optimizer) {
  trawl::BatchSums total;
  for (std::int64_t first = 0; first < kSamples; first += batch) {
    std::copy_n(samples.features.data() + first * kFeatures, batch * kFeatures, network.features());
    std::copy_n(samples.labels.data() + first, batch, network.labels());
    const trawl::BatchSums sums =
        network.accumulate_gradient(batch, batch, trawl::Accumulate::overwrite, {}, nullptr);
    network.update(optimizer, 0.01, 0.0);
    total.cross_entropy += sums.cross_entropy;
    total.correct += sums.correct;
  }
  return total;
}

double samples_per_second(const Samples& samples, std::int64_t batch, double seconds) {
  trawl::Perceptron<float> network({kFeatures, {128, 64}, kClasses, trawl::Activation::relu}, batch);
  network.initialize(trawl::Initializer::glorot_uniform, trawl::StreamKey(1).with("weights"));
  const auto optimizer = trawl::make_optimizer<float>({}, network.n_parameters());
  train_epoch(samples, batch, network, *optimizer);
  const double start = trawl::steady_time();
  double elapsed = 0.0;
  std::int64_t epochs = 0;
  for (; elapsed < seconds; ++epochs) {
    if (!(train_epoch(samples, batch, network, *optimizer).cross_entropy > 0.0)) std::abort();
    elapsed = trawl::steady_time() - start;
  }
  return static_cast<double>(epochs * kSamples) / elapsed;
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::stod(argv[1]) : 1.0;
  std::vector<std::int64_t> batches;
  for (int i = 2; i < argc; ++i) batches.push_back(std::stoll(argv[i]));
  if (batches.empty()) batches = {1, 16, 32, 128, 512};
  const Samples samples = random_samples();
  for (const std::int64_t batch : batches) {
    fmt::print("{} {:.0f}\n", batch, samples_per_second(samples, batch, seconds));
  }
  return 0;
}
