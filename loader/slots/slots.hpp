#pragma once

#include "loader/slots/record.hpp"

namespace nacre::slots {

/// SHA-256 of the bytes in a slot, read back from the flash.
Status hash_slot(const nacre_slots& slots, const nacre_slot& slot, std::uint8_t digest[32]);

/// Whether the model in a slot may run: ok, no_model of an empty slot, rolled_back, digest_mismatch, what the caller's
/// check says, or flash_failed.
Status check(const nacre_slots& slots, const nacre_slot& slot);

}  // namespace nacre::slots
