#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/codegen/kernel_rows.hpp"

namespace nacre::tools {

/// What a model takes of a processor, in firmware that loads it and runs it.
struct Footprint {
  std::string target;              ///< whose code it is: "cortex-m4", "cortex-m55"
  std::uint32_t code_bytes = 0;    ///< of flash, compiled with -Os: a sum of sizes that benchmarks/flash wrote
  std::uint32_t model_bytes = 0;   ///< of flash
  std::uint32_t memory_bytes = 0;  ///< of RAM: all blocks, and the network itself
  std::uint32_t stack_bytes = 0;   ///< at most, as nacre.h promises it
};

Footprint footprint_of(const ModelFile& model, const std::vector<KernelRow>& rows);

/// "flash 11.1 KiB (code 8.8 + model 2.3), RAM 224 B + stack 1.0 KiB on cortex-m4 at -Os"
std::string footprint_text(const Footprint& footprint);

}  // namespace nacre::tools
