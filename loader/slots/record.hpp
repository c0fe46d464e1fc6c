#pragma once

#include "nacre/slots.h"
#include "nacre/status.hpp"

namespace nacre::slots {

/// What the record says of the two slots.
using State = nacre_slots::nacre_slots_state;

/// What a start does with the slot that is not kept.
enum Phase : std::uint8_t {
  settled = 0,  ///< nothing: `kept` runs
  waiting = 1,  ///< its model runs next, on trial
  trial = 2,    ///< its model has been started and was not confirmed
};

/// The record is a ring of pages, each erased as a whole, of entries. The newest whole entry holds; an older one is
/// erased only after a newer one is there.
///
/// An entry, in little-endian numbers: "NSLT", its number, the minimum, phase, kept and two zeros, of each slot bytes,
/// rollback and digest; then SHA-256 of these 96 bytes, by which a torn one is known.
struct Geometry {
  std::uint32_t entry;  ///< bytes, in whole units
  std::uint32_t page;   ///< bytes, in whole blocks
  std::uint32_t pages;

  std::uint32_t entries_of_page() const { return page / entry; }
  std::uint32_t entries() const { return entries_of_page() * pages; }
  std::uint32_t address(std::uint32_t index) const {
    return index / entries_of_page() * page + index % entries_of_page() * entry;
  }
};

/// Of a layout on this flash; bad_geometry where it does not fit.
Status geometry_of(const nacre_flash& flash, const nacre_slots_layout& layout, Geometry* geometry);

/// Finds the newest entry and the place behind it. Where there is none the state is empty.
Status read_record(nacre_slots& slots);

/// Makes this the state, for good: returns once it cannot be lost.
Status append(nacre_slots& slots, const State& state);

}  // namespace nacre::slots
