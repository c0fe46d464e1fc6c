#pragma once

#include <cstddef>
#include <vector>

#include "schema/model_generated.h"

namespace nacre::test {

/// y = -x of one number: what a file of one layer cannot do without. SPEC.md shows its bytes.
schema::ModelT smallest_model();

/// The bytes of a model without golden vectors and description, its header filled in and its digests
/// computed; `network_bytes` is what its layers take.
std::vector<std::byte> file_of(const schema::ModelT& model, std::uint32_t activations_bytes, std::uint32_t state_bytes,
                               std::uint32_t network_bytes);
std::vector<std::byte> smallest_file();

/// Computes the digests of a file anew.
void seal(std::vector<std::byte>* file);

}  // namespace nacre::test
