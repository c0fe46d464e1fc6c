#include "nacre/kernels.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>

#include "tests/support/fully_connected.hpp"
#include "tests/support/images.hpp"
#include "tests/support/packed_layers.hpp"

// Every kernel beside the reference, on the targets that have it: the same bits on shapes around the width of
// its vectors. One that has no comparison here fails the first test.

namespace nacre::test {
namespace {

/// Two layers that must give the same bits: one as the reference reads it, one as the variant does.
using Compare = std::function<void(const ModelBuilder& reference, ModelBuilder variant)>;

void compare_float_layers(const Compare& compare) {
  for (const std::uint32_t depth : {1u, 7u, 33u})
    for (std::uint32_t units = 1; units <= 70; ++units) {
      const std::uint32_t rows = 1 + (depth + units) % 17;
      CAPTURE(depth);
      CAPTURE(units);
      const ModelBuilder model = float_layer(rows, depth, units, depth + units);
      compare(model, model);
    }
}

void compare_packed_layers(const Compare& compare) {
  for (const std::uint32_t depth : {1u, 3u, 4u, 8u, 17u, 34u, 68u, 135u})
    for (const std::uint32_t units : {1u, 2u, 5u, 6u, 7u, 13u})
      for (const std::uint32_t rescales : {std::uint32_t{1}, units}) {
        CAPTURE(depth);
        CAPTURE(units);
        const std::uint32_t rows = 1 + (depth + units) % 17;
        const ModelBuilder model = int8_layer(rows, depth, units, rescales, depth + units);
        ModelBuilder packed = model;
        pack_for_dsp(packed, depth, units);
        compare(model, packed);
      }
}

void compare_float_convolutions(const Compare& compare) {
  for (const std::uint32_t outputs : {1u, 2u, 4u, 6u, 8u, 10u, 16u, 34u, 66u})
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(outputs);
      CAPTURE(seed);
      Random random(seed);
      Sliding s = Sliding::random(random, true);
      parameters::Conv2D table;
      s.write(&table);
      s.write_dilation(&table);
      table.groups = static_cast<std::uint16_t>(outputs % 2 == 0 ? 1 + seed % 2 : 1);
      const std::uint32_t depth = s.channels, taps = s.kernel_h * s.kernel_w;
      s.channels *= table.groups;
      ModelBuilder model{std::move(table)};
      model.input(s.input_shape(), random.reals(s.input_size()))
          .constant({s.kernel_h, s.kernel_w, depth, outputs}, random.reals(taps * depth * outputs))
          .constant({outputs}, random.reals(outputs))
          .output<float>(s.output_shape(outputs));
      compare(model, model);
    }
}

void compare_float_depthwise(const Compare& compare) {
  for (const std::uint32_t channels : {1u, 3u, 4u, 7u, 8u, 16u, 19u, 37u, 72u})
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(channels);
      CAPTURE(seed);
      Random random(seed);
      Sliding s = Sliding::random(random, true);
      s.channels = channels;
      const std::uint32_t outputs = channels * (seed % 4 == 0 ? 2 : 1);
      parameters::DepthwiseConv2D table;
      s.write(&table);
      s.write_dilation(&table);
      table.minimum = -0.25f, table.maximum = 0.5f;
      ModelBuilder model{std::move(table)};
      model.input(s.input_shape(), random.reals(s.input_size()))
          .constant({s.kernel_h, s.kernel_w, outputs}, random.reals(s.kernel_h * s.kernel_w * outputs))
          .constant({outputs}, random.reals(outputs))
          .output<float>(s.output_shape(outputs));
      compare(model, model);
    }
}

void compare_float_pools(const Compare& compare) {
  for (const std::uint32_t channels : {1u, 3u, 8u, 16u, 19u, 72u})
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(channels);
      CAPTURE(seed);
      Random random(seed);
      Sliding s = Sliding::random(random, false);
      s.channels = channels;
      parameters::AveragePool2D table;
      s.write(&table);
      table.kernel_h = static_cast<std::uint16_t>(s.kernel_h), table.kernel_w = static_cast<std::uint16_t>(s.kernel_w);
      table.minimum = -0.25f, table.maximum = 0.5f;
      ModelBuilder model{std::move(table)};
      model.input(s.input_shape(), random.reals(s.input_size())).output<float>(s.output_shape(channels));
      compare(model, model);
    }
}

void compare_int8_layers(const Compare& compare) {
  for (const std::uint32_t depth : {1u, 7u, 16u, 31u, 32u, 70u, 640u})
    for (const std::uint32_t units : {1u, 2u, 5u, 8u, 9u, 19u})
      for (const std::uint32_t rescales : {std::uint32_t{1}, units}) {
        CAPTURE(depth);
        CAPTURE(units);
        const ModelBuilder model = int8_layer(1 + (depth + units) % 5, depth, units, rescales, depth + units);
        compare(model, model);
      }
}

/// A convolution of random numbers; `table` states what is not random.
template <typename Table>
ModelBuilder int8_convolution(Random& random, const Sliding& s, Table table, const Dimensions& weights,
                              std::uint32_t outputs) {
  std::uint32_t count = 1;
  for (const std::uint32_t length : weights) count *= length;
  s.write(&table);
  s.write_dilation(&table);
  table.input_zero_point = random.integer(-128, 127), table.output_zero_point = random.integer(-128, 127);
  table.output_minimum = -110, table.output_maximum = 100;
  std::vector<std::int32_t> rescale;
  for (std::uint32_t o = 0; o < outputs; ++o)
    rescale.insert(rescale.end(), {random.integer(1 << 30, 0x7fffffff), random.integer(-12, o % 7 == 0 ? 2 : -6)});
  ModelBuilder model{std::move(table)};
  model.input(s.input_shape(), random.integers<std::int8_t>(s.input_size(), -128, 127))
      .constant(weights, random.integers<std::int8_t>(count, -128, 127))
      .constant({outputs}, random.integers<std::int32_t>(outputs, -90000, 90000))
      .constant({outputs, 2}, rescale)
      .template output<std::int8_t>(s.output_shape(outputs));
  return model;
}

void compare_int8_convolutions(const Compare& compare) {
  for (const std::uint32_t depth : {1u, 3u, 8u, 16u, 31u, 32u, 37u, 72u})
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(depth);
      CAPTURE(seed);
      Random random(seed);
      Sliding s = Sliding::random(random, true);
      parameters::Conv2D table;
      table.groups = static_cast<std::uint16_t>(1 + seed % 3 / 2);
      const std::uint32_t outputs = table.groups * random.size(1, 9);
      s.channels = depth * table.groups;
      const ModelBuilder model =
          int8_convolution(random, s, table, {outputs, s.kernel_h, s.kernel_w, depth}, outputs);
      compare(model, model);
    }
}

void compare_int8_depthwise(const Compare& compare) {
  for (const std::uint32_t channels : {1u, 3u, 7u, 8u, 16u, 19u, 40u})
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(channels);
      CAPTURE(seed);
      Random random(seed);
      Sliding s = Sliding::random(random, true);
      s.channels = channels;
      const std::uint32_t outputs = channels * (seed % 4 == 0 ? 2 : 1);
      const ModelBuilder model = int8_convolution(random, s, parameters::DepthwiseConv2D{},
                                                  {s.kernel_h, s.kernel_w, outputs}, outputs);
      compare(model, model);
    }
}

void compare_int8_sums(const Compare& compare) {
  for (std::uint32_t count = 1; count <= 40; ++count)
    for (const auto function : {BinaryFunction::add, BinaryFunction::subtract}) {
      CAPTURE(count);
      Random random(count);
      parameters::Binary table;
      table.function = function;
      table.left_shift = 20;
      table.a_zero_point = random.integer(-128, 127), table.b_zero_point = random.integer(-128, 127);
      table.output_zero_point = random.integer(-128, 127), table.output_maximum = 90;
      table.a_multiplier = random.integer(1 << 30, 0x7fffffff), table.a_shift = random.integer(-4, 0);
      table.b_multiplier = random.integer(1 << 30, 0x7fffffff), table.b_shift = random.integer(-4, 0);
      table.output_multiplier = random.integer(1 << 30, 0x7fffffff), table.output_shift = random.integer(-21, -16);
      ModelBuilder model{std::move(table)};
      model.input({count}, random.integers<std::int8_t>(count, -128, 127));
      const std::uint32_t other = count % 5 == 0 ? 1 : count;  // broadcast
      model.input({other}, random.integers<std::int8_t>(other, -128, 127)).output<std::int8_t>({count});
      compare(model, model);
    }
}

/// A pair of multiplier and shift for each channel; one in four is none that TensorFlow Lite writes for a convolution.
std::vector<std::int32_t> int8_pairs(Random& random, std::uint32_t channels, bool usual) {
  std::vector<std::int32_t> pairs;
  for (std::uint32_t i = 0; i < channels; ++i) {
    const bool is_usual = usual || random.size(1, 4) != 1;
    pairs.push_back(random.integer(is_usual ? 1 << 30 : 0, 0x7fffffff));
    pairs.push_back(is_usual ? random.integer(-9, -6) : random.integer(-31, 3));
  }
  return pairs;
}

