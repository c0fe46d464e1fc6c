#include <doctest/doctest.h>

#include <cstring>
#include <limits>
#include <vector>

#include "nacre/kernels.hpp"
#include "nacre/load.hpp"
#include "nacre/nacre.h"
#include "schema/model_generated.h"
#include "tests/support/every_operator.hpp"
#include "tests/support/programs.hpp"

namespace nacre::test {
namespace check_inputs_test {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

/// A model of float32 inputs of which the first refuses what `flags` say.
struct Model {
  alignas(64) std::byte file[4096];
  alignas(64) std::byte memory[1024];
  std::size_t size;

  explicit Model(std::uint16_t flags) {
    const std::vector<std::byte> bytes = small_layer("map_f32 two operands").file();
    size = bytes.size();
    REQUIRE(size <= sizeof file);
    std::memcpy(file, bytes.data(), size);
    const_cast<schema::Port*>(schema::GetModel(file)->inputs()->Get(0))->mutate_flags(flags);
  }
  Status load_into(Network* network, Place* place = nullptr) {
    return load({file, size}, reference_kernels(), {memory, sizeof memory}, network, Digest::decline, place);
  }
};

struct Refusing {
  Model model;
  Network network;

  explicit Refusing(std::uint16_t flags) : model(flags) {
    REQUIRE(model.load_into(&network) == Status::ok);
    for (unsigned i = 0; i < network.inputs(); ++i)
      for (float& x : network.input<float>(i)) x = 0;
  }
  Status with(unsigned input, unsigned element, float value) {
    network.input<float>(input)[element] = value;
    place = {77, 77};
    const Status status = network.check_inputs(&place);
    network.input<float>(input)[element] = 0;
    return status;
  }
  InputPlace place{};
};

TEST_SUITE("check_inputs") {
  TEST_CASE("values that an input refuses are found, with their place") {
    Refusing both(PortRecord::kRefusesMissing | PortRecord::kRefusesInfinite);
    for (const float value : {kNan, -kNan, kInfinity, -kInfinity}) {
      CHECK(both.with(0, 1, value) == Status::not_finite);
      CHECK(both.place.input == 0);
      CHECK(both.place.element == 1);
    }
    CHECK(both.with(0, 1, std::numeric_limits<float>::max()) == Status::ok);
    CHECK(both.place.input == 77);
    CHECK(both.with(1, 0, kNan) == Status::ok);  // the other input takes everything
  }

  TEST_CASE("float64 inputs are looked at too: they may hold more than any float32") {
    alignas(64) std::byte file[4096], memory[1024];
    const std::vector<std::byte> bytes = function_layer<double>(MapFunction::negative, {1, 3}, {{0, 0, 0}}).file();
    REQUIRE(bytes.size() <= sizeof file);
    std::memcpy(file, bytes.data(), bytes.size());
    const_cast<schema::Port*>(schema::GetModel(file)->inputs()->Get(0))->mutate_flags(3);
    Network network;
    REQUIRE(load({file, bytes.size()}, reference_kernels(), {memory, sizeof memory}, &network, Digest::decline) ==
            Status::ok);
    const Span<double> x = network.input<double>(0);
    for (double& value : x) value = 1e300;
    CHECK(network.check_inputs() == Status::ok);
    for (const double value : {double{kNan}, double{kInfinity}, -double{kInfinity}}) {
      x[x.size() - 1] = value;
      InputPlace place{77, 77};
      CHECK(network.check_inputs(&place) == Status::not_finite);
      CHECK(place.element == x.size() - 1);
    }
  }

  TEST_CASE("an input may refuse missing values alone, or infinite ones, or nothing") {
    CHECK(Refusing(PortRecord::kRefusesMissing).with(0, 0, kNan) == Status::not_finite);
    CHECK(Refusing(PortRecord::kRefusesMissing).with(0, 0, kInfinity) == Status::ok);
    CHECK(Refusing(PortRecord::kRefusesInfinite).with(0, 0, -kInfinity) == Status::not_finite);
    CHECK(Refusing(PortRecord::kRefusesInfinite).with(0, 0, kNan) == Status::ok);
    CHECK(Refusing(0).with(0, 0, kNan) == Status::ok);
  }

  TEST_CASE("a run takes what check_inputs refuses: the check is the firmware's choice") {
    Refusing both(3);
    both.network.input<float>(0)[0] = kNan;
    CHECK(both.network.run() == Status::ok);
  }

  TEST_CASE("a network that is not loaded has no inputs to check") {
    CHECK(Network().check_inputs() == Status::not_loaded);
  }

  TEST_CASE("a flag that nobody knows is refused when the model is loaded") {
    Network network;
    Place place;
    CHECK(Model(4).load_into(&network, &place) == Status::feature_unknown);
    CHECK(place.part == Part::inputs);
    CHECK(place.field == 1);
  }

  TEST_CASE("C tells the same") {
    Refusing both(3);
    nacre_network network{};
    std::memcpy(&network, &both.network, sizeof both.network);
    CHECK(nacre_input_flags(&network, 0) == (NACRE_REFUSES_MISSING | NACRE_REFUSES_INFINITE));
    CHECK(nacre_input_flags(&network, 9) == 0);
    CHECK(nacre_check_inputs(&network, nullptr, nullptr) == NACRE_OK);
    both.network.input<float>(0)[1] = kNan;
    unsigned input = 7;
    std::size_t element = 7;
    CHECK(nacre_check_inputs(&network, &input, &element) == NACRE_NOT_FINITE);
    CHECK(input == 0);
    CHECK(element == 1);
    CHECK(nacre_check_inputs(&network, nullptr, nullptr) == NACRE_NOT_FINITE);  // to whom the place is nothing
  }
}

}  // namespace check_inputs_test
}  // namespace nacre::test
