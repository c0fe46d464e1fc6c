#pragma once

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/fully_connected.hpp"
#include "tests/support/packed_layers.hpp"
#include "tests/variants/compare.hpp"

namespace nacre::test {

/// A pair of multiplier and shift for each channel; one in four is none that TensorFlow Lite writes for a convolution.
inline std::vector<std::int32_t> int8_pairs(Random& random, std::uint32_t channels, bool usual) {
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
inline Sliding int8_window(Random& random, std::uint32_t seed) {
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

inline void compare_int8_layers(const Compare& compare) {
  for (const std::uint32_t depth : {1u, 7u, 8u, 16u, 31u, 32u, 70u, 128u, 640u})
    for (const std::uint32_t units : {1u, 2u, 5u, 8u, 9u, 19u, 48u})
      for (const std::uint32_t rescales : {std::uint32_t{1}, units}) {
        CAPTURE(depth);
        CAPTURE(units);
        const ModelBuilder model = int8_layer(1 + (depth + units) % 5, depth, units, rescales, depth + units);
        compare(model, model);
      }
}

inline void compare_packed_layers(const Compare& compare) {
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

/// A convolution of random numbers; `table` states what is not random.
template <typename Table>
ModelBuilder int8_convolution(Random& random, const Sliding& s, Table table, std::uint32_t seed,
                              const Dimensions& weights, std::uint32_t outputs, std::int32_t least_weight = -128) {
  std::uint32_t count = 1;
  for (const std::uint32_t length : weights) count *= length;
  s.write(&table);
  s.write_dilation(&table);
  table.input_zero_point = static_cast<std::int8_t>(17 * seed % 256 - 128), table.output_zero_point = -3;
  if (seed % 3 == 0) table.output_minimum = -3, table.output_maximum = 90;
  ModelBuilder model{std::move(table)};
  model.input(s.input_shape(), random.integers<std::int8_t>(s.input_size(), -128, 127))
      .constant(weights, random.integers<std::int8_t>(count, least_weight, 127))
      .constant({outputs}, random.integers<std::int32_t>(outputs, -9000, 9000));
  model.constant({outputs, 2}, int8_pairs(random, outputs, seed % 4 != 1))
      .template output<std::int8_t>(s.output_shape(outputs));
  return model;
}

/// Convolutions with depths, outputs and images around what vectors and blocks of them hold.
inline void compare_int8_convolutions(const Compare& compare) {
  for (const std::uint32_t depth : {1u, 3u, 8u, 16u, 31u, 32u, 37u, 72u})
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(depth);
      CAPTURE(seed);
      Random random(seed + 100 * depth);
      Sliding s = int8_window(random, seed);
      s.batch = 1 + seed % 2;
      if (seed % 2 == 0) s.height += 7 * s.stride_h, s.width += 7 * s.stride_w;  // so many share packed weights
      parameters::Conv2D table;
      table.groups = static_cast<std::uint16_t>(1 + seed % 5 / 4);
      const std::uint32_t outputs = table.groups * random.size(1, 45);
      s.channels = depth * table.groups;
      const ModelBuilder model =
          int8_convolution(random, s, table, seed, {outputs, s.kernel_h, s.kernel_w, depth}, outputs);
      compare(model, model);
    }
}

inline void compare_int8_depthwise(const Compare& compare) {
  for (const std::uint32_t channels : {1u, 3u, 7u, 8u, 16u, 19u, 40u})
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(channels);
      CAPTURE(seed);
      Random random(seed + 100 * channels);
      Sliding s = int8_window(random, seed);
      s.batch = 1 + seed % 2;
      if (seed == 7) {  // more taps than are unpacked at once
        s.kernel_h = s.kernel_w = 9, s.height += 9, s.width += 9, s.dilation_h = s.dilation_w = 1;
      }
      s.channels = channels;
      const std::uint32_t outputs = channels * (seed % 4 == 0 ? 2 : 1);
      const ModelBuilder model = int8_convolution(random, s, parameters::DepthwiseConv2D{}, seed,
                                                  {s.kernel_h, s.kernel_w, outputs}, outputs);
      compare(model, model);
    }
}

inline void compare_packed_convolutions(const Compare& compare) {
  for (const std::uint32_t channels : {1u, 2u, 3u, 4u, 7u, 8u, 13u, 16u})
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(channels);
      CAPTURE(seed);
      Random random(seed + 100 * channels);
      Sliding s = int8_window(random, seed);
      s.channels = channels;
      const std::uint32_t outputs = 1 + (seed * channels) % 7;
      ModelBuilder model = int8_convolution(random, s, parameters::Conv2D{}, seed,
                                            {outputs, s.kernel_h, s.kernel_w, channels}, outputs, -127);
      constexpr std::int32_t kLarge = 1 << 30;  // bias of a channel whose scale is next to nothing
      std::memcpy(model.argument(2).bytes.data() + seed % outputs * sizeof kLarge, &kLarge, sizeof kLarge);
      ModelBuilder packed = model;
      pack_convolution_for_dsp(packed, s, outputs);
      compare(model, packed);
    }
}

inline void compare_packed_depthwise(const Compare& compare) {
  for (const std::uint32_t channels : {4u, 5u, 6u, 7u, 8u, 13u, 16u})
    for (std::uint32_t seed = 1; seed <= 18; ++seed) {
      CAPTURE(channels);
      CAPTURE(seed);
      Random random(seed + 100 * channels);
      Sliding s = int8_window(random, seed);
      s.channels = channels;
      const ModelBuilder model = int8_convolution(random, s, parameters::DepthwiseConv2D{}, seed,
                                                  {s.kernel_h, s.kernel_w, channels}, channels);
      ModelBuilder packed = model;
      pack_depthwise_for_dsp(packed, s);
      compare(model, packed);
    }
}

/// Layers of the layout mve, whose weights lie as the reference reads them.
inline void compare_mve_layers(const Compare& compare) {
  for (const std::uint32_t depth : {1u, 3u, 15u, 16u, 17u, 32u, 70u, 135u})
    for (const std::uint32_t units : {1u, 2u, 3u, 4u, 5u, 7u, 8u, 13u, 24u, 25u, 53u})
      for (const std::uint32_t rescales : {std::uint32_t{1}, units}) {
        CAPTURE(depth);
        CAPTURE(units);
        const std::uint32_t rows = 1 + (depth + units) % 17;
        const ModelBuilder model = int8_layer(rows, depth, units, rescales, depth + units);
        ModelBuilder marked = model;
        marked.parameters<parameters::FullyConnected>().layout = Layout::mve;
        compare(model, marked);
      }
}

inline void compare_mve_convolutions(const Compare& compare) {
  for (const std::uint32_t channels : {1u, 3u, 5u, 8u, 16u, 17u, 32u, 37u})
    for (std::uint32_t seed = 1; seed <= 24; ++seed) {
      CAPTURE(channels);
      CAPTURE(seed);
      Random random(seed + 100 * channels);
      Sliding s = int8_window(random, seed);
      s.channels = channels;
      const std::uint32_t outputs = 1 + (seed * channels) % 53;
      const ModelBuilder model = int8_convolution(random, s, parameters::Conv2D{}, seed,
                                                  {outputs, s.kernel_h, s.kernel_w, channels}, outputs);
      ModelBuilder marked = model;
      mark_convolution_for_mve(marked, s);
      compare(model, marked);
    }
}

inline void compare_mve_depthwise(const Compare& compare) {
  for (const std::uint32_t channels : {1u, 3u, 4u, 7u, 8u, 9u, 16u, 29u})
    for (std::uint32_t seed = 1; seed <= 24; ++seed) {
      CAPTURE(channels);
      CAPTURE(seed);
      Random random(seed + 100 * channels);
      Sliding s = int8_window(random, seed);
      s.channels = channels;
      ModelBuilder model = int8_convolution(random, s, parameters::DepthwiseConv2D{}, seed,
                                            {s.kernel_h, s.kernel_w, channels}, channels);
      if (seed % 5 == 0) model.parameters<parameters::DepthwiseConv2D>().output_zero_point = -128;
      ModelBuilder marked = model;
      mark_depthwise_for_mve(marked, s);
      compare(model, marked);
    }
}

inline void compare_int8_sums(const Compare& compare) {
  for (std::uint32_t count = 1; count <= 40; ++count)
    for (const auto function : {BinaryFunction::add, BinaryFunction::subtract}) {
      CAPTURE(count);
      Random random(count);
      parameters::Binary table;
      table.function = function;
      table.left_shift = 20;
      table.a_zero_point = random.integer(-128, 127), table.b_zero_point = random.integer(-128, 127);
      table.output_zero_point = count % 3 == 0 ? -128 : random.integer(-128, 127), table.output_maximum = 90;
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

}  // namespace nacre::test
