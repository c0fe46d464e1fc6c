#include "tools/commands/emulated_targets.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/common/refusal.hpp"
#include "tools/pack/target.hpp"

namespace nacre::tools {
namespace {

using Words = std::vector<std::string>;

// Ticks of a clock of so many megahertz, while an instruction takes 2^7 ns of the emulator's time.
constexpr double ticks(double mhz) { return 128 * mhz / 1000; }

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

EmulatedTarget cortex_m(const std::string& name, const Words& cpu, const std::string& machine, const Words& clock,
                        const std::string& clock_file, double mhz) {
  return {name,
          "arm-none-eabi-",
          joined(joined({"-mthumb"}, cpu), clock),
          "firmware/startup.c",
          "firmware/" + machine + ".ld",
          {clock_file, "semihosting_arm.h"},
          {"qemu-system-arm", "-M", machine, "-icount", "shift=7"},
          ticks(mhz),
          "gcc-arm-none-eabi, libnewlib-arm-none-eabi and libstdc++-arm-none-eabi-newlib",
          "qemu-system-arm",
          ""};
}

/// Debian has no C++ library for it. What the sources take of one is in headers alone, which suit any processor of 32
/// bits with newlib, from which picolibc comes: those of Arm's compiler.
EmulatedTarget rv32imc() {
  return {"rv32imc",
          "riscv64-unknown-elf-",
          {"-march=rv32imc", "-mabi=ilp32", "--specs=picolibc.specs"},
          "firmware/startup_riscv.c",
          "firmware/virt.ld",
          {"riscv.h"},
          {"qemu-system-riscv32", "-M", "virt", "-bios", "none", "-cpu", "rv32,f=off,d=off,a=off", "-icount",
           "shift=0"},
          1,
          "gcc-riscv64-unknown-elf, picolibc-riscv64-unknown-elf and libstdc++-arm-none-eabi-newlib",
          "qemu-system-misc",
          ""};
}

std::vector<EmulatedTarget> all_targets() {
  const Words soft{"-mfloat-abi=soft"}, hard{"-mfloat-abi=hard"}, mps2{"-DTIMER=0x40000000"};
  std::vector<EmulatedTarget> targets{
      cortex_m("cortex-m0", joined({"-mcpu=cortex-m0plus"}, soft), "mps2-an385", mps2, "timer.h", 25),
      cortex_m("cortex-m3", joined({"-mcpu=cortex-m3"}, soft), "mps2-an385", mps2, "timer.h", 25),
      cortex_m("cortex-m4", joined({"-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16"}, hard), "mps2-an386", mps2, "timer.h", 25),
      cortex_m("cortex-m7", joined({"-mcpu=cortex-m7", "-mfpu=fpv5-d16"}, hard), "mps2-an500", mps2, "timer.h", 25),
      cortex_m("cortex-m33", joined({"-mcpu=cortex-m33", "-mfpu=fpv5-sp-d16"}, hard), "mps2-an505",
               {"-DTIMER=0x50000000"}, "timer.h", 20),
      cortex_m("cortex-m55", joined({"-mcpu=cortex-m55"}, hard), "mps3-an547", {}, "counter.h", 32),
      rv32imc()};
  targets[0].stands_for = "QEMU's Cortex-M3, which runs each instruction of a Cortex-M0";
  return targets;
}

}  // namespace

const std::vector<EmulatedTarget>& emulated_targets() {
  static const std::vector<EmulatedTarget> list = all_targets();
  return list;
}

const EmulatedTarget& find_emulated_target(const std::string& name) {
  (void)find_target(name);
  for (const EmulatedTarget& target : emulated_targets())
    if (target.name == name) return target;
  const bool is_large = name.starts_with("aarch64") || name.starts_with("x86-64") || name == "portable";
  const auto measured = [](const std::string& other) {
    return std::ranges::any_of(emulated_targets(), [&](const EmulatedTarget& target) { return target.name == other; });
  };
  const std::string like = measured_for(name, measured);
  throw Refusal("", fmt::format("instructions of {} are not counted by emulation", name),
                is_large ? "measure times on such a machine: nacre bench, without --target"
                         : fmt::format("count those of {}, whose instructions it has: --target {}", like, like));
}

}  // namespace nacre::tools
