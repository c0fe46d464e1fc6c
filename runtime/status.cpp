#include "runtime/strict_float.hpp"  // first

#include "nacre/status.hpp"

namespace nacre {

const char* name(Status status) {
#define NACRE_NAME(value) \
  case Status::value: return #value
  switch (status) {  // no default: the compiler reports a forgotten value
    NACRE_NAME(ok);
    NACRE_NAME(not_loaded);
    NACRE_NAME(memory_too_small);
    NACRE_NAME(memory_misaligned);
    NACRE_NAME(model_misaligned);
    NACRE_NAME(kernel_missing);
    NACRE_NAME(null_argument);
    NACRE_NAME(file_unreadable);
    NACRE_NAME(bad_geometry);
    NACRE_NAME(slot_too_small);
    NACRE_NAME(unconfirmed);
    NACRE_NAME(rolled_back);
    NACRE_NAME(too_expensive);
    NACRE_NAME(truncated);
    NACRE_NAME(trailing_bytes);
    NACRE_NAME(bad_magic);
    NACRE_NAME(version_too_new);
    NACRE_NAME(feature_unknown);
    NACRE_NAME(digest_mismatch);
    NACRE_NAME(malformed);
    NACRE_NAME(bad_section);
    NACRE_NAME(bad_tensor);
    NACRE_NAME(bad_index);
    NACRE_NAME(bad_arguments);
    NACRE_NAME(bad_parameter);
    NACRE_NAME(bad_memory_size);
    NACRE_NAME(bad_weights);
    NACRE_NAME(bad_port);
    NACRE_NAME(golden_missing);
    NACRE_NAME(description_missing);
    NACRE_NAME(bad_plan);
    NACRE_NAME(other_byte_order);
    NACRE_NAME(version_too_old);
    NACRE_NAME(signature_missing);
    NACRE_NAME(key_unknown);
    NACRE_NAME(bad_signature);
    NACRE_NAME(index_out_of_range);
    NACRE_NAME(unknown_label);
    NACRE_NAME(not_finite);
    NACRE_NAME(bad_text);
    NACRE_NAME(too_many_terms);
    NACRE_NAME(golden_mismatch);
    NACRE_NAME(flash_failed);
    NACRE_NAME(no_model);
  }
#undef NACRE_NAME
  return "unknown";
}

}  // namespace nacre
