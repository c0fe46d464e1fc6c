#include <doctest/doctest.h>

#include <algorithm>

#include "tests/variants/int8_layers.hpp"

// Packed kernels that may write where they read: what they give there is what they give elsewhere.

namespace nacre::test {
namespace in_place_test {

/// Puts the output where the input lies. Whether load() allows it; then the bits must be the same.
bool works_in_place(const ModelBuilder& apart) {
  ModelBuilder model = apart;
  model.argument(model.inputs).same_place_as = 0;
  const auto y = model.try_run<std::int8_t>();
  if (y.status != Status::ok) {
    CHECK(y.status == Status::bad_plan);
    return false;
  }
  CHECK(y.values == apart.run<std::int8_t>());
  return true;
}

/// A window of one element.
Sliding image(std::uint32_t batch, std::uint32_t height, std::uint32_t width, std::uint32_t channels) {
  Sliding s{};
  s.batch = batch, s.height = height, s.width = width, s.channels = channels;
  s.kernel_h = s.kernel_w = s.stride_h = s.stride_w = s.dilation_h = s.dilation_w = 1;
  return s;
}

/// A depthwise layer whose output has the shape of its input.
ModelBuilder same_size(std::uint32_t kernel_h, std::uint32_t pad_top, std::uint32_t channels, std::uint32_t seed) {
  Random random(seed);
  Sliding s = image(1 + seed % 2, 1 + seed % 9, 1 + seed % 4, channels);
  s.kernel_h = kernel_h, s.kernel_w = 1 + 2 * (seed % 2);
  s.pad_top = pad_top, s.pad_bottom = kernel_h - 1 - pad_top, s.pad_left = s.pad_right = s.kernel_w / 2;
  ModelBuilder model = int8_convolution(random, s, parameters::DepthwiseConv2D{}, seed,
                                        {s.kernel_h, s.kernel_w, channels}, channels);
  pack_depthwise_for_dsp(model, s);
  return model;
}

TEST_SUITE("in place") {
  TEST_CASE("packed layers write over their input what they write elsewhere, or are refused there") {
    const Compare check = [](const ModelBuilder&, const ModelBuilder& packed) { (void)works_in_place(packed); };
    compare_packed_convolutions(check);
    compare_packed_depthwise(check);
  }

  TEST_CASE("depthwise layers that keep the shape work in place, for any kernel and padding above but one") {
    for (std::uint32_t kernel_h = 1; kernel_h <= 8; ++kernel_h)
      for (std::uint32_t pad_top = 0; pad_top < kernel_h; ++pad_top)
        for (std::uint32_t seed = 1; seed <= 12; ++seed) {
          CAPTURE(kernel_h);
          CAPTURE(pad_top);
          CAPTURE(seed);
          const bool reads_again = kernel_h % 2 == 0 && pad_top == kernel_h - 1;
          CHECK(works_in_place(same_size(kernel_h, pad_top, 4 * (1 + seed % 3), seed)) == !reads_again);
          CHECK(!works_in_place(same_size(kernel_h, pad_top, 5 + seed % 3, seed)));
        }
  }

  TEST_CASE("pointwise layers work in place") {
    for (const std::uint32_t channels : {1u, 3u, 4u, 7u, 16u}) {
      CAPTURE(channels);
      Random random(channels);
      const Sliding s = image(2, 5, 1 + channels % 4, channels);
      ModelBuilder model = int8_convolution(random, s, parameters::Conv2D{}, channels, {channels, 1, 1, channels},
                                            channels, -127);
      pack_convolution_for_dsp(model, s, channels);
      CHECK(works_in_place(model));
    }
  }
}

}  // namespace in_place_test
}  // namespace nacre::test
