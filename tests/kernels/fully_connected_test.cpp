#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/fully_connected.hpp"
#include "tests/support/int8.hpp"
#include "tests/support/packed_layers.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace fully_connected_test {

template <typename T>
const T* elements(const ModelBuilder& model, unsigned argument) {
  return reinterpret_cast<const T*>(model.arguments[argument].bytes.data());
}

TEST_SUITE("fully_connected") {
  TEST_CASE("[1 2] times [[1 2] [3 4]] plus [10 20] is [17 30]") {
    ModelBuilder model{parameters::FullyConnected{}};
    model.input<float>({1, 2}, {1, 2})
        .constant<float>({2, 2}, {1, 2, 3, 4})
        .constant<float>({2}, {10, 20})
        .output<float>({1, 2});
    CHECK(model.run<float>() == std::vector<float>{17, 30});
    model.parameters<parameters::FullyConnected>().maximum = 20;
    model.parameters<parameters::FullyConnected>().minimum = 18;
    CHECK(model.run<float>() == std::vector<float>{18, 20});
  }

  TEST_CASE("each output is one chain of fused multiply-adds from the bias, in ascending order") {
    for (const std::uint32_t depth : {1u, 3u, 17u})
      for (const std::uint32_t units : {1u, 4u, 9u}) {
        CAPTURE(depth);
        CAPTURE(units);
        const ModelBuilder model = float_layer(3, depth, units, depth * 100 + units);
        const std::vector<float> y = model.run<float>();
        REQUIRE(y.size() == 3 * units);
        const float *x = elements<float>(model, 0), *w = elements<float>(model, 1), *bias = elements<float>(model, 2);
        for (std::uint32_t row = 0; row < 3; ++row)
          for (std::uint32_t unit = 0; unit < units; ++unit) {
            float chain = bias[unit];
            double exact = bias[unit];
            for (std::uint32_t d = 0; d < depth; ++d) {
              chain = std::fma(x[row * depth + d], w[d * units + unit], chain);
              exact += double{x[row * depth + d]} * w[d * units + unit];
            }
            CHECK(y[row * units + unit] == chain);
            CHECK(std::abs(y[row * units + unit] - exact) < 1e-5);
          }
      }
  }

  TEST_CASE("in float64 each product is rounded before it is added, in ascending order, and the bias comes last") {
    Random random(17);
    for (const std::uint32_t depth : {1u, 3u, 17u})
      for (const double size : {1.0, 1e-160, 1e8}) {  // products of 1e-160 are subnormal
        CAPTURE(depth);
        CAPTURE(size);
        std::vector<double> x(2 * depth), w(depth * 3), bias(3);
        for (auto* numbers : {&x, &w, &bias})
          for (double& value : *numbers) value = size * (random.real() + 1e-12 * random.real());
        ModelBuilder model{parameters::FullyConnected{}};
        model.input<double>({2, depth}, x).constant<double>({depth, 3}, w).constant<double>({3}, bias);
        const std::vector<double> y = model.output<double>({2, 3}).run<double>();
        REQUIRE(y.size() == 6);
        for (std::uint32_t i = 0; i < 6; ++i) {
          volatile double sum = 0;
          for (std::uint32_t d = 0; d < depth; ++d) {
            const volatile double product = x[i / 3 * depth + d] * w[d * 3 + i % 3];
            sum = sum + product;
          }
          CHECK(y[i] == sum + bias[i % 3]);
        }
      }
  }

  TEST_CASE("float64 holds what cancels in float32, and clamps") {
    ModelBuilder model{parameters::FullyConnected{}};
    model.input<double>({1, 2}, {1700000730, 1700000077}).constant<double>({2, 1}, {1e6, -1e6});
    model.constant<double>({1}, {0.5}).output<double>({1, 1});
    CHECK(model.run<double>() == std::vector<double>{653000000.5});
    model.parameters<parameters::FullyConnected>().maximum = 20;
    CHECK(model.run<double>() == std::vector<double>{20});
  }

  TEST_CASE("int8 is the rescaled sum, by one multiplier for all units or by one each") {
    for (const std::uint32_t rescales : {1u, 5u}) {
      CAPTURE(rescales);
      ModelBuilder model = int8_layer(4, 19, 5, rescales, rescales);
      const auto& table = model.parameters<parameters::FullyConnected>();
      const std::int32_t shared[] = {table.multiplier, table.shift};
      const auto y = model.run<std::int8_t>();
      REQUIRE(y.size() == 20);
      const auto *x = elements<std::int8_t>(model, 0), *w = elements<std::int8_t>(model, 1);
      const auto *bias = elements<std::int32_t>(model, 2), *rescale = elements<std::int32_t>(model, 3);
      for (std::uint32_t row = 0; row < 4; ++row)
        for (std::uint32_t unit = 0; unit < 5; ++unit) {
          std::int64_t sum = bias[unit];
          for (std::uint32_t d = 0; d < 19; ++d) sum += x[row * 19 + d] * w[unit * 19 + d];
          const std::int32_t* pair = rescales == 1 ? shared : rescale + 2 * unit;
          CHECK(y[row * 5 + unit] == rescaled_int8(sum, pair[0], pair[1], 3, -100, 90));
        }
    }
  }

  TEST_CASE("packed weights of another size, and a layout that no kernel reads, are refused") {
    ModelBuilder model = int8_layer(2, 5, 3, 1, 1);
    pack_for_dsp(model, 5, 3);
    Status expected = Status::bad_arguments;
    SUBCASE("a pair too few") { model.argument(1).shape = {1, 4}; }
    SUBCASE("four columns too few") { model.argument(1).shape = {2, 2}; }
    SUBCASE("a layout beyond those known") {
      model.parameters<parameters::FullyConnected>().layout = static_cast<Layout>(2),
      expected = Status::kernel_missing;
    }
    SUBCASE("a layout that the struct does not name") {
      model.parameters<parameters::FullyConnected>().layout = Layout::portable, expected = Status::bad_parameter;
      model.rename = [](KernelName& name) { name.layout = Layout::dsp; };
    }
    CHECK(model.load_status() == expected);
  }

  TEST_CASE("a fully connected layer whose arguments do not fit is refused") {
    ModelBuilder model = float_layer(2, 3, 4, 1);
    Status expected = Status::bad_arguments;
    SUBCASE("depth of the weights") { model.argument(1).shape = {4, 3}; }
    SUBCASE("rank of the weights") { model.argument(1).shape = {12}; }
    SUBCASE("type of the weights") { model.argument(1).type = DataType::int32, expected = Status::kernel_missing; }
    SUBCASE("type of the weights that is not the kernel's") {
      model.argument(1).type = DataType::int32,
      model.rename = [](KernelName& name) { name.weights = DataType::float32; };
    }
    SUBCASE("length of the bias") { model.argument(2).shape = {3}; }
    SUBCASE("type of the bias") { model.argument(2).type = DataType::int32; }
    SUBCASE("rows of the output") { model.argument(3).shape = {3, 4}; }
    SUBCASE("type of the output") { model.argument(3).type = DataType::int32; }
    SUBCASE("a missing bias") { model.inputs = 2, model.arguments.erase(model.arguments.begin() + 2); }
    CHECK(model.load_status() == expected);
  }

  TEST_CASE("a fully connected layer with int8 parameters outside their range is refused") {
    ModelBuilder model = int8_layer(2, 3, 4, 4, 1);
    auto& table = model.parameters<parameters::FullyConnected>();
    auto* rescale = reinterpret_cast<std::int32_t*>(model.argument(3).bytes.data());
    Status expected = Status::bad_parameter;
    SUBCASE("clamp upside down") { table.output_minimum = 91; }
    SUBCASE("layout that is not the kernel's") {
      table.layout = Layout::dsp, model.rename = [](KernelName& name) { name.layout = Layout::portable; };
    }
    SUBCASE("negative multiplier of all units") { table.multiplier = -1; }
    SUBCASE("shift of all units too far left") { table.shift = 31; }
    SUBCASE("negative multiplier") { rescale[6] = -1, expected = Status::bad_weights; }
    SUBCASE("shift too far left") { rescale[7] = 31, expected = Status::bad_weights; }
    SUBCASE("shift too far right") { rescale[7] = -32, expected = Status::bad_weights; }
    SUBCASE("rescale that is no constant") {
      model.argument(3).memory = MemoryKind::activations, expected = Status::bad_arguments;
    }
    SUBCASE("rescale of another number of units") {
      model.argument(3).shape = {3, 2}, expected = Status::bad_arguments;
    }
    CHECK(model.load_status() == expected);
  }
}

}  // namespace fully_connected_test
}  // namespace nacre::test
