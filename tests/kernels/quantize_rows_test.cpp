#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "tests/support/loaded_model.hpp"
#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace quantize_rows_test {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

ModelBuilder quantising(bool symmetric, const std::vector<float>& x, std::uint32_t rows = 1) {
  parameters::QuantizeRows table;
  table.symmetric = symmetric;
  const auto count = static_cast<std::uint32_t>(x.size());
  ModelBuilder model{table};
  model.input({rows, count / rows}, x).output<std::int8_t>({rows, count / rows});
  model.output<float>({rows}).output<std::int32_t>({rows});
  return model;
}

struct Rows {
  std::vector<std::int8_t> q;
  std::vector<float> scale;
  std::vector<std::int32_t> zero_point;
};

Rows quantised_by(Kernels kernels, bool symmetric, const std::vector<float>& x, std::uint32_t rows) {
  LoadedModel model(quantising(symmetric, x, rows).file(), kernels);
  REQUIRE(model.status == Status::ok);
  std::copy(x.begin(), x.end(), model.network.input<float>(0).begin());
  REQUIRE(model.network.run() == Status::ok);
  const auto q = model.network.output<std::int8_t>(0);
  const auto scale = model.network.output<float>(1);
  const auto zero_point = model.network.output<std::int32_t>(2);
  return {{q.begin(), q.end()}, {scale.begin(), scale.end()}, {zero_point.begin(), zero_point.end()}};
}

/// By the reference kernels, and by those of this machine to the same bits.
Rows quantised(bool symmetric, const std::vector<float>& x, std::uint32_t rows = 1) {
  const Rows expected = quantised_by(reference_kernels(), symmetric, x, rows);
  const Rows native = quantised_by(native_kernels(), symmetric, x, rows);
  CHECK(native.q == expected.q);
  CHECK(std::memcmp(native.scale.data(), expected.scale.data(), rows * sizeof(float)) == 0);
  CHECK(native.zero_point == expected.zero_point);
  return expected;
}

TEST_SUITE("quantize_rows") {
  TEST_CASE("symmetric rows reach from -127 to 127, and halves go away from zero") {
    const Rows rows = quantised(true, {127, -0.5f, 0.5f, 1.5f, -2.5f, 0.49f});
    CHECK(rows.q == std::vector<std::int8_t>{127, -1, 1, 2, -3, 0});
    CHECK(rows.scale == std::vector<float>{1});
    CHECK(rows.zero_point == std::vector<std::int32_t>{0});
    CHECK(quantised(true, {-254, 254}).q == std::vector<std::int8_t>{-127, 127});
    CHECK(quantised(true, {-4, 2}).scale == std::vector<float>{4.0f / 127});
  }

  TEST_CASE("other rows use all 256 codes, from the smallest or 0 to the largest or 0") {
    const Rows both = quantised(false, {-127.5f, 127.5f, 0, 0.5f});
    CHECK(both.q == std::vector<std::int8_t>{-128, 127, -1, 0});
    CHECK(both.zero_point == std::vector<std::int32_t>{-1});  // -0.5 is rounded away from zero
    const Rows positive = quantised(false, {255, 10, 1});
    CHECK(positive.q == std::vector<std::int8_t>{127, -118, -127});
    CHECK(positive.zero_point == std::vector<std::int32_t>{-128});
    const Rows negative = quantised(false, {-255, -10, -1});
    CHECK(negative.q == std::vector<std::int8_t>{-128, 117, 126});
    CHECK(negative.zero_point == std::vector<std::int32_t>{127});
  }

  TEST_CASE("each row has a scale of its own, and a row of zeros the scale 1") {
    for (const bool symmetric : {false, true}) {
      const Rows rows = quantised(symmetric, {255, 255, 0, 0, -51, -51}, 3);
      CHECK(rows.scale[1] == 1);
      CHECK(rows.zero_point[1] == 0);
      CHECK(rows.q[2] == 0);
      CHECK(rows.q[3] == 0);
      CHECK(rows.scale[0] == 255.0f / (symmetric ? 127 : 255));
      CHECK(rows.scale[2] == static_cast<float>(51.0 / (symmetric ? 127 : 255)));
    }
  }

  TEST_CASE("a row that is no number has no scale, and leaves the others alone") {
    for (const bool symmetric : {false, true})
      for (const float wrong : {kNan, kInfinity, -kInfinity}) {
        const Rows rows = quantised(symmetric, {1, wrong, 255, 0}, 2);
        CHECK(std::isnan(rows.scale[0]));
        CHECK(rows.zero_point[0] == 0);
        CHECK(rows.q[0] == 0);
        CHECK(rows.q[1] == 0);
        CHECK(rows.q[2] == 127);
      }
  }

  TEST_CASE("numbers too small for a scale become no code beyond the limits") {
    for (const bool symmetric : {false, true})
      for (const std::int8_t code : quantised(symmetric, {1e-45f, 1e-44f, 0, -1e-45f}).q)
        CHECK(code >= (symmetric ? -127 : -128));
  }

  TEST_CASE("codes are within half a step of their numbers") {
    Random random(3);
    for (unsigned i = 0; i < 40; ++i) {
      std::vector<float> x;
      for (unsigned k = 0; k < 24; ++k) x.push_back(random.real() * 100 + (i % 3 == 0 ? 120.0f : 0.0f));
      const Rows rows = quantised(i % 2 == 0, x, 3);
      for (std::size_t k = 0; k < x.size(); ++k) {
        const float scale = rows.scale[k / 8], back = scale * static_cast<float>(rows.q[k] - rows.zero_point[k / 8]);
        CHECK(std::abs(back - x[k]) <= scale * 1.001f);  // half a step, and as much of the zero point
      }
    }
  }

  TEST_CASE("what does not fit is refused") {
    ModelBuilder model = quantising(false, {1, 2, 3, 4}, 2);
    SUBCASE("codes of another type") { model.argument(1).type = DataType::uint8; }
    SUBCASE("codes of another shape") { model.argument(1).shape = {4, 1}; }
    SUBCASE("scales of another number of rows") { model.argument(2).shape = {3}; }
    SUBCASE("zero points of another type") { model.argument(3).type = DataType::float32; }
    CHECK(model.load_status() == Status::bad_arguments);
  }
}

}  // namespace quantize_rows_test
}  // namespace nacre::test
