#include <cstddef>
#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/nn/samples.hpp"
#include "trawl/nn/optimizer_kind.hpp"
#include "trawl/nn/perceptron.hpp"

namespace {
std::size_t n_allocations = 0;
}

// Everything on the heap passes here, operator new and Eigen's buffers too. The sanitizers bring
// a malloc of their own and a hook to watch it.
#if defined(__SANITIZE_ADDRESS__)
// As <sanitizer/allocator_interface.h> declares it, which Debian ships with Clang only.
extern "C" int __sanitizer_install_malloc_and_free_hooks(  // NOLINT(bugprone-reserved-identifier)
    void (*on_malloc)(const volatile void*, std::size_t), void (*on_free)(const volatile void*));
namespace {
void count_allocation(const volatile void* /*data*/, std::size_t /*size*/) { ++n_allocations; }
void ignore_free(const volatile void* /*data*/) {}
const int kHooked = __sanitizer_install_malloc_and_free_hooks(count_allocation, ignore_free);
}  // namespace
#else
extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier): glibc's own names for its allocator.
void* __libc_malloc(std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
// NOLINTEND(bugprone-reserved-identifier)
void* malloc(std::size_t size) {
  ++n_allocations;
  return __libc_malloc(size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  ++n_allocations;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** data, std::size_t alignment, std::size_t size) {
  ++n_allocations;
  *data = __libc_memalign(alignment, size);
  return *data == nullptr ? 12 : 0;  // ENOMEM
}
}
#endif

namespace trawl {
namespace {

TEST(AllocationCount, SeesBothKindsOfBuffer) {
  const std::size_t before = n_allocations;
  const std::vector<int> ordinary(100);
  const std::size_t between = n_allocations;
  const AlignedVector<float> aligned(100);
  EXPECT_EQ(between - before, 1U);
  EXPECT_EQ(n_allocations - between, 1U);
  EXPECT_EQ(ordinary.size(), aligned.size());
}

struct UpdateCase {
  std::int64_t batch;
  std::int64_t n_features;
  const char* optimizer;
  const char* activation;
  std::vector<double> dropout;
  std::vector<std::int64_t> hidden;
  std::vector<bool> normalized;
  bool sparse = false;
};

class Updates : public testing::TestWithParam<UpdateCase> {};

TEST_P(Updates, DoNotAllocate) {
  const auto& [batch, n_features, kind, activation, dropout, hidden, normalized, sparse] = GetParam();
  const PerceptronShape shape{n_features, hidden, 10, &activation_called(activation), normalized};
  const std::vector<Nonzero<float>> nonzeros = {{0, 1.0F}, {7, -1.0F}, {19, 0.5F}};
  auto network = sparse ? Perceptron<float>(shape, batch, batch * std::ssize(nonzeros))
                        : Perceptron<float>(shape, batch);
  network.initialize(Initializer::he_normal, StreamKey(1));
  if (sparse) {
    for (std::int64_t row = 0; row < batch; ++row) network.set_nonzeros(row, nonzeros);
  } else {
    load_random_samples(batch, n_features, 10, StreamKey(2), network);
  }
  const auto optimizer = make_optimizer<float>(optimizer_called(kind), network.n_parameters());
  RandomStream stream(StreamKey(3));
  const std::int64_t smaller = std::max<std::int64_t>(1, batch / 3);
  const std::size_t before = n_allocations;
  for (const std::int64_t rows : {batch, batch, smaller}) {
    network.accumulate_gradient(rows, rows, Accumulate::overwrite, dropout, &stream);
    if (normalized.empty()) network.accumulate_gradient(rows, rows, Accumulate::add, dropout, &stream);
    network.update(*optimizer, 0.01, 1e-4 * network.squared_weights());
    network.train(rows, *optimizer, 0.01, 0.0, dropout, &stream);
    network.train(rows, *optimizer, 0.01, 1e-4, dropout, &stream);
    network.evaluate(rows);
  }
  EXPECT_EQ(n_allocations, before);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Updates,
    testing::Values(UpdateCase{1, 784, "sgd", "relu", {}, {128, 64}, {}},
                    UpdateCase{32, 784, "sgd", "relu", {}, {128, 64}, {}},
                    UpdateCase{32, 784, "adam", "tanh", {0.5, 0.5}, {128, 64}, {}},
                    UpdateCase{512, 100, "rmsprop", "sigmoid", {0.2, 0.1}, {128, 64}, {}},
                    UpdateCase{1024, 20, "momentum", "relu", {0.2}, {2000}, {}},
                    UpdateCase{7, 50, "sgd", "relu", {}, {1000, 1216}, {}},
                    UpdateCase{33, 784, "nesterov", "relu", {}, {}, {}},
                    UpdateCase{1, 784, "sgd", "relu", {}, {128, 64}, {false, true}},
                    UpdateCase{32, 784, "adam", "relu", {0.2, 0.5}, {128, 64}, {true, true}},
                    UpdateCase{4000, 50, "sgd", "tanh", {}, {1000, 70}, {true, false}},
                    UpdateCase{1, 784, "sgd", "relu", {}, {128, 64}, {}, true},
                    UpdateCase{32, 784, "adam", "relu", {0.2, 0.5}, {128, 64}, {true, true}, true},
                    UpdateCase{1000, 20, "rmsprop", "tanh", {}, {2000}, {}, true}));

}  // namespace
}  // namespace trawl
