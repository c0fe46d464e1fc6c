#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nacre::tools {

/// The kernels whose order of weights a file has.
enum class KernelOrder : std::uint8_t { reference, dsp, mve };

/// A processor that `convert --target` takes.
struct Target {
  const char* name;
  KernelOrder order;
  bool fuses_rows;       ///< memory is scarce: chains of layers run on a few rows at a time
  bool is_of_one_order;  ///< of bytes: the processor is little-endian
};

/// Throws Refusal, naming those that there are, for another name.
const Target& find_target(const std::string& name);

std::vector<std::string> target_names();

}  // namespace nacre::tools
