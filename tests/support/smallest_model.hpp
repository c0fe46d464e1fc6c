#pragma once

#include <cstddef>
#include <vector>

#include "tests/support/model_parts.hpp"

namespace nacre::test {

/// y = -x of one number: what a file of one layer cannot do without. SPEC.md shows its bytes.
ModelParts smallest_model();

/// Its file, with its digest.
std::vector<std::byte> smallest_file();

}  // namespace nacre::test
