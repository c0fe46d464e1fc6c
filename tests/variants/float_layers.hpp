#pragma once

#include <doctest/doctest.h>

#include "tests/support/fully_connected.hpp"
#include "tests/support/images.hpp"
#include "tests/variants/compare.hpp"

namespace nacre::test {

inline void compare_float_layers(const Compare& compare) {
  for (const std::uint32_t depth : {1u, 7u, 33u})
    for (std::uint32_t units = 1; units <= 70; ++units) {
      const std::uint32_t rows = 1 + (depth + units) % 17;
      CAPTURE(depth);
      CAPTURE(units);
      const ModelBuilder model = float_layer(rows, depth, units, depth + units);
      compare(model, model);
    }
}

inline void compare_float_convolutions(const Compare& compare) {
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
      if (seed % 4 == 1) table.minimum = -0.25f, table.maximum = seed == 5 ? -0.5f : 0.5f;
      if (seed % 5 == 0) s.width += 41;  // several tiles a line
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

/// Kernels of three columns, whose windows lie over an edge of the image by one column at most.
inline void compare_float_sweeps(const Compare& compare) {
  for (const std::uint32_t channels : {5u, 16u, 40u})
    for (std::uint32_t width = 1; width <= 20; ++width) {
      CAPTURE(channels);
      CAPTURE(width);
      Random random(channels + width);
      Sliding s = Sliding::random(random, false);
      s.channels = channels, s.width = width, s.kernel_w = 3, s.stride_w = 1 + width % 3 % 2;
      s.pad_left = width < 3 ? 1 : width / 3 % 2, s.pad_right = width < 3 ? 1 : width / 6 % 2;
      parameters::DepthwiseConv2D table;
      s.write(&table);
      ModelBuilder model{std::move(table)};
      model.input(s.input_shape(), random.reals(s.input_size()))
          .constant({s.kernel_h, s.kernel_w, channels}, random.reals(s.kernel_h * s.kernel_w * channels))
          .constant({channels}, random.reals(channels))
          .output<float>(s.output_shape(channels));
      compare(model, model);
    }
}

inline void compare_float_depthwise(const Compare& compare) {
  compare_float_sweeps(compare);
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
      if (seed % 3 == 0) {  // several tiles a line
        s.kernel_h = s.kernel_w = 3, s.height += 9, s.width += 19;
        s.write(&table);
      }
      table.minimum = -0.25f, table.maximum = seed == 5 ? -0.5f : 0.5f;
      ModelBuilder model{std::move(table)};
      model.input(s.input_shape(), random.reals(s.input_size()))
          .constant({s.kernel_h, s.kernel_w, outputs}, random.reals(s.kernel_h * s.kernel_w * outputs))
          .constant({outputs}, random.reals(outputs))
          .output<float>(s.output_shape(outputs));
      compare(model, model);
    }
}

inline void compare_float_pools(const Compare& compare) {
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
      table.minimum = -0.25f, table.maximum = seed == 5 ? -0.5f : 0.5f;
      ModelBuilder model{std::move(table)};
      model.input(s.input_shape(), random.reals(s.input_size())).output<float>(s.output_shape(channels));
      compare(model, model);
    }
}

}  // namespace nacre::test
