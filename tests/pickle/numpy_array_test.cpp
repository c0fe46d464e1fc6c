#include "tools/pickle/numpy_array.hpp"

#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

/// Two items of nine bytes: a little-endian int16, a big-endian one, a byte and a pair of float16.
NumpyArray structures() {
  NumpyType type;
  type.kind = NumpyType::Kind::structure;
  type.item_size = 9;
  const auto field = [&](const char* name, std::size_t offset, const char* code, std::vector<std::int64_t> shape) {
    type.fields.push_back({name, offset, std::move(shape), std::make_shared<const NumpyType>(parse_numpy_type(code))});
  };
  field("little", 0, "<i2", {});
  field("big", 2, ">i2", {});
  field("byte", 4, "u1", {});
  field("pair", 5, "<f2", {2});
  std::vector<std::byte> data;
  for (const int byte :
       {0xfe, 0xff, 0x01, 0x02, 0x07, 0x00, 0x38, 0x00, 0xc0, 0x05, 0x00, 0xff, 0xff, 0xff, 0x00, 0x3c, 0x00, 0x00})
    data.push_back(static_cast<std::byte>(byte));
  return {std::make_shared<const NumpyType>(type), {2}, false, Buffer::from(std::move(data)), {}};
}

TEST_SUITE("a structured array") {
  TEST_CASE("its fields read alike in one pass and through an array, whatever their byte order and shape") {
    const NumpyArray array = structures();
    CHECK(array.numbers<std::int64_t>("little") == std::vector<std::int64_t>{-2, 5});
    CHECK(array.numbers<std::int64_t>("big") == std::vector<std::int64_t>{0x102, -1});
    CHECK(array.numbers<std::uint8_t>("byte") == std::vector<std::uint8_t>{7, 255});
    CHECK(array.numbers<double>("pair") == std::vector<double>{0.5, -2, 1, 0});
    for (const char* name : {"little", "big", "byte", "pair"}) {
      CAPTURE(name);
      CHECK(array.numbers<double>(name) == array.field(name).to<double>());
    }
  }

  TEST_CASE("a field that it lacks is refused by name") {
    CHECK_THROWS_WITH_AS(structures().numbers<double>("threshold"), doctest::Contains("\"threshold\""), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools
