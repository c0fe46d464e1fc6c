#include "tools/device/packet.hpp"

#include <doctest/doctest.h>

#include <string_view>

namespace nacre::tools::test {
namespace packet_test {

std::vector<std::byte> payload(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

TEST_SUITE("packets") {
  TEST_CASE("a packet has the bytes that docs/serve.md gives it") {
    const auto bytes = encode({1, 2, 0x0403, payload("ab")});
    const std::uint8_t expected[] = {0x4e, 0xc7, 1, 2, 3, 4, 2, 0, 'a', 'b'};
    REQUIRE(bytes.size() == sizeof expected + 4);
    for (std::size_t i = 0; i < sizeof expected; ++i) CHECK(std::to_integer<std::uint8_t>(bytes[i]) == expected[i]);
  }

  TEST_CASE("packets are found byte by byte, behind noise and inside of a packet that was cut short") {
    const auto whole = encode({5, 0, 77, payload("hello")});
    auto stream = payload("\x4e\x4e noise \xc7");
    stream.insert(stream.end(), whole.begin(), whole.begin() + 10);  // its rest is lost
    for (int i = 0; i < 2; ++i) stream.insert(stream.end(), whole.begin(), whole.end());
    PacketReader reader;
    int found = 0;
    for (const std::byte byte : stream) {
      reader.add({&byte, 1});
      if (const auto packet = reader.next()) {
        ++found;
        CHECK(packet->sequence == 77);
        CHECK(packet->payload == payload("hello"));
      }
    }
    CHECK(found == 2);
    CHECK(reader.damaged() == 1);
  }

  TEST_CASE("a packet behind the beginning of a longer one is found when the line falls silent") {
    auto stream = payload("\x4e\xc7\x01\x02\x03\x04\xff\xff");
    const auto whole = encode({5, 0, 78, {}});
    stream.insert(stream.end(), whole.begin(), whole.end());
    PacketReader reader;
    reader.add(stream);
    CHECK(!reader.next());
    const auto packet = reader.next_of_rest();
    REQUIRE(packet);
    CHECK(packet->sequence == 78);
    CHECK(!reader.next_of_rest());
  }
}

}  // namespace packet_test
}  // namespace nacre::tools::test
