#pragma once

#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {

/// Fully connected layers of random weights.
inline ModelBuilder float_layer(std::uint32_t rows, std::uint32_t depth, std::uint32_t units, std::uint32_t seed) {
  Random random(seed);
  ModelBuilder model{parameters::FullyConnected{}};
  model.input({rows, depth}, random.reals(rows * depth))
      .constant({depth, units}, random.reals(depth * units))
      .constant({units}, random.reals(units))
      .output<float>({rows, units});
  return model;
}

/// `rescales` pairs of (multiplier, shift): one for all units, in the struct, or an input with one each.
inline ModelBuilder int8_layer(std::uint32_t rows, std::uint32_t depth, std::uint32_t units, std::uint32_t rescales,
                               std::uint32_t seed) {
  Random random(seed);
  parameters::FullyConnected table;
  table.output_zero_point = 3;
  table.output_minimum = -100;
  table.output_maximum = 90;
  table.multiplier = random.integer(1 << 30, 0x7fffffff);
  table.shift = random.integer(-9, -5);
  std::vector<std::int32_t> rescale;
  for (std::uint32_t i = 0; i < rescales; ++i)
    rescale.insert(rescale.end(), {random.integer(1 << 30, 0x7fffffff), random.integer(-9, -5)});
  ModelBuilder model{std::move(table)};
  model.input({rows, depth}, random.integers<std::int8_t>(rows * depth, -128, 127))
      .constant({units, depth}, random.integers<std::int8_t>(units * depth, -127, 127))
      .constant({units}, random.integers<std::int32_t>(units, -9000, 9000));
  if (rescales != 1) model.constant({rescales, 2}, rescale);
  model.output<std::int8_t>({rows, units});
  return model;
}

}  // namespace nacre::test
