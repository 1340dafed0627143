#include "trawl/nn/matrix_product.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "trawl/base/random.hpp"

namespace trawl {
namespace {

struct Shape {
  std::int64_t rows;
  std::int64_t columns;
  std::int64_t depth;
};

/// Whether the kernels round a multiply-add once, as they should where the processor can: with optimization.
template <class Scalar>
bool rounds_once() {
  const Scalar e = std::ldexp(Scalar{1}, -std::numeric_limits<Scalar>::digits / 2 - 1);
  const Scalar a = 1 + e;
  Scalar c = -(1 + 2 * e);  // a * a is e * e more, which is lost if it is rounded
  multiply<Scalar>({1, 1, 1, &a, 1, 1, &a, 1, 1, &c, 1}, 1);
  return c != 0;
}

/// A shape, whether A and B are transposed, how much of C is kept.
class Products : public testing::TestWithParam<std::tuple<Shape, bool, bool, double>> {
 protected:
  template <class Scalar>
  std::vector<Scalar> random_values(std::int64_t n, const char* name) const {
    RandomStream stream(StreamKey(4).with(name));
    std::vector<Scalar> values(static_cast<std::size_t>(n));
    for (Scalar& value : values) value = static_cast<Scalar>(stream.normal());
    return values;
  }

  /// By the definition: one chain of multiply-adds a value.
  template <class Scalar>
  static void multiply_plainly(const MatrixProduct<Scalar>& product, Scalar keep) {
    const bool once = rounds_once<Scalar>();
    for (std::int64_t i = 0; i < product.rows; ++i) {
      for (std::int64_t j = 0; j < product.columns; ++j) {
        Scalar& c = product.c[i * product.c_row + j];
        Scalar sum = keep == 0 ? 0 : keep * c;
        for (std::int64_t k = 0; k < product.depth; ++k) {
          const Scalar left = product.a[i * product.a_row + k * product.a_column];
          const Scalar right = product.b[k * product.b_row + j * product.b_column];
          sum = once ? std::fma(left, right, sum) : left * right + sum;
        }
        c = sum;
      }
    }
  }

  template <class Scalar>
  void expect_the_bits_of_the_definition() const {
    const auto& [shape, a_transposed, b_transposed, kept] = GetParam();
    const auto keep = static_cast<Scalar>(kept);
    const auto a = random_values<Scalar>(shape.rows * shape.depth, "a");
    const auto b = random_values<Scalar>(shape.depth * shape.columns, "b");
    auto actual = random_values<Scalar>(shape.rows * shape.columns, "c");
    auto expected = actual;
    MatrixProduct<Scalar> product{shape.rows, shape.columns, shape.depth, a.data(),      shape.depth,  1,
                                  b.data(),   shape.columns, 1,           actual.data(), shape.columns};
    if (a_transposed) product.a_row = 1, product.a_column = shape.rows;
    if (b_transposed) product.b_row = 1, product.b_column = shape.depth;
    multiply(product, keep);
    product.c = expected.data();
    multiply_plainly(product, keep);
    EXPECT_EQ(actual, expected);
  }
};

TEST_P(Products, HaveTheBitsOfTheirDefinition) {
  expect_the_bits_of_the_definition<float>();
  expect_the_bits_of_the_definition<double>();
}

// Few and many rows, columns that fill no vector, parts and several of each kind of block.
INSTANTIATE_TEST_SUITE_P(All, Products,
                         testing::Combine(testing::Values(Shape{1, 1, 1}, Shape{5, 16, 3}, Shape{6, 37, 65},
                                                          Shape{33, 128, 40}, Shape{64, 10, 64},
                                                          Shape{97, 128, 70}, Shape{145, 277, 300},
                                                          Shape{13, 530, 600}),
                                          testing::Bool(), testing::Bool(), testing::Values(0.0, 1.0, 0.7)));

}  // namespace
}  // namespace trawl
