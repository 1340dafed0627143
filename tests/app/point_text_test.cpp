#include "trawl/app/point_text.hpp"

#include <gtest/gtest.h>

#include "trawl/run/program.hpp"

namespace trawl {
namespace {

TEST(PointText, ALabelStandsFirst) {
  EXPECT_EQ(point_text({{"l2", 0.5}, {"epochs", std::int64_t{3}}}), "l2=0.5 epochs=3");
  const Parameters adam = {{"name", std::string("Adam")}, {"optimizer", std::string("adam")}, {"l2", 0.0}};
  EXPECT_EQ(point_text(adam), "Adam: optimizer=adam l2=0.0");
  EXPECT_EQ(point_text(adam, perceptron_program().keys.defaults, perceptron_program().keys),
            "Adam: optimizer=adam");
  EXPECT_EQ(point_text({{"name", std::string("Plain")}}), "Plain");
}

}  // namespace
}  // namespace trawl
