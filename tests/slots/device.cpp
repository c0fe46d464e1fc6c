#include "tests/slots/device.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace nacre::test {
namespace {

std::uint32_t round_up(std::uint32_t bytes, std::uint32_t grid) { return (bytes + grid - 1) / grid * grid; }

std::uint32_t slot_bytes(const SimulatedFlash::Geometry& geometry) { return round_up(512, geometry.block); }

std::uint32_t entry_bytes(const SimulatedFlash::Geometry& geometry) {
  return round_up(NACRE_SLOTS_ENTRY_BYTES, geometry.unit);
}

std::uint32_t page_bytes(const SimulatedFlash::Geometry& geometry) {
  return round_up(entry_bytes(geometry), geometry.block);
}

}  // namespace

std::vector<std::uint8_t> SlotModel::bytes() const {
  std::vector<std::uint8_t> bytes(201 + 7 * number);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(number * 31 + i * 7 + rollback);
  return bytes;
}

Device::Device(SimulatedFlash::Geometry geometry, unsigned pages)
    : flash(2 * slot_bytes(geometry) + pages * page_bytes(geometry), geometry),
      buffer(entry_bytes(geometry) + round_up(64, geometry.unit)) {
  layout.slot[1] = layout.slot_bytes = slot_bytes(geometry);
  layout.record = 2 * layout.slot_bytes;
  layout.record_bytes = pages * page_bytes(geometry);
}

nacre_status Device::start() {
  int trial = 0;
  functions = flash.functions();
  slot = {};
  const nacre_status opened =
      nacre_slots_open(&slots, &functions, &layout, nullptr, nullptr, buffer.data(), buffer.size());
  if (opened != NACRE_OK) return opened;
  const nacre_status started = nacre_slots_start(&slots, &slot, &trial);
  on_trial = trial != 0;
  return started;
}

nacre_status Device::install(SlotModel model) {
  const std::vector<std::uint8_t> bytes = model.bytes();
  nacre_status status = nacre_slots_begin(&slots, static_cast<std::uint32_t>(bytes.size()));
  for (std::size_t at = 0; at < bytes.size() && status == NACRE_OK; at += 37)
    status = nacre_slots_write(&slots, bytes.data() + at,
                               static_cast<std::uint32_t>(std::min<std::size_t>(37, bytes.size() - at)));
  return status == NACRE_OK ? nacre_slots_finish(&slots, model.rollback) : status;
}

std::optional<SlotModel> Device::running() const {
  for (unsigned number = 0; number < 32; ++number) {
    const SlotModel model{number, slot.rollback};
    const std::vector<std::uint8_t> bytes = model.bytes();
    if (bytes.size() == slot.bytes &&
        std::equal(bytes.begin(), bytes.end(), flash.bytes().begin() + static_cast<std::ptrdiff_t>(slot.address)))
      return model;
  }
  return std::nullopt;
}

Device with_first() {
  Device device(kFlash);
  device.start();
  REQUIRE(device.install(kFirst) == NACRE_OK);
  REQUIRE(device.start() == NACRE_OK);
  REQUIRE(device.confirm() == NACRE_OK);
  return device;
}

}  // namespace nacre::test