/// Windows of all kinds: those of Sliding, one element, kernels larger than the image, and strides larger than the
/// kernel.
Sliding int8_window(Random& random, std::uint32_t seed) {
  Sliding s = Sliding::random(random, true);
  s.batch = 1 + seed % 5 * (seed % 5);  // to 17
  if (seed % 6 == 0) s.kernel_h = s.kernel_w = 1, s.pad_top = s.pad_bottom = s.pad_left = s.pad_right = 0;
  if (seed % 6 == 1) s.stride_h = 3, s.stride_w = 3 + seed % 2, s.kernel_h = s.kernel_w = 2;
  if (seed % 6 == 2) {
    s.kernel_h = 5, s.kernel_w = 7, s.dilation_h = s.dilation_w = 1, s.height = 3, s.width = 2;
    s.pad_top = 4, s.pad_bottom = 3, s.pad_left = 3, s.pad_right = 6;
  }
  if (seed % 6 == 3) {
    s.kernel_h = s.kernel_w = 3, s.dilation_h = s.dilation_w = 1, s.pad_top = s.pad_left = 1;
    s.stride_h = s.stride_w = 1 + seed / 6 % 2;
  }
  const std::uint32_t reach_h = (s.kernel_h - 1) * s.dilation_h, reach_w = (s.kernel_w - 1) * s.dilation_w;
  if (seed % 6 != 2) s.height += reach_h, s.width += reach_w;
  s.pad_top = std::min(s.pad_top, reach_h), s.pad_bottom = std::min(s.pad_bottom, reach_h);
  s.pad_left = std::min(s.pad_left, reach_w), s.pad_right = std::min(s.pad_right, reach_w);
  if (seed % 12 == 0) s.stride_h = s.stride_w = s.pad_bottom = s.pad_right = 1;  // one pixel, also behind the image
  return s;
}

template <typename Table>
Table int8_table(const Sliding& s, std::uint32_t seed) {
  Table table;
  s.write(&table);
  s.write_dilation(&table);
  table.input_zero_point = static_cast<std::int32_t>(seed % 256) - 128, table.output_zero_point = -3;
  if (seed % 3 == 0) table.output_minimum = -3, table.output_maximum = 90;
  return table;
}

void compare_packed_convolutions(const Compare& compare) {
  for (const std::uint32_t channels : {1u, 2u, 3u, 4u, 7u, 8u, 13u, 16u})
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(channels);
      CAPTURE(seed);
      Random random(seed + 100 * channels);
      Sliding s = int8_window(random, seed);
      s.channels = channels;
      const std::uint32_t outputs = 1 + (seed * channels) % 7, columns = s.kernel_h * s.kernel_w * channels;
      ModelBuilder model{int8_table<parameters::Conv2D>(s, 17 * seed)};
      model.input(s.input_shape(), random.integers<std::int8_t>(s.input_size(), -128, 127))
          .constant({outputs, s.kernel_h, s.kernel_w, channels},
                    random.integers<std::int8_t>(outputs * columns, -128, 127))
          .constant({outputs}, random.integers<std::int32_t>(outputs, -9000, 9000));
      model.constant({outputs, 2}, int8_pairs(random, outputs, seed % 4 != 1))
          .output<std::int8_t>(s.output_shape(outputs));
      ModelBuilder packed = model;
      pack_convolution_for_dsp(packed, s, outputs);
      compare(model, packed);
    }
}

void compare_packed_depthwise(const Compare& compare) {
  for (const std::uint32_t channels : {4u, 5u, 6u, 7u, 8u, 13u, 16u})
    for (std::uint32_t seed = 1; seed <= 18; ++seed) {
      CAPTURE(channels);
      CAPTURE(seed);
      Random random(seed + 100 * channels);
      Sliding s = int8_window(random, seed);
      s.channels = channels;
      ModelBuilder model{int8_table<parameters::DepthwiseConv2D>(s, 17 * seed)};
      model.input(s.input_shape(), random.integers<std::int8_t>(s.input_size(), -128, 127))
          .constant({s.kernel_h, s.kernel_w, channels},
                    random.integers<std::int8_t>(s.kernel_h * s.kernel_w * channels, -128, 127))
          .constant({channels}, random.integers<std::int32_t>(channels, -9000, 9000));
      model.constant({channels, 2}, int8_pairs(random, channels, seed % 4 != 1))
          .output<std::int8_t>(s.output_shape(channels));
      ModelBuilder packed = model;
      pack_depthwise_for_dsp(packed, s);
      compare(model, packed);
    }
}

struct Comparison {
  const char* folder;  // of runtime/kernels
  Operator op;
  DataType type;
  Layout layout;
  void (*layers)(const Compare&);
};

