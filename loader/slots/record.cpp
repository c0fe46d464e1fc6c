#include "runtime/strict_float.hpp"  // first

#include "loader/slots/record.hpp"

#include <cstring>

#include "loader/sha256.hpp"

namespace nacre::slots {
namespace {

constexpr std::uint32_t kSignedBytes = 96, kDigestBytes = 32;
static_assert(kSignedBytes + kDigestBytes == NACRE_SLOTS_ENTRY_BYTES);
constexpr char kMagic[4] = {'N', 'S', 'L', 'T'};

void put(unsigned char*& to, std::uint32_t number) {
  for (int i = 0; i < 4; ++i) *to++ = static_cast<unsigned char>(number >> 8 * i);
}

std::uint32_t take(const unsigned char*& from) {
  std::uint32_t number = 0;
  for (int i = 0; i < 4; ++i) number |= std::uint32_t{*from++} << 8 * i;
  return number;
}

Sha256 hash_of(const unsigned char* entry) {
  Sha256 hash;
  hash.update({reinterpret_cast<const std::byte*>(entry), kSignedBytes});
  return hash;
}

void write_entry(std::uint32_t sequence, const State& state, unsigned char* entry) {
  unsigned char* to = entry;
  memcpy(to, kMagic, sizeof kMagic);
  to += sizeof kMagic;
  put(to, sequence);
  put(to, state.minimum);
  put(to, state.phase | std::uint32_t{state.kept} << 8);
  for (const nacre_slot& slot : state.slot) {
    put(to, slot.bytes);
    put(to, slot.rollback);
    memcpy(to, slot.digest, sizeof slot.digest);
    to += sizeof slot.digest;
  }
  hash_of(entry).finish(to);
}

/// Whether the entry is whole, and then what it says; addresses are left as they are.
bool read_entry(const unsigned char* entry, std::uint32_t* sequence, State* state) {
  if (memcmp(entry, kMagic, sizeof kMagic) != 0 || !hash_of(entry).gives(entry + kSignedBytes)) return false;
  const unsigned char* from = entry + sizeof kMagic;
  *sequence = take(from);
  state->minimum = take(from);
  const std::uint32_t small = take(from);
  state->phase = static_cast<std::uint8_t>(small);
  state->kept = static_cast<std::uint8_t>(small >> 8);
  for (nacre_slot& slot : state->slot) {
    slot.bytes = take(from);
    slot.rollback = take(from);
    memcpy(slot.digest, from, sizeof slot.digest);
    from += sizeof slot.digest;
  }
  return state->phase <= trial && state->kept <= 1;
}

std::uint32_t round_up(std::uint32_t bytes, std::uint32_t unit) { return (bytes + unit - 1) / unit * unit; }

bool apart(std::uint32_t a, std::uint32_t a_bytes, std::uint32_t b, std::uint32_t b_bytes) {
  return a < b ? b - a >= a_bytes : a - b >= b_bytes;
}

unsigned char* entry_of(nacre_slots& slots) { return slots.buffer + slots.update_bytes; }

/// Reads the entry of this index into the buffer.
Status fetch(nacre_slots& slots, const Geometry& geometry, std::uint32_t index) {
  const std::uint32_t address = slots.layout.record + geometry.address(index);
  return slots.flash->read(slots.flash->context, address, entry_of(slots), geometry.entry) == 0 ? Status::ok
                                                                                               : Status::flash_failed;
}

/// Where an entry that follows this one goes: behind it and behind what a power cut left there, or to the next page.
Status find_next(nacre_slots& slots, const Geometry& geometry, std::uint32_t newest) {
  std::uint32_t index = newest + 1;
  for (; index % geometry.entries_of_page() != 0; ++index) {
    const Status status = fetch(slots, geometry, index);
    if (status != Status::ok) return status;
    std::uint32_t erased = 0;
    while (erased < geometry.entry && entry_of(slots)[erased] == slots.flash->erased) ++erased;
    if (erased == geometry.entry) break;
  }
  slots.next = index % geometry.entries();
  return Status::ok;
}

}  // namespace

Status geometry_of(const nacre_flash& flash, const nacre_slots_layout& layout, Geometry* geometry) {
  const std::uint32_t block = flash.block_bytes, unit = flash.unit_bytes, most = UINT32_MAX / 4;
  if (unit == 0 || block == 0 || block % unit != 0 || block > most) return Status::bad_geometry;
  const std::uint32_t places[] = {layout.slot[0], layout.slot[1], layout.slot_bytes, layout.record,
                                  layout.record_bytes};
  for (const std::uint32_t place : places)
    if (place % block != 0) return Status::bad_geometry;
  for (const std::uint32_t slot : layout.slot)
    if (slot > UINT32_MAX - layout.slot_bytes ||
        !apart(slot, layout.slot_bytes, layout.record, layout.record_bytes))
      return Status::bad_geometry;
  if (layout.slot_bytes == 0 || layout.record > UINT32_MAX - layout.record_bytes ||
      !apart(layout.slot[0], layout.slot_bytes, layout.slot[1], layout.slot_bytes))
    return Status::bad_geometry;
  geometry->entry = round_up(NACRE_SLOTS_ENTRY_BYTES, unit);
  geometry->page = round_up(geometry->entry, block);
  geometry->pages = layout.record_bytes / geometry->page;
  return geometry->pages >= 2 ? Status::ok : Status::bad_geometry;
}

Status read_record(nacre_slots& slots) {
  Geometry geometry;
  Status status = geometry_of(*slots.flash, slots.layout, &geometry);
  State state = slots.state;
  for (std::uint32_t index = 0; index < geometry.entries() && status == Status::ok; ++index) {
    std::uint32_t sequence = 0;
    status = fetch(slots, geometry, index);
    if (status != Status::ok || !read_entry(entry_of(slots), &sequence, &state) || sequence <= slots.sequence) continue;
    slots.sequence = sequence;
    slots.next = index;
    slots.state = state;
  }
  if (status != Status::ok || slots.sequence == 0) return status;
  return find_next(slots, geometry, slots.next);
}

Status append(nacre_slots& slots, const State& state) {
  Geometry geometry;
  const Status status = geometry_of(*slots.flash, slots.layout, &geometry);
  if (status != Status::ok) return status;
  const nacre_flash& flash = *slots.flash;
  const std::uint32_t address = slots.layout.record + geometry.address(slots.next);
  memset(entry_of(slots), flash.erased, geometry.entry);
  write_entry(slots.sequence + 1, state, entry_of(slots));
  // A page is erased when its first entry is written: the newest entry lies in the page before.
  const bool is_first = slots.next % geometry.entries_of_page() == 0;
  slots.next = (slots.next + 1) % geometry.entries();  // whatever happens, this place is not erased any more
  if ((is_first && flash.erase(flash.context, address, geometry.page) != 0) ||
      flash.program(flash.context, address, entry_of(slots), geometry.entry) != 0 || flash.sync(flash.context) != 0)
    return Status::flash_failed;
  ++slots.sequence;
  slots.state = state;
  return Status::ok;
}

}  // namespace nacre::slots
