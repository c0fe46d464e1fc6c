#include <doctest/doctest.h>

#include "tests/slots/device.hpp"

namespace nacre::test {
namespace {

constexpr SimulatedFlash::Geometry kFlash{256, 8};
constexpr SlotModel kFirst{1, 1}, kSecond{2, 2}, kThird{3, 2};

/// A device on which kFirst was confirmed, to be started.
Device with_first() {
  Device device(kFlash);
  device.start();
  REQUIRE(device.install(kFirst) == NACRE_OK);
  REQUIRE(device.start() == NACRE_OK);
  REQUIRE(device.confirm() == NACRE_OK);
  return device;
}

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

  TEST_CASE("a damaged model gives way to the other slot's, but not to one that is older than the counter allows") {
    for (const bool is_older : {false, true}) {
      CAPTURE(is_older);
      Device device = with_first();
      REQUIRE(device.start() == NACRE_OK);
      REQUIRE(device.install({2, is_older ? 2u : 1u}) == NACRE_OK);
      REQUIRE(device.start() == NACRE_OK);
      REQUIRE(device.confirm() == NACRE_OK);
      std::uint8_t zeros[8] = {};
      device.functions.program(&device.flash, device.slot.address, zeros, 8);  // the cells lose their charge
      CHECK(device.start() == (is_older ? NACRE_NO_MODEL : NACRE_OK));
      if (!is_older) CHECK(device.running() == kFirst);
      CHECK(device.install({5, 3}) == NACRE_OK);
      REQUIRE(device.start() == NACRE_OK);
      CHECK(device.running() == SlotModel{5, 3});
    }
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
    CHECK(nacre_slots_begin(&device.slots, 513) == NACRE_SLOT_TOO_SMALL);
    CHECK(nacre_slots_write(&device.slots, bytes.data(), 1) == NACRE_SLOT_TOO_SMALL);
    REQUIRE(nacre_slots_begin(&device.slots, 99) == NACRE_OK);
    CHECK(nacre_slots_write(&device.slots, bytes.data(), 100) == NACRE_SLOT_TOO_SMALL);
    CHECK(nacre_slots_write(&device.slots, bytes.data(), 98) == NACRE_OK);
    CHECK(nacre_slots_finish(&device.slots, 1) == NACRE_TRUNCATED);
    REQUIRE(device.start() == NACRE_OK);
    CHECK(device.running() == kFirst);
  }

  TEST_CASE("bytes that the flash did not take are found when they are read back") {
    Device device = with_first();
    REQUIRE(device.start() == NACRE_OK);
    device.functions.program = [](void*, std::uint32_t, const void*, std::uint32_t) { return 0; };
    CHECK(device.install(kSecond) == NACRE_DIGEST_MISMATCH);
    REQUIRE(device.start() == NACRE_OK);
    CHECK(device.running() == kFirst);
  }

  TEST_CASE("a flash that fails ends each call with that, and an update begins again") {
    Device device = with_first();
    REQUIRE(device.start() == NACRE_OK);
    const auto fail = [](void*, std::uint32_t, std::uint32_t) { return 1; };
    device.functions.erase = fail;
    CHECK(device.install(kSecond) == NACRE_FLASH_FAILED);
    const unsigned char byte = 0;
    CHECK(nacre_slots_write(&device.slots, &byte, 1) == NACRE_SLOT_TOO_SMALL);
    REQUIRE(device.start() == NACRE_OK);
    device.functions.read = [](void*, std::uint32_t, void*, std::uint32_t) { return 1; };
    CHECK(nacre_slots_start(&device.slots, &device.slot, nullptr) == NACRE_FLASH_FAILED);
  }

  TEST_CASE("null is an error of its own") {
    Device device = with_first();
    REQUIRE(device.start() == NACRE_OK);
    CHECK(nacre_slots_start(nullptr, &device.slot, nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_slots_start(&device.slots, nullptr, nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_slots_confirm(nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_slots_begin(nullptr, 1) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_slots_write(&device.slots, nullptr, 1) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_slots_finish(nullptr, 1) == NACRE_NULL_ARGUMENT);
    device.functions.sync = nullptr;
    CHECK(nacre_slots_open(&device.slots, &device.functions, &device.layout, nullptr, nullptr, device.buffer.data(),
                           device.buffer.size()) == NACRE_NULL_ARGUMENT);
  }

  TEST_CASE("slots that overlap, and flash whose record has one page, are refused") {
    Device device(kFlash);
    CHECK(device.start() == NACRE_NO_MODEL);
    const nacre_slots_layout good = device.layout;
    device.layout.record_bytes = 256;
    CHECK(device.start() == NACRE_BAD_GEOMETRY);
    device.layout = good;
    device.layout.slot[1] -= 256;
    CHECK(device.start() == NACRE_BAD_GEOMETRY);
    device.layout = good;
    device.layout.record += 8;
    CHECK(device.start() == NACRE_BAD_GEOMETRY);
    device.layout = good;
    device.buffer.resize(135);
    CHECK(device.start() == NACRE_MEMORY_TOO_SMALL);
  }
}

}  // namespace nacre::test
