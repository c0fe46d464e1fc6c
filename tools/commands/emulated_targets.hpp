#pragma once

#include <string>
#include <vector>

namespace nacre::tools {

/// A processor that `nacre bench --target` counts on, and the board by which QEMU emulates it.
struct EmulatedTarget {
  std::string name;                ///< a target of convert: "cortex-m4"
  std::string prefix;              ///< of the compiler's programs: "arm-none-eabi-"
  std::vector<std::string> flags;  ///< of compiling and linking
  std::string startup, script;     ///< embedded files: what runs before main, and where things lie
  std::vector<std::string> bench;  ///< embedded files of bench/, of which the first is the clock
  std::vector<std::string> emulator;
  double ticks_of_instruction;     ///< of the clock
  std::string compiler_packages;   ///< of Debian
  std::string emulator_packages;
  std::string stands_for;          ///< what is emulated, where it is another processor: "as on a Cortex-M3"; else empty
};

const std::vector<EmulatedTarget>& emulated_targets();

/// Throws Refusal of a processor that is not emulated, with the way out.
const EmulatedTarget& find_emulated_target(const std::string& name);

}  // namespace nacre::tools
