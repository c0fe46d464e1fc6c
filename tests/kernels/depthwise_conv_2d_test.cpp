#include <doctest/doctest.h>

#include "tests/support/convolutions.hpp"

namespace nacre::test {
namespace depthwise_conv_2d_test {

/// A random depthwise convolution; as a function, the terms of its outputs.
struct Convolution {
  explicit Convolution(std::uint32_t seed) : random(seed), s(Sliding::random(random, true)) {
    multiplier = random.size(1, 3);
    outputs = s.channels * multiplier;
    taps = s.kernel_h * s.kernel_w;
    s.write(&table);
    s.write_dilation(&table);
  }

  template <typename Visit>
  void operator()(std::uint32_t n, std::uint32_t i, std::uint32_t j, std::uint32_t o, Visit visit) const {
    for (std::uint32_t tap = 0; tap < taps; ++tap)
      visit(s.under(n, i, j, tap / s.kernel_w, tap % s.kernel_w, o / multiplier), tap * outputs + o);
  }

  Random random;
  Sliding s;
  std::uint32_t multiplier, outputs, taps;
  parameters::DepthwiseConv2D table;
};

ModelBuilder small(parameters::DepthwiseConv2D table = {}) {
  ModelBuilder model{std::move(table)};
  model.input<float>({1, 2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8})
      .constant<float>({2, 1, 4}, {1, 2, 3, 4, 10, 20, 30, 40})
      .constant<float>({4}, {0, 0, 0, 0.5f})
      .output<float>({1, 1, 2, 4});
  return model;
}

TEST_SUITE("depthwise_conv_2d") {
  TEST_CASE("with multiplier 2, outputs 0 and 1 read channel 0, outputs 2 and 3 channel 1") {
    CHECK(small().run<float>() == std::vector<float>{51, 102, 186, 248.5f, 73, 146, 252, 336.5f});
  }

  TEST_CASE("each output is one chain of fused multiply-adds: kernel rows, then columns") {
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
      CAPTURE(seed);
      Convolution c(seed);
      check_float_convolution(c.random, c.s, c.table, {c.s.kernel_h, c.s.kernel_w, c.outputs}, c.outputs, c);
    }
  }

  TEST_CASE("a depthwise int8 output is the rescaled sum, in which padding counts as the zero point") {
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
      CAPTURE(seed);
      Convolution c(seed);
      c.table.input_zero_point = c.random.integer(-128, 127);
      c.table.output_zero_point = -7;
      check_int8_convolution(c.random, c.s, c.table, {c.s.kernel_h, c.s.kernel_w, c.outputs}, c.outputs, c);
    }
  }

  TEST_CASE("a depthwise convolution whose window or channels do not fit is refused") {
    ModelBuilder model = small();
    auto& table = model.parameters<parameters::DepthwiseConv2D>();
    Status expected = Status::bad_arguments;
    SUBCASE("rank of the weights") { model.argument(1).shape = {2, 1, 4, 1}; }
    SUBCASE("channels of the weights") { model.argument(1).shape = {2, 1, 2}; }
    SUBCASE("outputs that the channels do not divide") {
      model.argument(1).shape = {2, 1, 3}, model.argument(2).shape = {3}, model.argument(3).shape = {1, 1, 2, 3};
    }
    SUBCASE("length of the bias") { model.argument(2).shape = {3}; }
    SUBCASE("stride 0") { table.stride_w = 0, expected = Status::bad_parameter; }
    SUBCASE("dilated beyond the image") { table.dilation_h = 2, expected = Status::bad_parameter; }
    SUBCASE("padding that changes the output") { table.pad_left = 1, expected = Status::bad_parameter; }
    SUBCASE("layout that no kernel reads") { table.layout = Layout::dsp, expected = Status::kernel_missing; }
    SUBCASE("layout that is not the kernel's") {
      table.layout = Layout::dsp, expected = Status::bad_parameter;
      model.rename = [](KernelName& name) { name.layout = Layout::portable; };
    }
    SUBCASE("clamp upside down") {
      table.output_minimum = 1, table.output_maximum = 0, expected = Status::bad_parameter;
    }
    CHECK(model.load_status() == expected);
  }
}

}  // namespace depthwise_conv_2d_test
}  // namespace nacre::test
