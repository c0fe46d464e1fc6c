#pragma once

#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/images.hpp"
#include "tests/support/int8.hpp"

namespace nacre::test {

// What both convolutions must give. `terms(n, i, j, o, visit)` calls visit(from, weight) for every term of
// output (n, i, j, o) in the kernel's order, with the index of the input element (-1 in the padding) and
// that of the weight.

/// Each output is one chain of fused multiply-adds from the bias, in which padding is left out.
template <typename Table, typename Terms>
void check_float_convolution(Random& random, const Sliding& s, const Table& table, const Dimensions& weights,
                             std::uint32_t outputs, Terms terms) {
  std::uint32_t count = 1;
  for (const std::uint32_t length : weights) count *= length;
  const std::vector<float> x = random.reals(s.input_size()), w = random.reals(count), bias = random.reals(outputs);
  ModelBuilder model{table};
  model.input(s.input_shape(), x)
      .constant(weights, w)
      .constant({outputs}, bias)
      .template output<float>(s.output_shape(outputs));
  const std::vector<float> y = model.run<float>();
  REQUIRE(y.size() == s.batch * s.output_height() * s.output_width() * outputs);
  std::size_t at = 0;
  s.for_each_pixel([&](std::uint32_t n, std::uint32_t i, std::uint32_t j) {
    for (std::uint32_t o = 0; o < outputs; ++o, ++at) {
      float chain = bias[o];
      double exact = bias[o];
      terms(n, i, j, o, [&](std::int64_t from, std::size_t weight) {
        if (from < 0) return;
        const float pixel = x[static_cast<std::size_t>(from)];
        chain = std::fma(pixel, w[weight], chain);
        exact += double{pixel} * w[weight];
      });
      CHECK(y[at] == chain);
      CHECK(std::abs(y[at] - exact) < 1e-4);
    }
  });
}

/// Each output is the rescaled sum, in which padding counts as the zero point. `table` states the zero
/// points.
template <typename Table, typename Terms>
void check_int8_convolution(Random& random, const Sliding& s, const Table& table, const Dimensions& weights,
                            std::uint32_t outputs, Terms terms) {
  std::uint32_t count = 1;
  for (const std::uint32_t length : weights) count *= length;
  const auto x = random.integers<std::int8_t>(s.input_size(), -128, 127);
  const auto w = random.integers<std::int8_t>(count, -127, 127);
  const auto bias = random.integers<std::int32_t>(outputs, -9000, 9000);
  std::vector<std::int32_t> rescale;
  for (std::uint32_t o = 0; o < outputs; ++o)
    rescale.insert(rescale.end(), {random.integer(1 << 30, 0x7fffffff), random.integer(-9, -6)});
  ModelBuilder model{table};
  model.input(s.input_shape(), x).constant(weights, w).constant({outputs}, bias).constant({outputs, 2}, rescale)
      .template output<std::int8_t>(s.output_shape(outputs));
  const auto y = model.run<std::int8_t>();
  REQUIRE(y.size() == s.batch * s.output_height() * s.output_width() * outputs);
  std::size_t at = 0;
  s.for_each_pixel([&](std::uint32_t n, std::uint32_t i, std::uint32_t j) {
    for (std::uint32_t o = 0; o < outputs; ++o, ++at) {
      std::int64_t sum = bias[o];
      terms(n, i, j, o, [&](std::int64_t from, std::size_t weight) {
        sum += (from < 0 ? table.input_zero_point : x[static_cast<std::size_t>(from)]) * w[weight];
      });
      CHECK(y[at] == rescaled_int8(sum, rescale[2 * o], rescale[2 * o + 1], table.output_zero_point));
    }
  });
}

}  // namespace nacre::test
