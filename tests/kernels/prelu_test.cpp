#include <doctest/doctest.h>

#include "tests/support/model_builder.hpp"

namespace nacre::test {
namespace {

ModelBuilder model_of() {
  ModelBuilder model{schema::PReluT{}};
  model.input<float>({2, 2, 2}, {1, -1, -2, 2, -4, -4, 0, -8}).constant<float>({2, 2}, {0.5f, 0.25f, 2, -1}).output<float>({2, 2, 2});
  return model;
}

TEST_SUITE("prelu") {
  TEST_CASE("a negative element is multiplied by the slope of its place in the example") {
    CHECK(model_of().run<float>() == std::vector<float>{1, -0.25f, -4, 2, -2, -1, 0, 8});
  }

  TEST_CASE("a prelu whose arguments do not fit is refused") {
    ModelBuilder model = model_of();
    SUBCASE("number of slopes") { model.argument(1).shape = {2}; }
    SUBCASE("type of the slopes") { model.argument(1).type = DataType::int32; }
    SUBCASE("shape of the output") { model.argument(2).shape = {2, 4}; }
    SUBCASE("type of the output") { model.argument(2).type = DataType::int32; }
    CHECK(model.load_status() == Status::bad_arguments);
  }
}

}  // namespace
}  // namespace nacre::test
