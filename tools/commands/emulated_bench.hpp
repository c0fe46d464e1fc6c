#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/session/model_file.hpp"

namespace nacre::tools {

/// Instructions of a processor, as QEMU counts them.
struct InstructionCounts {
  std::uint64_t load = 0;  ///< with every check but the digest
  std::uint64_t run = 0;
  std::vector<std::uint64_t> layers;  ///< of those that belong to no other, in order
};

/// Counts on an emulated processor ("cortex-m4"), whose firmware it builds at -O3: with the inputs that the model's
/// network holds. Throws Refusal where none of that name is emulated, the compiler or the emulator is missing, or the
/// model is for another processor or does not run there.
InstructionCounts count_instructions(const ModelFile& model, const std::string& target);

}  // namespace nacre::tools
