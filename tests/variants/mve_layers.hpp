#pragma once

#include "tests/variants/int8_layers.hpp"

// Layers that MVE computes in another way than others of the layout: where inputs are a multiple of 16, or few, outputs
// a multiple of eight, or windows three columns wide.

namespace nacre::test {

/// With an output zero point of -128 every other time, where sums are rounded more simply.
template <typename Table>
void compare_for_mve(const Compare& compare, ModelBuilder model, std::uint32_t seed) {
  if (seed % 2 == 0) model.parameters<Table>().output_zero_point = -128;
  ModelBuilder marked = model;
  marked.parameters<Table>().layout = Layout::mve;
  compare(model, marked);
}

inline void compare_mve_blocks(const Compare& compare) {
  for (const std::uint32_t depth : {16u, 27u, 32u, 40u, 48u, 50u, 64u, 80u, 128u})
    for (const std::uint32_t units : {8u, 16u, 32u, 36u, 48u, 56u, 64u, 104u})
      for (const std::uint32_t rows : {1u, 5u, 6u, 14u})
        for (const std::uint32_t rescales : {std::uint32_t{1}, units}) {
          CAPTURE(depth);
          CAPTURE(units);
          CAPTURE(rows);
          compare_for_mve<parameters::FullyConnected>(compare, int8_layer(rows, depth, units, rescales, depth + units),
                                                      depth / 16 + units / 8 + rows);
        }
}

inline void compare_mve_three_columns(const Compare& compare) {
  for (const std::uint32_t channels : {16u, 32u, 48u, 64u})
    for (std::uint32_t seed = 1; seed <= 24; ++seed) {
      CAPTURE(channels);
      CAPTURE(seed);
      Random random(seed + 100 * channels);
      Sliding s = Sliding::random(random, true);
      s.kernel_h = 1 + seed % 5, s.kernel_w = 3, s.dilation_w = 1;
      s.stride_w = 1 + seed % 2, s.channels = channels;
      s.pad_top = random.size(0, s.kernel_h - 1), s.pad_bottom = random.size(0, s.kernel_h - 1);
      s.pad_left = random.size(0, 2), s.pad_right = random.size(0, 2);
      s.height = random.size(1, 4) + (s.kernel_h - 1) * s.dilation_h, s.width = random.size(3, 13);
      const std::uint32_t outputs = 8 * random.size(1, 7);
      ModelBuilder model = int8_convolution(random, s, parameters::Conv2D{}, 4 * seed + seed % 2,
                                            {outputs, s.kernel_h, s.kernel_w, channels}, outputs);
      if (seed % 3 == 0) model.parameters<parameters::Conv2D>().output_zero_point = -128;
      ModelBuilder marked = model;
      mark_convolution_for_mve(marked, s);
      compare(model, marked);
    }
}

inline void compare_int8_pools(const Compare& compare) {
  for (const std::uint32_t channels : {1u, 3u, 4u, 8u, 16u, 19u, 37u, 72u})
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(channels);
      CAPTURE(seed);
      Random random(seed);
      Sliding s = Sliding::random(random, false);
      s.channels = channels;
      parameters::AveragePool2D table;
      s.write(&table);
      s.write_kernel(&table);
      if (seed % 2 == 0) table.output_minimum = -50, table.output_maximum = 20;
      ModelBuilder model{std::move(table)};
      model.input(s.input_shape(), random.integers<std::int8_t>(s.input_size(), -128, 127))
          .output<std::int8_t>(s.output_shape(channels));
      compare(model, model);
    }
}

inline void compare_all_mve_layers(const Compare& compare) {
  compare_mve_layers(compare);
  compare_mve_blocks(compare);
}
inline void compare_all_mve_convolutions(const Compare& compare) {
  compare_mve_convolutions(compare);
  compare_mve_three_columns(compare);
}

}  // namespace nacre::test
