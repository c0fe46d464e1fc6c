#include <doctest/doctest.h>

#include "tests/slots/device.hpp"

namespace nacre::test {
namespace {

/// A device whose kSecond was on trial, with kFirst to go back to, to be started again.
Device on_trial() {
  Device device = with_first();
  REQUIRE(device.start() == NACRE_OK);
  REQUIRE(device.install(kSecond) == NACRE_OK);
  REQUIRE(device.start() == NACRE_OK);
  return device;
}

nacre_status refuse(void* context, const nacre_slot* slot) {
  return slot->rollback == *static_cast<std::uint32_t*>(context) ? NACRE_BAD_MAGIC : NACRE_OK;
}

}  // namespace

TEST_SUITE("slots for models") {
  TEST_CASE("empty flash holds no model, and takes a first one") {
    Device device(kFlash);
    CHECK(device.start() == NACRE_NO_MODEL);
    CHECK(device.confirm() == NACRE_NO_MODEL);
    CHECK(device.install(kFirst) == NACRE_OK);
    CHECK(device.start() == NACRE_OK);
    CHECK(device.running() == kFirst);
    CHECK(device.on_trial);
  }

  TEST_CASE("a new model runs on trial at the next start, and stays where it is confirmed") {
    Device device = with_first();
    REQUIRE(device.start() == NACRE_OK);
    CHECK_FALSE(device.on_trial);
    REQUIRE(device.install(kSecond) == NACRE_OK);
    CHECK(device.running() == kFirst);
    for (const bool on_trial : {true, false}) {
      REQUIRE(device.start() == NACRE_OK);
      CHECK(device.running() == kSecond);
      CHECK(device.on_trial == on_trial);
      CHECK(device.confirm() == NACRE_OK);
    }
  }

  TEST_CASE("a start without a confirmation goes back to the old model, for good") {
    Device device = on_trial();
    for (int again = 0; again < 2; ++again) {
      REQUIRE(device.start() == NACRE_OK);
      CHECK(device.running() == kFirst);
      CHECK_FALSE(device.on_trial);
    }
  }

  TEST_CASE("the first model stays on trial where there is no other, and can be exchanged") {
    Device device(kFlash);
    device.start();
    REQUIRE(device.install(kFirst) == NACRE_OK);
    for (int again = 0; again < 3; ++again) {
      REQUIRE(device.start() == NACRE_OK);
      CHECK(device.running() == kFirst);
      CHECK(device.on_trial);
    }
    REQUIRE(device.install(kSecond) == NACRE_OK);
    REQUIRE(device.start() == NACRE_OK);
    CHECK(device.running() == kSecond);
    REQUIRE(device.start() == NACRE_OK);
    CHECK(device.running() == kFirst);
    CHECK(device.confirm() == NACRE_OK);  // no start kept it before
    CHECK(device.install({4, 0}) == NACRE_ROLLED_BACK);
  }

  TEST_CASE("during a trial the old model is not overwritten") {
    Device device = with_first();
    REQUIRE(device.start() == NACRE_OK);
    REQUIRE(device.install(kSecond) == NACRE_OK);
    REQUIRE(device.start() == NACRE_OK);
    CHECK(device.install(kThird) == NACRE_UNCONFIRMED);
    CHECK(device.confirm() == NACRE_OK);
    CHECK(device.install(kThird) == NACRE_OK);
  }

  TEST_CASE("a model that waits for its first start gives way to another") {
    Device device = with_first();
    REQUIRE(device.start() == NACRE_OK);
    REQUIRE(device.install(kSecond) == NACRE_OK);
    REQUIRE(device.install(kThird) == NACRE_OK);
    REQUIRE(device.start() == NACRE_OK);
    CHECK(device.running() == kThird);
  }

  TEST_CASE("a model older than a confirmed one is refused") {
    Device device = with_first();
    REQUIRE(device.start() == NACRE_OK);
    REQUIRE(device.install(kSecond) == NACRE_OK);
    REQUIRE(device.start() == NACRE_OK);
    REQUIRE(device.confirm() == NACRE_OK);
    CHECK(device.install({4, 1}) == NACRE_ROLLED_BACK);
    REQUIRE(device.start() == NACRE_OK);
    CHECK(device.running() == kSecond);
  }

  TEST_CASE("a model that the caller's check refuses is not installed, and not started") {
    Device device = with_first();
    std::uint32_t refused = 2;
    REQUIRE(device.start() == NACRE_OK);
    device.slots.check = refuse;
    device.slots.check_context = &refused;
    CHECK(device.install(kSecond) == NACRE_BAD_MAGIC);
    refused = 9;
    REQUIRE(device.install(kSecond) == NACRE_OK);
    refused = 2;
    REQUIRE(nacre_slots_start(&device.slots, &device.slot, nullptr) == NACRE_OK);
    CHECK(device.running() == kFirst);
  }

  TEST_CASE("an update with too few or too many bytes is refused") {
    Device device = with_first();
    REQUIRE(device.start() == NACRE_OK);
    const std::vector<unsigned char> bytes(100);
    for (const std::uint32_t wrong : {0u, 513u}) CHECK(nacre_slots_begin(&device.slots, wrong) == NACRE_SLOT_TOO_SMALL);
    CHECK(nacre_slots_finish(&device.slots, 1) == NACRE_TRUNCATED);  // none has begun
    CHECK(nacre_slots_write(&device.slots, bytes.data(), 1) == NACRE_SLOT_TOO_SMALL);
    REQUIRE(nacre_slots_begin(&device.slots, 99) == NACRE_OK);
    CHECK(nacre_slots_write(&device.slots, bytes.data(), 100) == NACRE_SLOT_TOO_SMALL);
    CHECK(nacre_slots_write(&device.slots, bytes.data(), 98) == NACRE_OK);
    CHECK(nacre_slots_finish(&device.slots, 1) == NACRE_TRUNCATED);
    REQUIRE(device.start() == NACRE_OK);
    CHECK(device.running() == kFirst);
  }

  TEST_CASE("an update that fills the buffer to the last byte leaves nothing for its end to write") {
    Device device = with_first();
    REQUIRE(device.start() == NACRE_OK);
    constexpr SlotModel kWhole{17, 2};  // 320 bytes, five buffers
    REQUIRE(kWhole.bytes().size() % device.slots.update_bytes == 0);
    REQUIRE(device.install(kWhole) == NACRE_OK);
    REQUIRE(device.start() == NACRE_OK);
    CHECK(device.running() == kWhole);
  }

  TEST_CASE("a buffer larger than a slot takes a model as a whole, and a record before the slots is as good") {
    Device device(kFlash);
    device.buffer.resize(2048);
    device.layout.record = 0;
    device.layout.slot[1] = device.layout.record_bytes;
    device.layout.slot[0] = device.layout.slot[1] + device.layout.slot_bytes;
    CHECK(device.start() == NACRE_NO_MODEL);
    CHECK(device.slots.update_bytes == device.layout.slot_bytes);
    REQUIRE(device.install(kFirst) == NACRE_OK);
    REQUIRE(device.start() == NACRE_OK);
    CHECK(device.running() == kFirst);
    CHECK(device.flash.misuses() == 0);
  }
}

}  // namespace nacre::test
