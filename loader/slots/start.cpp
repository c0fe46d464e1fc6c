#include "runtime/strict_float.hpp"  // first

#include <cstring>

#include "loader/c/convert.hpp"
#include "loader/sha256.hpp"
#include "loader/slots/record.hpp"
#include "loader/slots/slots.hpp"

namespace nacre::slots {

Status hash_slot(const nacre_slots& slots, const nacre_slot& slot, std::uint8_t digest[32]) {
  Sha256 hash;
  for (std::uint32_t done = 0; done < slot.bytes;) {
    const std::uint32_t left = slot.bytes - done, part = left < slots.entry_bytes ? left : slots.entry_bytes;
    unsigned char* buffer = slots.buffer + slots.update_bytes;
    if (slots.flash->read(slots.flash->context, slot.address + done, buffer, part) != 0) return Status::flash_failed;
    hash.update({reinterpret_cast<const std::byte*>(buffer), part});
    done += part;
  }
  hash.finish(digest);
  return Status::ok;
}

Status check(const nacre_slots& slots, const nacre_slot& slot) {
  std::uint8_t digest[32];
  if (slot.bytes == 0 || slot.bytes > slots.layout.slot_bytes) return Status::no_model;
  if (slot.rollback < slots.state.minimum) return Status::rolled_back;
  const Status status = hash_slot(slots, slot, digest);
  if (status != Status::ok) return status;
  if (memcmp(digest, slot.digest, sizeof digest) != 0) return Status::digest_mismatch;
  return slots.check == nullptr ? Status::ok : static_cast<Status>(slots.check(slots.check_context, &slot));
}

namespace {

/// The state in which the model of the other slot is given up.
State without_other(const nacre_slots& slots) {
  State state = slots.state;
  state.phase = settled;
  state.slot[1 - state.kept].bytes = 0;
  return state;
}

/// Of a model that waits, or whose trial nothing else can follow: it runs on trial, or is given up.
Status start_other(nacre_slots& slots) {
  const Status status = check(slots, slots.state.slot[1 - slots.state.kept]);
  if (status == Status::flash_failed) return status;
  if (status != Status::ok) return append(slots, without_other(slots));
  if (slots.state.phase == trial) return status;
  State state = slots.state;
  state.phase = trial;
  return append(slots, state);
}

/// Of the kept model; where it is damaged, the other one is kept, if it may run.
Status start_kept(nacre_slots& slots) {
  State state = slots.state;
  const Status status = check(slots, state.slot[state.kept]);
  if (status == Status::ok || status == Status::flash_failed) return status;
  state.kept = static_cast<std::uint8_t>(1 - state.kept);
  const Status other = check(slots, state.slot[state.kept]);
  if (other == Status::flash_failed) return other;
  return other == Status::ok ? append(slots, state) : Status::no_model;
}

Status start(nacre_slots& slots) {
  Status status = Status::ok;
  const bool has_old = slots.state.slot[slots.state.kept].bytes != 0;
  slots.running = -1;
  if (slots.state.phase == waiting || (slots.state.phase == trial && !has_old)) status = start_other(slots);
  else if (slots.state.phase == trial) status = append(slots, without_other(slots));
  if (status == Status::ok && slots.state.phase == settled) status = start_kept(slots);
  if (status == Status::ok) slots.running = slots.state.phase == trial ? 1 - slots.state.kept : slots.state.kept;
  return status;
}

}  // namespace
}  // namespace nacre::slots

using namespace nacre;

nacre_status nacre_slots_start(nacre_slots* slots, nacre_slot* model, int* on_trial) {
  if (slots == nullptr || model == nullptr) return NACRE_NULL_ARGUMENT;
  const Status status = nacre::slots::start(*slots);
  if (status != Status::ok) return status_of(status);
  *model = slots->state.slot[slots->running];
  if (on_trial != nullptr) *on_trial = slots->state.phase == nacre::slots::trial;
  return NACRE_OK;
}

nacre_status nacre_slots_confirm(nacre_slots* slots) {
  if (slots == nullptr) return NACRE_NULL_ARGUMENT;
  if (slots->running < 0) return NACRE_NO_MODEL;
  nacre::slots::State state = slots->state;
  const std::uint32_t rollback = state.slot[slots->running].rollback;
  const bool is_kept = state.kept == slots->running && state.minimum >= rollback;
  if (is_kept) return NACRE_OK;
  if (state.phase == nacre::slots::trial) state.phase = nacre::slots::settled;  // one that waits goes on waiting
  state.kept = static_cast<std::uint8_t>(slots->running);
  if (state.minimum < rollback) state.minimum = rollback;
  return status_of(nacre::slots::append(*slots, state));
}
