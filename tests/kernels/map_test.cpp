#include <doctest/doctest.h>

#include <numeric>

#include "tests/support/programs.hpp"

namespace nacre::test {
namespace map_test {

using F = MapFunction;
using Floats = std::vector<float>;

constexpr std::uint64_t kTwo = 0x40000000, kTen = 0x41200000;  // float32

/// (x - b) * 2 clamped to [2, 10]: three steps, two literals.
ModelBuilder three_steps() {
  ModelBuilder model{parameters::Map{}};
  model.input<float>({2, 3}, {1, 2, 3, 4, 5, 9}).input<float>({3}, {0, 1, 2});
  add_program(model,
              {step<float>(F::subtract, {0, 1}), step<float>(F::multiply, {kLeft, literal(0)}),
               step<float>(F::clamp, {kLeft, literal(0), literal(1)})},
              {kTwo, kTen});
  model.output<float>({2, 3});
  return model;
}

ModelBuilder sum(Dimensions a_shape, const Floats& a, Dimensions b_shape, const Floats& b, Dimensions y_shape) {
  ModelBuilder model{parameters::Map{}};
  model.input(std::move(a_shape), a).input(std::move(b_shape), b);
  add_program(model, {step<float>(F::add, {0, 1})});
  model.output<float>(std::move(y_shape));
  return model;
}

/// The words of the program, to be changed.
std::int32_t* words(ModelBuilder& model) {
  return reinterpret_cast<std::int32_t*>(model.argument(model.inputs - 1u).bytes.data());
}

TEST_SUITE("map") {
  TEST_CASE("functions are applied one after the other, to inputs, literals and what the last one left") {
    CHECK(three_steps().run<float>() == Floats{2, 2, 2, 8, 8, 10});
  }

  TEST_CASE("axes of length 1 and missing axes are repeated") {
    const Floats column{1, 2, 3}, row{10, 20}, table{11, 21, 12, 22, 13, 23};
    CHECK(sum({3, 1}, column, {1, 2}, row, {3, 2}).run<float>() == table);
    CHECK(sum({2}, row, {3, 1}, column, {3, 2}).run<float>() == table);
    CHECK(sum({}, {1}, {2, 1, 2}, {1, 2, 3, 4}, {2, 1, 2}).run<float>() == Floats{2, 3, 4, 5});
    CHECK(sum({2, 1, 2}, {1, 2, 3, 4}, {1, 2, 1}, {10, 20}, {2, 2, 2}).run<float>() ==
          Floats{11, 12, 21, 22, 13, 14, 23, 24});
    CHECK(sum({2, 1, 1, 2}, {1, 2, 3, 4}, {3, 1, 1}, {10, 20, 30}, {2, 3, 1, 2}).run<float>() ==
          Floats{11, 12, 21, 22, 31, 32, 13, 14, 23, 24, 33, 34});
    CHECK(sum({1}, {1}, {1, 1}, {2}, {1, 1}).run<float>() == Floats{3});
  }

  TEST_CASE("runs longer than a vector, and their rests, give what single elements give") {
    for (const std::uint32_t length : {1u, 3u, 4u, 7u, 8u, 31u, 67u}) {
      CAPTURE(length);
      Floats x(2 * length), b(length), expected(2 * length);
      std::iota(x.begin(), x.end(), 1.0f), std::iota(b.begin(), b.end(), 0.5f);
      for (std::uint32_t i = 0; i < 2 * length; ++i) expected[i] = x[i] + b[i % length];
      CHECK(sum({2, length}, x, {length}, b, {2, length}).run<float>() == expected);
    }
  }

  TEST_CASE("a result of another type goes on in the output, if its elements are as large") {
    ModelBuilder model{parameters::Map{}};
    model.input<float>({3}, {-1, 0.5f, 2});
    const Step to_integer{F::cast, DataType::float32, DataType::int32, {kLeft}};
    add_program(model, {step<float>(F::greater, {0, literal(0)}), to_integer}, {0x3f000000});
    model.output<std::int32_t>({3});
    CHECK(model.run<std::int32_t>() == std::vector<std::int32_t>{0, 0, 1});
    ModelBuilder wide{parameters::Map{}};
    wide.input<double>({2}, {1, 2});
    add_program(wide, {step<double>(F::add, {0, 0}), {F::cast, DataType::float64, DataType::float32, {kLeft}}});
    wide.output<float>({2});
    CHECK(wide.load_status() == Status::bad_weights);
  }

  TEST_CASE("a float64 literal has two words") {
    ModelBuilder model{parameters::Map{}};
    model.input<double>({2}, {1, 2});
    add_program(model, {step<double>(F::multiply, {0, literal(0)})}, {0x3ff0000000000001});  // 1 + 2^-52
    model.output<double>({2});
    CHECK(model.run<double>() == std::vector<double>{1 + 0x1p-52, 2 + 0x1p-51});
  }

  TEST_CASE("the output may overwrite x, if it has its shape, and no other input") {
    ModelBuilder model = three_steps();
    model.argument(3).same_place_as = 0;
    CHECK(model.run<float>() == Floats{2, 2, 2, 8, 8, 10});
    model = sum({3}, {5, 6, 7}, {3}, {1, 2, 4}, {3});
    model.argument(3).same_place_as = 1;
    CHECK(model.load_status() == Status::bad_plan);
    model = sum({1}, {5}, {3}, {1, 2, 4}, {3});
    model.argument(3).same_place_as = 0;
    CHECK(model.load_status() == Status::bad_plan);
  }

  TEST_CASE("inputs that do not broadcast to the output, or are of another type, are refused") {
    ModelBuilder model = sum({2, 3}, Floats(6), {3}, {1, 2, 3}, {2, 3});
    Status expected = Status::bad_arguments;
    SUBCASE("more axes than the output") { model.argument(1).shape = {1, 1, 3}; }
    SUBCASE("an axis that cannot be repeated") { model.argument(1).shape = {2}; }
    SUBCASE("an output smaller than an input") { model.argument(3).shape = {1, 3}; }
    SUBCASE("a program that a run could change") { model.argument(2).memory = MemoryKind::activations; }
    SUBCASE("a program of another type") { model.argument(2).type = DataType::float32; }
    SUBCASE("an input of another type") { model.argument(1).type = DataType::int32, expected = Status::bad_weights; }
    SUBCASE("an output of another type") { model.argument(3).type = DataType::int32, expected = Status::bad_weights; }
    CHECK(model.load_status() == expected);
  }

  TEST_CASE("a program that does not fit together is refused at the input that holds it") {
    ModelBuilder model = three_steps();
    const auto operands = [](unsigned a, unsigned b, unsigned c, unsigned d) {
      return static_cast<std::int32_t>(a | b << 8 | c << 16 | d << 24);
    };
    SUBCASE("a kernel that the model does not name") { words(model)[0] = 4; }
    SUBCASE("a kernel that is no function") { words(model)[0] = 0; }
    SUBCASE("y before it is written") { words(model)[1] = operands(64, 1, 255, 255); }
    SUBCASE("x after y is written") { words(model)[3] = operands(0, 128, 255, 255); }
    SUBCASE("the program as an operand") { words(model)[1] = operands(0, 2, 255, 255); }
    SUBCASE("a literal that is not there") { words(model)[3] = operands(64, 130, 255, 255); }
    SUBCASE("an operand too few") { words(model)[5] = operands(64, 128, 255, 255); }
    SUBCASE("an operand too many") { words(model)[3] = operands(64, 128, 128, 255); }
    SUBCASE("a code that is none") { words(model)[3] = operands(64, 65, 255, 255); }
    SUBCASE("a function of another type") {
      model.functions[1].activations = model.functions[1].weights = DataType::int32;
    }
    SUBCASE("more instructions than words") { model.parameters<parameters::Map>().instructions = 6; }
    SUBCASE("an odd word") {
      model.argument(2).shape = {11};
      model.argument(2).bytes.resize(44);
    }
    Place place;
    CHECK(model.load_status(&place) == Status::bad_weights);
    CHECK(place.part == Part::weights);
    CHECK(place.field == 2);
  }

  TEST_CASE("a program has 127 literals and 32 inputs at most, and x, which has the type of the kernel") {
    const auto adding = [](unsigned inputs, unsigned literals) {
      ModelBuilder model{parameters::Map{}};
      for (unsigned i = 0; i < inputs; ++i) model.input<float>({1}, {1});
      add_program(model, {step<float>(F::add, {literal(literals - 1), 0})}, std::vector<std::uint64_t>(literals, kTwo));
      model.output<float>({1});
      return model;
    };
    CHECK(adding(32, 127).run<float>() == Floats{3});
    const auto status_at = [](const ModelBuilder& model, unsigned argument) {
      Place place;
      const Status status = model.load_status(&place);
      CHECK(place.field == argument);
      return status;
    };
    CHECK(status_at(adding(1, 128), 1) == Status::bad_weights);
    CHECK(status_at(adding(33, 1), 0) == Status::bad_arguments);
    CHECK(status_at(adding(0, 1), 0) == Status::bad_arguments);
    ModelBuilder other = adding(2, 1);
    other.argument(0).type = DataType::int32, other.rename = [](KernelName& name) {
      name.activations = name.weights = DataType::float32;
    };
    CHECK(status_at(other, 0) == Status::bad_arguments);
  }

  TEST_CASE("a function is no layer, and one that is not linked is missing") {
    ModelBuilder model = three_steps();
    const std::vector<Kernel> linked{kernels::map_f32, kernels::subtract_f32, kernels::multiply_f32};
    SUBCASE("a layer that names a function") {
      model.rename = [](KernelName& name) { name.function = static_cast<std::uint16_t>(F::add); };
      CHECK(model.load_status() == Status::bad_arguments);
    }
    SUBCASE("a function that the firmware lacks") {
      model.kernels = {linked.data(), linked.size()};
      CHECK(model.load_status() == Status::kernel_missing);
    }
  }
}

}  // namespace map_test
}  // namespace nacre::test
