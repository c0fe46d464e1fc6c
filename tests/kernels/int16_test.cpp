// Layers whose activations are int16.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace int16_test {

using Words = std::vector<std::int32_t>;

/// What TensorFlow Lite's rule for 16 bits makes of a sum, worked out in long double.
std::int16_t expected(std::int64_t sum, std::int32_t multiplier, std::int32_t shift, double minimum = -32768,
                      double maximum = 32767) {
  const auto kept = std::min<std::int64_t>((std::int64_t{multiplier} + 32768) >> 16, 32767);
  const auto scaled = std::floor(static_cast<long double>(sum * kept) / std::exp2(15.0L - shift) + 0.5L);
  return static_cast<std::int16_t>(std::clamp(static_cast<double>(scaled), minimum, maximum));
}

/// The same with all bits of the multiplier: the product as high * 2^16 + low, as 32-bit processors have no 128 bits.
std::int16_t expected_whole(std::int64_t sum, std::int32_t multiplier, std::int32_t shift, double minimum = -32768,
                            double maximum = 32767) {
  const int bits = 31 - shift;
  const std::int64_t half = std::int64_t{1} << (bits - 1);
  std::int64_t low = (sum & 0xffff) * multiplier + (half & 0xffff);
  const std::int64_t high = (sum >> 16) * multiplier + (half >> 16) + (low >> 16);
  low &= 0xffff;
  const double scaled = bits >= 16
                            ? static_cast<double>(high >> (bits - 16))
                            : std::ldexp(static_cast<double>(high), 16 - bits) + static_cast<double>(low >> bits);
  return static_cast<std::int16_t>(std::clamp(scaled, minimum, maximum));
}

TEST_SUITE("int16") {
  TEST_CASE("a dense layer adds up in 64 bits, and rescales with 15 bits of its multiplier or all of its units'") {
    Random random(3);
    constexpr std::uint32_t kDepth = 1000, kUnits = 3;
    const auto x = random.integers<std::int16_t>(kDepth, 20000, 32767);
    const auto w = random.integers<std::int8_t>(kDepth * kUnits, 90, 127);  // sums beyond 32 bits
    const Words bias{5, -1000, 123456}, rescale{1 << 30, -18, 2000000001, -16, 2147483600, -17};
    ModelBuilder model{parameters::FullyConnected{}};
    model.parameters<parameters::FullyConnected>().maximum = 30000;
    model.input({1, kDepth}, x).constant({kUnits, kDepth}, w).constant({kUnits}, bias);
    const auto y = model.constant({kUnits, 2}, rescale).output<std::int16_t>({1, kUnits}).run<std::int16_t>();
    REQUIRE(y.size() == kUnits);
    for (std::uint32_t unit = 0; unit < kUnits; ++unit) {
      std::int64_t sum = bias[unit];
      for (std::uint32_t d = 0; d < kDepth; ++d) sum += x[d] * w[unit * kDepth + d];
      CHECK(y[unit] == expected_whole(sum, rescale[2 * unit], rescale[2 * unit + 1], -32768, 30000));
    }
    for (std::uint32_t unit = 0; unit < kUnits; ++unit) {
      parameters::FullyConnected shared;
      shared.multiplier = rescale[2 * unit], shared.shift = rescale[2 * unit + 1];
      ModelBuilder alone{shared};
      alone.input({1, kDepth}, x).constant({kUnits, kDepth}, w).constant({kUnits}, bias);
      std::int64_t sum = bias[unit];
      for (std::uint32_t d = 0; d < kDepth; ++d) sum += x[d] * w[unit * kDepth + d];
      CHECK(alone.output<std::int16_t>({1, kUnits}).run<std::int16_t>().at(unit) ==
            expected(sum, shared.multiplier, shared.shift));
    }
  }

  TEST_CASE("a unit's own multiplier is taken whole, whatever its shift") {
    const Words shifts{30, 20, 5, 1, 0, -1, -2, -17, -31};
    Random random(5);
    for (const std::int32_t shift : shifts) {
      CAPTURE(shift);
      for (int round = 0; round < 40; ++round) {
        const auto x = random.integers<std::int16_t>(2, -32768, 32767);
        const auto w = random.integers<std::int8_t>(2, -128, 127);
        const Words bias{random.integers<std::int32_t>(1, -9, 9)[0]};
        const Words rescale{random.integers<std::int32_t>(1, 1 << 30, INT32_MAX)[0], shift};
        ModelBuilder model{parameters::FullyConnected{}};
        model.input({1, 2}, x).constant({1, 2}, w).constant({1}, bias).constant({1, 2}, rescale);
        const std::int64_t sum = std::int64_t{x[0]} * w[0] + std::int64_t{x[1]} * w[1] + bias[0];
        CHECK(model.output<std::int16_t>({1, 1}).run<std::int16_t>().at(0) == expected_whole(sum, rescale[0], shift));
      }
    }
  }

  TEST_CASE("a convolution and a depthwise one take padding as 0") {
    const std::vector<std::int16_t> x{1000, -2000, 3000};
    const std::vector<std::int8_t> w{2, -3, 5};
    const Words bias{7}, rescale{1 << 30, 0};
    parameters::Conv2D conv;
    conv.pad_left = conv.pad_right = 1;
    ModelBuilder whole(conv);
    whole.input({1, 1, 3, 1}, x).constant({1, 1, 3, 1}, w).constant({1}, bias).constant({1, 2}, rescale);
    const auto y = whole.output<std::int16_t>({1, 1, 3, 1}).run<std::int16_t>();
    parameters::DepthwiseConv2D own;
    own.pad_left = own.pad_right = 1;
    ModelBuilder depthwise(own);
    depthwise.input({1, 1, 3, 1}, x).constant({1, 3, 1}, w).constant({1}, bias).constant({1, 2}, rescale);
    const std::vector<std::int64_t> sums{-3000 - 10000 + 7, 2000 + 6000 + 15000 + 7, -4000 - 9000 + 7};
    REQUIRE(y.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) CHECK(y[i] == expected(sums[i], 1 << 30, 0));
    CHECK(depthwise.output<std::int16_t>({1, 1, 3, 1}).run<std::int16_t>() == y);
  }

  TEST_CASE("a mean is rounded half away from 0, a largest element is as it is, and both keep the bounds") {
    const std::vector<std::int16_t> x{-3, -4, 32767, 32766};
    parameters::AveragePool2D mean;
    mean.kernel_w = mean.stride_w = 2, mean.maximum = 32000;
    CHECK(ModelBuilder(mean).input({1, 1, 4, 1}, x).output<std::int16_t>({1, 1, 2, 1}).run<std::int16_t>() ==
          std::vector<std::int16_t>{-4, 32000});
    parameters::MaxPool2D largest;
    largest.kernel_w = largest.stride_w = 2, largest.minimum = 0;
    CHECK(ModelBuilder(largest).input({1, 1, 4, 1}, x).output<std::int16_t>({1, 1, 2, 1}).run<std::int16_t>() ==
          std::vector<std::int16_t>{0, 32767});
  }
}

}  // namespace int16_test
}  // namespace nacre::test
