#include <doctest/doctest.h>

#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace conv_integer_test {

using parameters::ConvInteger;
using Codes = std::vector<std::int8_t>;
using Words = std::vector<std::int32_t>;

struct Image {
  std::uint32_t batch, height, width, channels;
};

/// The sum of one output element, straight from the description.
std::int32_t sum_at(const ConvInteger& t, const Image& x, const Codes& codes, const Dimensions& w, const Codes& weights,
                    const Words& zero_points, std::uint32_t n, int i, int j, std::uint32_t o) {
  std::int64_t sum = 0;
  const std::uint32_t group = o / (w[0] / t.groups);
  for (int h = 0; h < static_cast<int>(w[1]); ++h)
    for (int k = 0; k < static_cast<int>(w[2]); ++k)
      for (std::uint32_t d = 0; d < w[3]; ++d) {
        const int row = i * t.stride_h + h * t.dilation_h - t.pad_top;
        const int column = j * t.stride_w + k * t.dilation_w - t.pad_left;
        if (row < 0 || row >= static_cast<int>(x.height) || column < 0 || column >= static_cast<int>(x.width)) continue;
        const std::size_t at = ((n * x.height + static_cast<std::uint32_t>(row)) * x.width +
                                static_cast<std::uint32_t>(column)) * x.channels + group * w[3] + d;
        const std::int64_t code = codes[at] - (zero_points.empty() ? 0 : zero_points[n]);
        const std::uint32_t tap = static_cast<std::uint32_t>(h) * w[2] + static_cast<std::uint32_t>(k);
        sum += code * weights[(o * w[1] * w[2] + tap) * w[3] + d];
      }
  return static_cast<std::int32_t>(sum);
}

std::uint32_t length(std::uint32_t input, unsigned before, unsigned after, std::uint32_t kernel, unsigned dilation,
                     unsigned stride) {
  return (input + before + after - (kernel - 1) * dilation - 1) / stride + 1;
}

Dimensions output_of(const ConvInteger& t, const Image& x, const Dimensions& w) {
  return {x.batch, length(x.height, t.pad_top, t.pad_bottom, w[1], t.dilation_h, t.stride_h),
          length(x.width, t.pad_left, t.pad_right, w[2], t.dilation_w, t.stride_w), w[0]};
}

ModelBuilder convolution(const ConvInteger& t, const Image& x, const Codes& codes, const Dimensions& w,
                         const Codes& weights, const Words& zero_points) {
  ModelBuilder model{t};
  model.input({x.batch, x.height, x.width, x.channels}, codes).constant(w, weights);
  if (!zero_points.empty()) model.input({x.batch}, zero_points);
  return model.output<std::int32_t>(output_of(t, x, w));
}

void check(const ConvInteger& t, const Image& x, const Dimensions& w, bool has_zero_points, Random& random) {
  const Codes codes = random.integers<std::int8_t>(x.batch * x.height * x.width * x.channels, -128, 127);
  const Codes weights = random.integers<std::int8_t>(w[0] * w[1] * w[2] * w[3], -128, 127);
  const Words zero_points = has_zero_points ? random.integers<std::int32_t>(x.batch, -128, 127) : Words{};
  const Words y = convolution(t, x, codes, w, weights, zero_points).run<std::int32_t>();
  const Dimensions to = output_of(t, x, w);
  REQUIRE(y.size() == to[0] * to[1] * to[2] * to[3]);
  for (std::uint32_t at = 0; at < y.size(); ++at)
    CHECK(y[at] == sum_at(t, x, codes, w, weights, zero_points, at / (to[1] * to[2] * to[3]),
                          static_cast<int>(at / (to[2] * to[3]) % to[1]), static_cast<int>(at / to[3] % to[2]),
                          at % to[3]));
}

TEST_SUITE("conv_integer") {
  TEST_CASE("sums of products less the image's zero point, with every kind of window") {
    Random random(11);
    for (const bool has_zero_points : {false, true}) {
      ConvInteger t;
      check(t, {1, 1, 1, 5}, {3, 1, 1, 5}, has_zero_points, random);
      check(t, {2, 5, 4, 3}, {4, 3, 2, 3}, has_zero_points, random);
      t.pad_top = t.pad_left = t.pad_right = 1, t.pad_bottom = 2, t.stride_h = 2;
      check(t, {2, 5, 6, 2}, {3, 3, 3, 2}, has_zero_points, random);
      t.dilation_h = 2, t.dilation_w = 3, t.stride_w = 2;
      check(t, {1, 7, 9, 2}, {3, 3, 3, 2}, has_zero_points, random);
    }
  }

  TEST_CASE("groups read channels of their own, each channel in a depthwise convolution") {
    Random random(12);
    ConvInteger t;
    t.groups = 2, t.pad_top = t.pad_left = 1;
    check(t, {2, 4, 4, 6}, {4, 2, 2, 3}, true, random);
    t.groups = 6;
    check(t, {2, 4, 4, 6}, {6, 2, 2, 1}, true, random);
    check(t, {2, 4, 4, 6}, {12, 2, 2, 1}, false, random);
  }

  TEST_CASE("what does not fit is refused") {
    ConvInteger t;
    ModelBuilder model = convolution(t, {2, 4, 4, 6}, Codes(192), {4, 3, 3, 6}, Codes(216), Words(2));
    SUBCASE("depth") { model.argument(1).shape = {4, 3, 3, 3}; }
    SUBCASE("zero points of another batch") { model.argument(2).shape = {1}; }
    SUBCASE("outputs") { model.argument(3).shape = {2, 2, 2, 3}; }
    SUBCASE("sums of another type") { model.argument(3).type = DataType::float32; }
    CHECK(model.load_status() == Status::bad_arguments);
  }

  TEST_CASE("groups divide the channels, and windows fit") {
    ConvInteger t;
    ModelBuilder model = convolution(t, {2, 4, 4, 6}, Codes(192), {4, 3, 3, 6}, Codes(216), Words(2));
    SUBCASE("groups of the channels") { model.parameters<ConvInteger>().groups = 4; }
    SUBCASE("groups of the outputs") { model.parameters<ConvInteger>().groups = 3; }
    SUBCASE("no groups") { model.parameters<ConvInteger>().groups = 0; }
    SUBCASE("height") { model.parameters<ConvInteger>().stride_h = 2; }
    SUBCASE("padding") { model.parameters<ConvInteger>().pad_left = 3; }
    CHECK(model.load_status() == Status::bad_parameter);
  }
}

}  // namespace conv_integer_test
}  // namespace nacre::test