constexpr Comparison kComparisons[] = {
    {"avx2", Operator::fully_connected, DataType::float32, Layout::portable, compare_float_layers},
    {"avx2", Operator::conv_2d, DataType::float32, Layout::portable, compare_float_convolutions},
    {"avx2", Operator::depthwise_conv_2d, DataType::float32, Layout::portable, compare_float_depthwise},
    {"avx512", Operator::fully_connected, DataType::float32, Layout::portable, compare_float_layers},
    {"avx512", Operator::conv_2d, DataType::float32, Layout::portable, compare_float_convolutions},
    {"avx512", Operator::depthwise_conv_2d, DataType::float32, Layout::portable, compare_float_depthwise},
    {"neon", Operator::fully_connected, DataType::float32, Layout::portable, compare_float_layers},
    {"neon", Operator::conv_2d, DataType::float32, Layout::portable, compare_float_convolutions},
    {"neon", Operator::depthwise_conv_2d, DataType::float32, Layout::portable, compare_float_depthwise},
    {"avx2", Operator::fully_connected, DataType::int8, Layout::portable, compare_int8_layers},
    {"avx2", Operator::conv_2d, DataType::int8, Layout::portable, compare_int8_convolutions},
    {"avx2", Operator::depthwise_conv_2d, DataType::int8, Layout::portable, compare_int8_depthwise},
    {"avx512", Operator::fully_connected, DataType::int8, Layout::portable, compare_int8_layers},
    {"avx512", Operator::conv_2d, DataType::int8, Layout::portable, compare_int8_convolutions},
    {"avx512", Operator::depthwise_conv_2d, DataType::int8, Layout::portable, compare_int8_depthwise},
    {"avx2", Operator::binary, DataType::int8, Layout::portable, compare_int8_sums},
    {"avx2", Operator::average_pool_2d, DataType::float32, Layout::portable, compare_float_pools},
    {"avx512", Operator::average_pool_2d, DataType::float32, Layout::portable, compare_float_pools},
    {"neon", Operator::average_pool_2d, DataType::float32, Layout::portable, compare_float_pools},
    {"dsp", Operator::fully_connected, DataType::int8, Layout::dsp, compare_packed_layers},
    {"dsp", Operator::conv_2d, DataType::int8, Layout::dsp, compare_packed_convolutions},
    {"dsp", Operator::depthwise_conv_2d, DataType::int8, Layout::dsp, compare_packed_depthwise},
};

/// Kernels of a folder, which every list of a machine that has them begins with; packed ones are in every list.
Kernels kernels_of(const Comparison& comparison) {
  return comparison.layout == Layout::portable ? find_kernels(comparison.folder) : reference_kernels();
}

bool is_compared(const char* folder, Operator op, DataType type, Layout layout) {
  return std::any_of(std::begin(kComparisons), std::end(kComparisons), [&](const Comparison& c) {
    return std::string_view(c.folder) == folder && c.op == op && c.type == type && c.layout == layout;
  });
}

TEST_SUITE("kernels beside the reference") {
  TEST_CASE("each kernel of an instruction set is compared with the reference") {
#define NACRE_KERNEL(function, op, activations, weights, layout, number) \
  CHECK(is_compared(folder, Operator::op, DataType::activations, Layout::layout));
    const char* folder = "avx2";
    NACRE_KERNELS_OF_avx2(NACRE_KERNEL);
    folder = "avx512";
    NACRE_KERNELS_OF_avx512(NACRE_KERNEL);
    folder = "neon";
    NACRE_KERNELS_OF_neon(NACRE_KERNEL);
    folder = "dsp";
    NACRE_KERNELS_OF_dsp(NACRE_KERNEL);
#undef NACRE_KERNEL
  }

  TEST_CASE(
      "each kernel of an instruction set gives the bits of the reference for any number of inputs, outputs, groups and "
      "paddings") {
    for (const Comparison& comparison : kComparisons) {
      const Kernels kernels = kernels_of(comparison);
      if (kernels.empty()) {
        MESSAGE(std::string(comparison.folder), " not run: this machine has no such instructions");
        continue;
      }
      CAPTURE(comparison.folder);
      comparison.layers([&](const ModelBuilder& reference, ModelBuilder variant) {
        variant.kernels = kernels;
        const auto expected = reference.run<std::uint8_t>();
        REQUIRE(!expected.empty());
        CHECK(variant.run<std::uint8_t>() == expected);
      });
    }
  }

  TEST_CASE("kernels are found by name, and other names give none") {
    CHECK(find_kernels("reference").data() == reference_kernels().data());
    CHECK(find_kernels(nullptr).data() == native_kernels().data());
    CHECK(find_kernels("abacus").empty());
  }
}

}  // namespace
}  // namespace nacre::test
