#pragma once

#include <optional>
#include <vector>

#include "tests/support/simulated_flash.hpp"

namespace nacre::test {

/// A model for slots: bytes that its number and rollback counter determine, of a length that fits no grid.
struct SlotModel {
  unsigned number;
  std::uint32_t rollback;

  std::vector<std::uint8_t> bytes() const;
  bool operator==(const SlotModel& other) const { return number == other.number && rollback == other.rollback; }
};

/// A firmware with slots in a simulated flash: two of 512 bytes or one block, and a record of `pages`.
class Device {
 public:
  explicit Device(SimulatedFlash::Geometry geometry, unsigned pages = 2);

  /// What a firmware does when it starts. Whether a model runs says `running`.
  nacre_status start();
  nacre_status confirm() { return nacre_slots_confirm(&slots); }
  /// Sends a model in pieces of 37 bytes.
  nacre_status install(SlotModel model);

  /// The model that the last start gave, judged by the bytes that lie in its slot; nothing where they are none.
  std::optional<SlotModel> running() const;
  bool on_trial = false;

  SimulatedFlash flash;
  nacre_flash functions{};
  nacre_slots_layout layout{};
  nacre_slots slots{};
  nacre_slot slot{};
  std::vector<unsigned char> buffer;
};

constexpr SimulatedFlash::Geometry kFlash{256, 8};
constexpr SlotModel kFirst{1, 1}, kSecond{2, 2}, kThird{3, 2};

/// A device on which kFirst was confirmed, to be started.
Device with_first();

}  // namespace nacre::test
