#pragma once

#include <doctest/doctest.h>

#include <limits>

#include "tests/variants/int8_layers.hpp"

namespace nacre::test {

// Layers whose outputs are sums of products of int8, and what makes their inputs.

/// Zero points of `count` rows; where `hostile`, one is no int8.
inline std::vector<std::int32_t> zero_points_of_rows(Random& random, std::uint32_t count, bool hostile) {
  std::vector<std::int32_t> zero_points = random.integers<std::int32_t>(count, -128, 127);
  if (hostile) zero_points[count / 2] = 1 << 30;
  return zero_points;
}

inline void compare_integer_products(const Compare& compare) {
  for (const std::uint32_t rows : {1u, 2u, 5u, 6u, 13u})
    for (const std::uint32_t depth : {1u, 3u, 16u, 31u, 640u, 701u})
      for (const std::uint32_t columns : {1u, 8u, 9u, 16u, 35u})
        for (const bool transposed : {false, true}) {
          CAPTURE(rows);
          CAPTURE(depth);
          CAPTURE(columns);
          CAPTURE(transposed);
          Random random(rows + depth * columns);
          parameters::MatMul table;
          table.transposed = transposed;
          const std::uint32_t matrices = 1 + columns % 2;
          ModelBuilder model{table};
          model.input({matrices, rows, depth}, random.integers<std::int8_t>(matrices * rows * depth, -128, 127));
          const Dimensions of_b = transposed ? Dimensions{columns, depth} : Dimensions{depth, columns};
          model.constant(of_b, random.integers<std::int8_t>(depth * columns, -128, 127));
          const std::uint32_t all_rows = matrices * rows;
          if (columns != 8) model.input({all_rows}, zero_points_of_rows(random, all_rows, columns == 9 && rows == 5));
          model.output<std::int32_t>({matrices, rows, columns});
          compare(model, model);
        }
}

inline void compare_integer_convolutions(const Compare& compare) {
  for (const std::uint32_t depth : {1u, 3u, 8u, 17u, 37u, 72u})
    for (std::uint32_t seed = 1; seed <= 12; ++seed)
      for (const bool depthwise : {false, true}) {
        CAPTURE(depth);
        CAPTURE(seed);
        CAPTURE(depthwise);
        Random random(seed + 100 * depth);
        Sliding s = int8_window(random, seed);
        s.batch = 1 + seed % 3;
        parameters::ConvInteger table;
        table.groups = static_cast<std::uint16_t>(depthwise ? depth : 1 + seed % 5 / 4);
        const std::uint32_t of_a_group = depthwise ? 1 : depth, outputs = table.groups * (depthwise ? 1 : seed * 3);
        s.channels = table.groups * of_a_group;
        s.write(&table);
        s.write_dilation(&table);
        const std::uint32_t count = outputs * s.kernel_h * s.kernel_w * of_a_group;
        ModelBuilder model{table};
        model.input(s.input_shape(), random.integers<std::int8_t>(s.input_size(), -128, 127))
            .constant({outputs, s.kernel_h, s.kernel_w, of_a_group}, random.integers<std::int8_t>(count, -128, 127));
        if (seed % 4 != 0) model.input({s.batch}, zero_points_of_rows(random, s.batch, seed == 7));
        model.output<std::int32_t>(s.output_shape(outputs));
        compare(model, model);
      }
}

/// Rows of numbers of all sizes. That scales and zero points are the same too, quantize_rows_test.cpp makes sure.
inline void compare_quantized_rows(const Compare& compare) {
  constexpr float kSpecial[] = {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN(), 0.0f,
                                -0.0f, std::numeric_limits<float>::denorm_min(), 3e38f, -3e38f};
  for (const std::uint32_t count : {1u, 3u, 8u, 9u, 16u, 31u, 200u})
    for (std::uint32_t seed = 0; seed < 24; ++seed) {
      CAPTURE(count);
      CAPTURE(seed);
      Random random(seed + 100 * count);
      parameters::QuantizeRows table;
      table.symmetric = seed % 2 == 0;
      const std::uint32_t rows = 1 + seed % 3;
      std::vector<float> x = random.reals(rows * count);
      if (seed % 8 == 5)  // halves between codes
        for (float& number : x) number = static_cast<float>(static_cast<int>(number * 300)) / 2;
      if (seed % 8 > 5) x[seed % x.size()] = kSpecial[seed / 3 % 7];
      ModelBuilder model{table};
      model.input({rows, count}, x).output<std::int8_t>({rows, count});
      model.output<float>({rows}).output<std::int32_t>({rows});
      compare(model, model);
    }
}

}  // namespace nacre::test
