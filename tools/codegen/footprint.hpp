#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/codegen/kernel_rows.hpp"

namespace nacre::tools {

/// What a model takes of a processor, in firmware that loads it and runs it.
struct Footprint {
  std::string target;              ///< whose code it is: "cortex-m4", "cortex-m55"…
  std::uint32_t code_bytes = 0;    ///< of flash, compiled with -Os: a sum of sizes that benchmarks/flash wrote
  std::uint32_t model_bytes = 0;   ///< of flash
  std::uint32_t memory_bytes = 0;  ///< of RAM: all blocks, and the network itself
  std::uint32_t stack_bytes = 0;   ///< at most, as nacre.h promises it,
  std::string stack_of;            ///< of this processor, on which it was measured
  std::vector<std::string> unknown = {};  ///< kernels that are in no sum: newer than the sizes
};

/// Whether benchmarks/flash has measured code for a target.
bool has_footprint(const std::string& target);

/// The target that a model is for; where it is for any, or for one without figures, "cortex-m4".
std::string footprint_target(const ModelFile& model, const std::vector<KernelRow>& rows);

/// Of a target that has one; `serves` where the firmware calls nacre_serve.
Footprint footprint_of(const ModelFile& model, const std::vector<KernelRow>& rows, const std::string& target,
                       bool serves = false);

/// The sum of what the kernels bring together, from a table of sizes: bytes, then the kernels that bring them, on one
/// line or several. Kernels that the table does not have are added to `unknown`.
std::uint32_t code_bytes(const std::string& table, const std::vector<KernelRow>& rows,
                         std::vector<std::string>* unknown, bool serves = false);

/// "812 B", "11.1 KiB"
std::string size_text(std::uint64_t bytes);

/// "flash 11.1 KiB (code 8.8 + model 2.3), RAM 224 B + stack 1.0 KiB on cortex-m4 at -Os"
std::string footprint_text(const Footprint& footprint);

}  // namespace nacre::tools
