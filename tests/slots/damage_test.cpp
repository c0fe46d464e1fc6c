// Flash that loses bytes, fails, or holds what no version of the record writes.

#include <doctest/doctest.h>

#include <cstring>

#include "loader/sha256.hpp"
#include "tests/slots/device.hpp"

namespace nacre::test {
namespace {

/// Puts an entry into the record behind the newest one of `with_first()`: as that one after `change(bytes)`, and whole.
template <typename Change>
void add_entry(Device& device, Change change) {
  constexpr std::uint32_t kHashed = 96;
  const std::uint32_t newest = device.layout.record + 2 * NACRE_SLOTS_ENTRY_BYTES;
  unsigned char entry[NACRE_SLOTS_ENTRY_BYTES];
  std::memcpy(entry, device.flash.bytes().data() + newest, sizeof entry);
  ++entry[4];  // its number
  change(entry);
  Sha256 hash;
  hash.update({reinterpret_cast<const std::byte*>(entry), kHashed});
  hash.finish(entry + kHashed);
  REQUIRE(device.functions.program(&device.flash, newest + sizeof entry, entry, sizeof entry) == 0);
}

}  // namespace

TEST_SUITE("slots for models") {
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

  TEST_CASE("a flash that fails in any read of a start fails the start, and the next one finds what was there") {
    enum Found { kept, waiting, lost };
    for (const Found found : {kept, waiting, lost}) {
      CAPTURE(found);
      Device device = with_first();
      if (found != kept) {
        REQUIRE(device.start() == NACRE_OK);
        REQUIRE(device.install(SlotModel{2, 1}) == NACRE_OK);
      }
      if (found == lost) {  // after it was confirmed
        REQUIRE(device.start() == NACRE_OK);
        REQUIRE(device.confirm() == NACRE_OK);
        std::uint8_t zeros[8] = {};
        REQUIRE(device.functions.program(&device.flash, device.slot.address, zeros, 8) == 0);
      }
      unsigned reads = 0;
      for (;; ++reads) {
        CAPTURE(reads);
        device.flash.fail_after(reads);
        const nacre_status status = device.start();
        device.flash.fail_after(~0u);
        if (status == NACRE_OK) break;
        CHECK(status == NACRE_FLASH_FAILED);
        CHECK(device.confirm() == NACRE_NO_MODEL);
      }
      CHECK(reads > 5);
      CHECK(device.running() == SlotModel{found == waiting ? 2u : 1u, 1});
    }
  }

  TEST_CASE("an entry that no version writes is not followed, though its digest is right") {
    constexpr unsigned kPhase = 12, kKept = 13;
    for (const unsigned place : {kPhase, kKept}) {
      CAPTURE(place);
      Device device = with_first();
      add_entry(device, [&](unsigned char* entry) { entry[place] = 3; });
      REQUIRE(device.start() == NACRE_OK);
      CHECK(device.running() == kFirst);
    }
  }

  TEST_CASE("a model that an entry makes longer than its slot is not read") {
    Device device = with_first();
    const unsigned bytes = 16 + 40 * device.slots.state.kept;
    add_entry(device, [&](unsigned char* entry) { entry[bytes] = 1, entry[bytes + 1] = 2; });  // 513
    CHECK(device.start() == NACRE_NO_MODEL);
  }
}

}  // namespace nacre::test
