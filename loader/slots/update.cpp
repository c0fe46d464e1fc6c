#include "runtime/strict_float.hpp"  // first

#include <cstring>

#include "loader/c/convert.hpp"
#include "loader/sha256.hpp"
#include "loader/slots/record.hpp"
#include "loader/slots/slots.hpp"

namespace nacre::slots {
namespace {

static_assert(sizeof(Sha256) <= sizeof(nacre_slots::digest) && alignof(Sha256) <= alignof(std::uint32_t),
              "a growing digest fits in its C storage");

Sha256& growing(nacre_slots& slots) { return *reinterpret_cast<Sha256*>(slots.digest); }

/// The slot that an update fills: not the one that runs.
unsigned spare(const nacre_slots& slots) {
  return static_cast<unsigned>(slots.running >= 0 ? 1 - slots.running : 1 - slots.state.kept);
}

void drop(nacre_slots& slots) { slots.expected = slots.written = slots.waiting = 0; }

Status begin(nacre_slots& slots, std::uint32_t bytes) {
  drop(slots);
  State state = slots.state;
  const unsigned to = spare(slots);
  if (state.phase == trial && state.slot[to].bytes != 0) return Status::unconfirmed;
  if (bytes == 0 || bytes > slots.layout.slot_bytes) return Status::slot_too_small;
  if (state.phase == waiting) {  // its slot is emptied, so the record must not lead there
    state.phase = settled;
    state.slot[to].bytes = 0;
    const Status status = append(slots, state);
    if (status != Status::ok) return status;
  }
  const std::uint32_t block = slots.flash->block_bytes;
  const std::uint32_t blocks = bytes / block + (bytes % block != 0);
  if (slots.flash->erase(slots.flash->context, slots.layout.slot[to], blocks * block) != 0) return Status::flash_failed;
  slots.expected = bytes;
  growing(slots) = Sha256();
  return Status::ok;
}

/// Programs what waits in the buffer, the last unit filled up with what erased bytes are.
Status flush(nacre_slots& slots) {
  const std::uint32_t unit = slots.flash->unit_bytes, bytes = (slots.waiting + unit - 1) / unit * unit;
  memset(slots.buffer + slots.waiting, slots.flash->erased, bytes - slots.waiting);
  const std::uint32_t address = slots.layout.slot[spare(slots)] + slots.written;
  if (slots.flash->program(slots.flash->context, address, slots.buffer, bytes) != 0) return Status::flash_failed;
  slots.written += slots.waiting;
  slots.waiting = 0;
  return Status::ok;
}

Status write(nacre_slots& slots, const unsigned char* from, std::uint32_t bytes) {
  if (bytes > slots.expected - slots.written - slots.waiting) return Status::slot_too_small;
  growing(slots).update({reinterpret_cast<const std::byte*>(from), bytes});
  while (bytes > 0) {
    const std::uint32_t room = slots.update_bytes - slots.waiting, part = bytes < room ? bytes : room;
    memcpy(slots.buffer + slots.waiting, from, part);
    slots.waiting += part;
    from += part;
    bytes -= part;
    if (slots.waiting < slots.update_bytes) continue;
    const Status status = flush(slots);
    if (status != Status::ok) return status;
  }
  return Status::ok;
}

Status finish(nacre_slots& slots, std::uint32_t rollback) {
  if (slots.expected == 0 || slots.written + slots.waiting < slots.expected) return Status::truncated;
  if (rollback < slots.state.minimum) return Status::rolled_back;
  const nacre_flash& flash = *slots.flash;
  if (slots.waiting > 0 && flush(slots) != Status::ok) return Status::flash_failed;
  if (flash.sync(flash.context) != 0) return Status::flash_failed;
  State state = slots.state;
  const unsigned to = spare(slots);
  state.kept = static_cast<std::uint8_t>(1 - to);
  state.phase = waiting;
  state.slot[to].bytes = slots.expected;
  state.slot[to].rollback = rollback;
  growing(slots).finish(state.slot[to].digest);
  const Status status = check(slots, state.slot[to]);
  return status == Status::ok ? append(slots, state) : status;
}

bool is_whole(const nacre_flash* flash, const nacre_slots_layout* layout) {
  return flash != nullptr && layout != nullptr && flash->read != nullptr && flash->program != nullptr &&
         flash->erase != nullptr && flash->sync != nullptr;
}

}  // namespace
}  // namespace nacre::slots

using namespace nacre;

nacre_status nacre_slots_open(nacre_slots* slots, const nacre_flash* flash, const nacre_slots_layout* layout,
                              nacre_status (*check)(void* context, const nacre_slot* slot), void* check_context,
                              unsigned char* buffer, size_t buffer_bytes) {
  if (slots == nullptr || buffer == nullptr || !nacre::slots::is_whole(flash, layout)) return NACRE_NULL_ARGUMENT;
  nacre::slots::Geometry geometry;
  const Status status = nacre::slots::geometry_of(*flash, *layout, &geometry);
  if (status != Status::ok) return status_of(status);
  if (buffer_bytes < geometry.entry || buffer_bytes - geometry.entry < flash->unit_bytes) return NACRE_MEMORY_TOO_SMALL;
  const size_t most = layout->slot_bytes, front = buffer_bytes - geometry.entry;
  memset(slots, 0, sizeof *slots);
  slots->flash = flash;
  slots->layout = *layout;
  slots->check = check;
  slots->check_context = check_context;
  slots->buffer = buffer;
  slots->entry_bytes = geometry.entry;
  slots->update_bytes = static_cast<std::uint32_t>(front < most ? front : most) / flash->unit_bytes * flash->unit_bytes;
  slots->running = -1;
  for (int i = 0; i < 2; ++i) slots->state.slot[i].address = layout->slot[i];
  return status_of(nacre::slots::read_record(*slots));
}

nacre_status nacre_slots_begin(nacre_slots* slots, std::uint32_t bytes) {
  return slots == nullptr ? NACRE_NULL_ARGUMENT : status_of(nacre::slots::begin(*slots, bytes));
}

nacre_status nacre_slots_write(nacre_slots* slots, const void* from, std::uint32_t bytes) {
  if (slots == nullptr || (from == nullptr && bytes != 0)) return NACRE_NULL_ARGUMENT;
  const Status status = nacre::slots::write(*slots, static_cast<const unsigned char*>(from), bytes);
  if (status == Status::flash_failed) nacre::slots::drop(*slots);
  return status_of(status);
}

nacre_status nacre_slots_finish(nacre_slots* slots, std::uint32_t rollback) {
  if (slots == nullptr) return NACRE_NULL_ARGUMENT;
  const Status status = nacre::slots::finish(*slots, rollback);
  nacre::slots::drop(*slots);
  return status_of(status);
}
