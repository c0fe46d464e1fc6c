#pragma once

#include <cstdint>
#include <functional>
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
  const char* like = nullptr;  ///< another one, whose measurements tell of it where it has none; null: none does
};

/// Throws Refusal, naming those that there are, for another name.
const Target& find_target(const std::string& name);

std::vector<std::string> target_names();

/// The processor whose measurements tell of `name`: itself, if `is_measured` of it, or the next that it is like; empty
/// where there is none.
std::string measured_for(std::string name, const std::function<bool(const std::string& name)>& is_measured);

}  // namespace nacre::tools
