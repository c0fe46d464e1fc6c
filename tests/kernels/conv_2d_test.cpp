#include <doctest/doctest.h>

#include "tests/support/convolutions.hpp"

namespace nacre::test {
namespace conv_2d_test {

/// A random convolution with the arguments of one type.
struct Convolution {
  explicit Convolution(std::uint32_t seed) : random(seed), s(Sliding::random(random, true)) {
    groups = random.size(1, 3);
    depth = s.channels;
    s.channels *= groups;
    outputs = groups * random.size(1, 4);
    taps = s.kernel_h * s.kernel_w;
    s.write(&table);
    s.write_dilation(&table);
    table.groups = static_cast<std::uint16_t>(groups);
  }

  /// The terms of an output; `place(tap, d, o)` is the index of a weight.
  template <typename Place>
  auto terms(Place place) const {
    return [this, place](std::uint32_t n, std::uint32_t i, std::uint32_t j, std::uint32_t o, auto visit) {
      const std::uint32_t first = o / (outputs / groups) * depth;
      for (std::uint32_t tap = 0; tap < taps; ++tap)
        for (std::uint32_t d = 0; d < depth; ++d)
          visit(s.under(n, i, j, tap / s.kernel_w, tap % s.kernel_w, first + d), place(tap, d, o));
    };
  }

  Random random;
  Sliding s;
  std::uint32_t groups, depth, outputs, taps;
  parameters::Conv2D table;
};

/// 1 image of 3 x 3 with a 2 x 2 kernel: 2 x 2 outputs.
ModelBuilder small(parameters::Conv2D table = {}) {
  ModelBuilder model{std::move(table)};
  model.input<float>({1, 3, 3, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9})
      .constant<float>({2, 2, 1, 1}, {1, 10, 100, 1000})
      .constant<float>({1}, {0.5f})
      .output<float>({1, 2, 2, 1});
  return model;
}

ModelBuilder small_int8() {
  parameters::Conv2D table;
  ModelBuilder model{std::move(table)};
  model.input<std::int8_t>({1, 3, 3, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9})
      .constant<std::int8_t>({1, 2, 2, 1}, {1, 0, 0, 0})
      .constant<std::int32_t>({1}, {0})
      .constant<std::int32_t>({1, 2}, {1 << 30, 1})
      .output<std::int8_t>({1, 2, 2, 1});
  return model;
}

TEST_SUITE("conv_2d") {
  TEST_CASE("a kernel of powers of ten spells out the pixels under it") {
    CHECK(small().run<float>() == std::vector<float>{5421.5f, 6532.5f, 8754.5f, 9865.5f});
    CHECK(small_int8().run<std::int8_t>() == std::vector<std::int8_t>{1, 2, 4, 5});
  }

  TEST_CASE("each output is one chain of fused multiply-adds: kernel rows, columns, channels of its group") {
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
      CAPTURE(seed);
      Convolution c(seed);
      check_float_convolution(c.random, c.s, c.table, {c.s.kernel_h, c.s.kernel_w, c.depth, c.outputs}, c.outputs,
                              c.terms([&](auto tap, auto d, auto o) { return (tap * c.depth + d) * c.outputs + o; }));
    }
  }

  TEST_CASE("int8 is the rescaled sum, in which padding counts as the zero point") {
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
      CAPTURE(seed);
      Convolution c(seed);
      c.table.input_zero_point = c.random.integer(-128, 127);
      c.table.output_zero_point = 5;
      check_int8_convolution(c.random, c.s, c.table, {c.outputs, c.s.kernel_h, c.s.kernel_w, c.depth}, c.outputs,
                             c.terms([&](auto tap, auto d, auto o) { return (o * c.taps + tap) * c.depth + d; }));
    }
  }

  TEST_CASE("a convolution is refused whose window would leave the image or another output") {
    parameters::Conv2D table;
    SUBCASE("stride 0 down") { table.stride_h = 0; }
    SUBCASE("stride 0 across") { table.stride_w = 0; }
    SUBCASE("dilation 0 down") { table.dilation_h = 0; }
    SUBCASE("dilation 0 across") { table.dilation_w = 0; }
    SUBCASE("dilated beyond the image") { table.dilation_h = 3; }
    SUBCASE("padding that changes the output's height") { table.pad_top = 1; }
    SUBCASE("padding that changes the output's width") { table.pad_right = 1; }
    SUBCASE("stride that changes the output's width") { table.stride_w = 2; }
    SUBCASE("padding as large as the kernel, cut away by the stride") { table.pad_top = 2, table.stride_h = 3; }
    SUBCASE("0 groups") { table.groups = 0; }
    SUBCASE("groups that do not divide the outputs") { table.groups = 2; }
    CHECK(small(table).load_status() == Status::bad_parameter);
  }

  TEST_CASE("a convolution whose arguments do not fit is refused") {
    ModelBuilder model = small();
    SUBCASE("rank of the image") { model.argument(0).shape = {3, 3, 1}; }
    SUBCASE("rank of the weights") { model.argument(1).shape = {2, 2, 1}; }
    SUBCASE("depth of the weights") { model.argument(1).shape = {2, 2, 2, 1}; }
    SUBCASE("outputs of the weights") { model.argument(1).shape = {2, 2, 1, 2}; }
    SUBCASE("length of the bias") { model.argument(2).shape = {2}; }
    SUBCASE("batch of the output") { model.argument(3).shape = {2, 2, 2, 1}; }
    SUBCASE("type of the output") { model.argument(3).type = DataType::int32; }
    CHECK(model.load_status() == Status::bad_arguments);
  }

  TEST_CASE("a convolution with int8 parameters outside their range is refused") {
    ModelBuilder model = small_int8();
    auto& table = model.parameters<parameters::Conv2D>();
    SUBCASE("clamp upside down") { table.output_minimum = 1, table.output_maximum = 0; }
    SUBCASE("layout that is not the kernel's") {
      table.layout = Layout::dsp, model.rename = [](KernelName& name) { name.layout = Layout::portable; };
    }
    CHECK(model.load_status() == Status::bad_parameter);
  }
}

}  // namespace conv_2d_test
}  // namespace nacre::test
