#pragma once

#include <cstdint>

namespace nacre {

/// What a call ended with. The values are stable: they are grouped by who can act on them.
enum class [[nodiscard]] Status : std::uint8_t {
  ok = 0,

  // The caller's mistake: fix the call.
  not_loaded = 0x10,         ///< run() or self_test() before a successful load()
  memory_too_small = 0x11,   ///< the block is smaller than MemoryNeeds::total_bytes
  memory_misaligned = 0x12,  ///< the block's address is not a multiple of MemoryNeeds::alignment
  model_misaligned = 0x13,   ///< the model's address is not a multiple of 64
  kernel_missing = 0x14,     ///< the list given to load() lacks a kernel that the model needs
  null_argument = 0x15,      ///< a pointer that must not be null is null
  file_unreadable = 0x16,    ///< MappedFile::open() of what cannot be opened or mapped; errno says why
  bad_geometry = 0x17,       ///< nacre_slots_open() of slots that overlap, or of flash that cannot hold the record
  slot_too_small = 0x18,     ///< nacre_slots_write() of more bytes than were announced, or than a slot has
  unconfirmed = 0x19,        ///< nacre_slots_begin() while the old model is needed: confirm the new one, or restart
  rolled_back = 0x1a,        ///< nacre_slots_finish() or load_signed() of a model older than one that was confirmed
  too_expensive = 0x1b,      ///< a run may take more operations than load_within() allows

  // The file's mistake: convert the model again.
  truncated = 0x20,            ///< the file is shorter than it says
  trailing_bytes = 0x21,       ///< the file is longer than it says
  bad_magic = 0x22,            ///< not a Nacre model
  version_too_new = 0x23,      ///< written for a newer reader
  feature_unknown = 0x24,      ///< has a feature, field or section that this reader does not know
  digest_mismatch = 0x25,      ///< the bytes are not those that were written
  malformed = 0x26,            ///< an offset, length or table of the FlatBuffer is wrong
  bad_section = 0x27,          ///< sections overlap, leave a gap or are misaligned
  bad_tensor = 0x28,           ///< type, rank, shape or place of a tensor
  bad_index = 0x29,            ///< an index points past what it indexes
  bad_arguments = 0x2a,        ///< a layer's arguments do not fit its operator
  bad_parameter = 0x2b,        ///< a parameter of an operator is outside its legal range
  bad_memory_size = 0x2c,      ///< the memory sizes stated by the file are not those it needs
  bad_weights = 0x2d,          ///< values inside the weights that would make a kernel index outside
  bad_port = 0x2e,             ///< an input or output of the model is not a tensor that can be one
  golden_missing = 0x2f,       ///< self_test() of a model without golden vectors
  description_missing = 0x30,  ///< Description::open() of a model without names
  bad_plan = 0x31,             ///< a layer would read bytes that are not, or no longer, what it asks for
  other_byte_order = 0x32,     ///< written for processors of the other byte order
  version_too_old = 0x33,      ///< written in a format that this reader no longer knows
  signature_missing = 0x34,    ///< load_signed() of a model that is not signed, or whose signature was cut off
  key_unknown = 0x35,          ///< signed with none of the keys that load_signed() was given
  bad_signature = 0x36,        ///< header or table of sections are not those that were signed

  // The data's mistake: fix the input of this run.
  index_out_of_range = 0x40,  ///< an embedding or label index outside its table
  unknown_label = 0x41,       ///< a label that the encoder has not seen
  not_finite = 0x42,          ///< check_inputs() met a missing or infinite value that the model refuses
  bad_text = 0x43,            ///< a text that is not UTF-8
  too_many_terms = 0x44,      ///< a text with more different terms than the model has room for

  // The device's mistake: do not trust its results.
  golden_mismatch = 0x50,  ///< self_test() gave other bits than the workstation
  flash_failed = 0x51,     ///< a function of nacre_flash failed
  no_model = 0x52,         ///< neither slot holds a model that may run
};

/// The enumerator's name ("bad_magic"), for logs; "unknown" for a value outside the enumeration.
const char* name(Status status);

}  // namespace nacre
