#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "nacre/self_test.hpp"
#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"
#include "tests/support/seal.hpp"
#include "tools/emit/sections.hpp"

// What the self test calls the expected answer.

namespace nacre::test {
namespace {

using tools::GoldenCase, tools::TensorData;

template <typename T>
TensorData data_of(const std::vector<T>& values) {
  TensorData data;
  data.bytes.resize(values.size() * sizeof(T));
  std::memcpy(data.bytes.data(), values.data(), data.bytes.size());
  return data;
}

/// What the self test says of the model of one layer, and of this row.
Status tested(ModelBuilder layer, const TensorData& x, const TensorData& y) {
  layer.complete = [&](ModelParts& parts) {
    const std::vector<std::byte> golden = tools::pack_golden({{{x}, {y}}});
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(golden.data());
    parts.sections.push_back({static_cast<std::uint16_t>(schema::SectionKind::golden), {bytes, bytes + golden.size()}});
  };
  Attack attack(layer.file());
  seal(attack.file());
  Network network;
  REQUIRE(load(attack.view(), reference_kernels(), attack.memory(), &network) == Status::ok);
  std::uint32_t failed = 7;
  const Status status = self_test(attack.view(), network, &failed);
  CHECK(failed == (status == Status::malformed ? 7 : 0));
  return status;
}

/// Of a softmax of one element, which is 1 of every number and no number of none.
template <typename T>
Status tested_softmax(T x, T y) {
  ModelBuilder layer{parameters::Softmax{}};
  layer.input<T>({1, 1}, {0}).template output<T>({1, 1});
  return tested(layer, data_of<T>({x}), data_of<T>({y}));
}

template <typename T>
void check_nans() {
  const T nan = std::numeric_limits<T>::quiet_NaN();
  CHECK(tested_softmax<T>(3, 1) == Status::ok);
  CHECK(tested_softmax<T>(nan, nan) == Status::ok);
  CHECK(tested_softmax<T>(nan, -nan) == Status::ok);
  CHECK(tested_softmax<T>(nan, 1) == Status::golden_mismatch);
  CHECK(tested_softmax<T>(3, nan) == Status::golden_mismatch);
  CHECK(tested_softmax<T>(3, std::numeric_limits<T>::infinity()) == Status::golden_mismatch);
}

TEST_SUITE("hostile model files") {
  TEST_CASE("a self test compares bits, but takes any NaN for another, and no number for one") {
    check_nans<float>();
    check_nans<double>();
  }

  TEST_CASE("a self test compares texts by their bytes, all of them") {
    const ModelBuilder& decode = small_layer("label_decode of text");
    Attack attack(decode.file());
    Network network;
    REQUIRE(load(attack.view(), reference_kernels(), attack.memory(), &network, Digest::decline) == Status::ok);
    const TensorData input{decode.arguments[0].bytes, {}};
    TensorData output;
    std::copy(input.bytes.begin(), input.bytes.end(), network.input_bytes(0).begin());
    REQUIRE(network.run() == Status::ok);
    for (const String& text : network.output<String>(0)) output.text.emplace_back(text.data, text.size);
    REQUIRE(output.text.size() == 2);
    REQUIRE(!output.text[0].empty());
    CHECK(tested(decode, input, output) == Status::ok);
    TensorData other = output;
    other.text[0][0] ^= 1;
    CHECK(tested(decode, input, other) == Status::golden_mismatch);
    other.text[0] = output.text[0] + "s";
    CHECK(tested(decode, input, other) == Status::golden_mismatch);
    other.text.pop_back();
    CHECK(tested(decode, input, other) == Status::malformed);
  }
}

}  // namespace
}  // namespace nacre::test
