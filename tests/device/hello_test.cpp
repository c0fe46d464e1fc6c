#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"
#include "tools/device/device.hpp"

namespace nacre::tools::test {
namespace hello_test {

/// A line to a board that gives every request the same answer.
class Stubborn : public SerialLine {
 public:
  Stubborn(std::uint8_t status, std::vector<std::byte> payload) : status_(status), payload_(std::move(payload)) {}

  std::vector<std::byte> read(unsigned) override {
    const std::optional<Packet> asked = requests_.next();
    if (!asked) return {};
    return encode({static_cast<std::uint8_t>(asked->kind | kAnswer), status_, asked->sequence, payload_});
  }
  void write(std::span<const std::byte> bytes) override { requests_.add(bytes); }
  unsigned milliseconds_of(std::size_t) const override { return 0; }

 private:
  std::uint8_t status_;
  std::vector<std::byte> payload_;
  PacketReader requests_;
};

/// What a board says of itself: its protocol, and the largest payload that it takes; the rest is zeros.
std::vector<std::byte> hello(std::uint32_t protocol, std::uint32_t largest, std::size_t bytes = 60) {
  std::vector<std::byte> payload;
  put_number(&payload, protocol, 2);
  put_number(&payload, largest, 2);
  payload.resize(bytes);
  return payload;
}

void meet(std::uint8_t status, std::vector<std::byte> payload) {
  Stubborn line(status, std::move(payload));
  Device(line, "the board", 1);
}

TEST_SUITE("nacre_serve") {
  TEST_CASE("a board of another release is refused by the version that it speaks, whatever follows") {
    CHECK_NOTHROW(meet(0, hello(1, 512)));
    CHECK_THROWS_WITH_AS(meet(0, hello(2, 512)),
                         doctest::Contains("the board speaks version 2 of the protocol, and this nacre version 1; use "
                                           "nacre and a firmware of the same release"),
                         Refusal);
    CHECK_THROWS_WITH_AS(meet(0, hello(2, 512, 4)), doctest::Contains("speaks version 2"), Refusal);
  }

  TEST_CASE("a hello that is refused, or makes no sense, says so") {
    CHECK_THROWS_WITH_AS(meet(static_cast<std::uint8_t>(Status::feature_unknown), hello(1, 512)),
                         doctest::Contains("the board refuses a request (feature_unknown)"), Refusal);
    for (const std::size_t bytes : {1, 4, 59})
      CHECK_THROWS_WITH_AS(meet(0, hello(1, 512, bytes)), doctest::Contains("too short"), Refusal);
    CHECK_THROWS_WITH_AS(meet(0, hello(1, 64)),
                         doctest::Contains("its packets hold 64 bytes, and 96 are the fewest; give nacre_serve a "
                                           "larger buffer"),
                         Refusal);
  }
}

}  // namespace hello_test
}  // namespace nacre::tools::test
