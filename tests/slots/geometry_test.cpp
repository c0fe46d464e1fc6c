// What slots refuse before they read: arguments that are null, and flash, places and buffers that do not fit.

#include <doctest/doctest.h>

#include <cstdint>
#include <utility>

#include "tests/slots/device.hpp"

namespace nacre::test {
namespace {

nacre_status open(Device& device, const nacre_flash* flash, const nacre_slots_layout* layout) {
  return nacre_slots_open(&device.slots, flash, layout, nullptr, nullptr, device.buffer.data(), device.buffer.size());
}

}  // namespace

TEST_SUITE("slots for models") {
  TEST_CASE("null is an error of its own") {
    Device device = with_first();
    REQUIRE(device.start() == NACRE_OK);
    CHECK(nacre_slots_start(nullptr, &device.slot, nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_slots_start(&device.slots, nullptr, nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_slots_confirm(nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_slots_begin(nullptr, 1) == NACRE_NULL_ARGUMENT);
    const unsigned char byte = 0;
    CHECK(nacre_slots_write(nullptr, &byte, 1) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_slots_write(&device.slots, nullptr, 1) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_slots_write(&device.slots, nullptr, 0) == NACRE_OK);
    CHECK(nacre_slots_finish(nullptr, 1) == NACRE_NULL_ARGUMENT);
    const auto none = [](nacre_flash flash, auto member) { return flash.*member = nullptr, flash; };
    const nacre_flash incomplete[] = {
        none(device.functions, &nacre_flash::read), none(device.functions, &nacre_flash::program),
        none(device.functions, &nacre_flash::erase), none(device.functions, &nacre_flash::sync)};
    for (const nacre_flash& flash : incomplete) CHECK(open(device, &flash, &device.layout) == NACRE_NULL_ARGUMENT);
    CHECK(open(device, nullptr, &device.layout) == NACRE_NULL_ARGUMENT);
    CHECK(open(device, &device.functions, nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_slots_open(nullptr, &device.functions, &device.layout, nullptr, nullptr, device.buffer.data(),
                           device.buffer.size()) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_slots_open(&device.slots, &device.functions, &device.layout, nullptr, nullptr, nullptr, 4096) ==
          NACRE_NULL_ARGUMENT);
  }

  TEST_CASE("flash without blocks of whole units is refused, also where it changed while slots were open") {
    Device device = with_first();
    REQUIRE(device.start() == NACRE_OK);
    REQUIRE(device.install(kSecond) == NACRE_OK);
    REQUIRE(nacre_slots_start(&device.slots, &device.slot, nullptr) == NACRE_OK);
    constexpr std::pair<std::uint32_t, std::uint32_t> kBlocksAndUnits[] = {
        {256, 0}, {0, 8}, {256, 7}, {UINT32_MAX / 4 + 1, 8}};
    for (const auto& one : kBlocksAndUnits) {
      CAPTURE(one.first);
      CAPTURE(one.second);
      nacre_flash& flash = device.functions;
      flash.block_bytes = one.first, flash.unit_bytes = one.second;
      CHECK(nacre_slots_confirm(&device.slots) == NACRE_BAD_GEOMETRY);
      nacre_slots other;
      CHECK(nacre_slots_open(&other, &flash, &device.layout, nullptr, nullptr, device.buffer.data(),
                             device.buffer.size()) == NACRE_BAD_GEOMETRY);
    }
  }

  TEST_CASE("places that overlap, leave the grid or 32 bits, or have no bytes, are refused") {
    using Layout = nacre_slots_layout;
    void (*const changes[])(Layout&) = {
        [](Layout& l) { l.record_bytes = 256; },  // one page
        [](Layout& l) { l.record_bytes = 0; },
        [](Layout& l) { l.slot_bytes = 0; },
        [](Layout& l) { l.slot[1] -= 256; },  // into the first
        [](Layout& l) { l.slot[1] += 256; },  // into the record
        [](Layout& l) { l.slot[0] = l.slot[1] + 256; },
        [](Layout& l) { l.slot[0] = 0xffffff00; },
        [](Layout& l) { l.slot[1] = 0xffffff00; },
        [](Layout& l) { l.record = 0xffffff00; },
        [](Layout& l) { l.record += 8; },
        [](Layout& l) { l.record_bytes += 8; },
        [](Layout& l) { l.slot[0] += 8; },
        [](Layout& l) { l.slot[1] += 8; },
        [](Layout& l) { l.slot_bytes -= 8; }};
    Device device(kFlash);
    CHECK(device.start() == NACRE_NO_MODEL);
    const Layout sound = device.layout;
    for (const auto& change : changes) {
      CAPTURE(&change - changes);
      device.layout = sound;
      change(device.layout);
      CHECK(device.start() == NACRE_BAD_GEOMETRY);
    }
  }

  TEST_CASE("a buffer without room for an entry and a unit is refused") {
    Device device(kFlash);
    for (const std::size_t bytes : {1, 127, 128, 135}) {
      device.buffer.resize(bytes);
      CHECK(device.start() == NACRE_MEMORY_TOO_SMALL);
    }
  }
}

}  // namespace nacre::test
