#include "tools/commands/emulated_bench.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "tools/codegen/codegen.hpp"
#include "tools/codegen/embedded.hpp"
#include "tools/common/progress.hpp"
#include "tools/common/refusal.hpp"
#include "tools/common/run_program.hpp"

namespace nacre::tools {
namespace {

/// A folder for what is built, gone with the object.
class WorkFolder {
 public:
  WorkFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "nacre-bench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw Refusal("", "no folder can be made there", "free space, or set TMPDIR").in_file(name);
    path_ = name;
  }
  ~WorkFolder() {
    std::error_code none;
    std::filesystem::remove_all(path_, none);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  std::string file(const std::string& name) const { return path_ + "/" + name; }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream file(this->file(name), std::ios::binary);
    if (!(file << text)) throw Refusal("", "the file cannot be written", "free space").in_file(this->file(name));
  }

 private:
  std::string path_;
};

/// What a program prints. Throws Refusal where it is missing or fails.
std::string output_of(const std::vector<std::string>& command, const std::string& package) try {
  const Outcome outcome = run_program(command);
  if (outcome.status == 0) return outcome.out + outcome.err;  // semihosting prints on one or the other
  throw Refusal(
      "", fmt::format("{} ends with {}: {}", command[0], outcome.status, (outcome.out + outcome.err).substr(0, 300)),
      "see nacre explain, if that is a status, or convert the model for this target");
} catch (const std::system_error&) {
  throw Refusal("", fmt::format("{} is not installed, which --target needs", command[0]),
                fmt::format("install it (Debian: {})", package));
}

/// `rows` for measure.c: the bytes of each input.
std::string rows_source(const Network& network) {
  std::string arrays, list;
  for (unsigned i = 0; i < network.inputs(); ++i) {
    arrays += fmt::format("static const unsigned char row_{}[] = {{", i);
    for (const std::byte byte : network.input_bytes(i)) arrays += fmt::format("{},", std::to_integer<unsigned>(byte));
    arrays += "0};\n";
    list += fmt::format("row_{}, ", i);
  }
  return arrays + "static const unsigned char* const rows[] = {" + list + "0};\n";
}

void build(const ModelFile& model, const WorkFolder& work) {
  CodeOptions options;
  options.name = "measured";
  options.standalone = true;
  options.section = ".model";
  for (const auto& [name, text] : generate_code(model, options)) work.write(name, text);
  work.write("rows.h", rows_source(model.network()));
  for (const char* name : {"firmware/startup.c", "firmware/firmware.ld", "firmware/mps2-an386.ld", "bench/measure.c"})
    work.write(std::filesystem::path(name).filename(), embedded_text(name));
  const std::vector<std::string> flags = {"-mcpu=cortex-m4", "-mthumb", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard", "-O3",
                                          "-ffunction-sections", "-fdata-sections"};
  const std::string package = "gcc-arm-none-eabi, libnewlib-arm-none-eabi and libstdc++-arm-none-eabi-newlib";
  std::vector<std::string> compile = {"arm-none-eabi-g++"};
  compile.insert(compile.end(), flags.begin(), flags.end());
  for (const std::string& word : {std::string("-std=c++17"), std::string("-fno-exceptions"), std::string("-fno-rtti"),
                                  std::string("-c"), work.file("nacre.cpp"), std::string("-o"), work.file("nacre.o")})
    compile.push_back(word);
  output_of(compile, package);
  std::vector<std::string> link = {"arm-none-eabi-gcc"};
  link.insert(link.end(), flags.begin(), flags.end());
  for (const std::string& word :
       {std::string("-std=c11"), std::string("-DROWS=\"rows.h\""), std::string("-nostartfiles"),
        std::string("-Wl,--gc-sections"), "-L" + work.file(""), "-T" + work.file("mps2-an386.ld"),
        work.file("measure.c"), work.file("startup.c"), work.file("measured_model.c"), work.file("nacre.o"),
        std::string("--specs=nano.specs"), std::string("-o"), work.file("measured.elf")})
    link.push_back(word);
  output_of(link, package);
}

/// 40 ns each, and an instruction takes 128 ns.
std::uint64_t instructions(std::uint64_t ticks) { return (ticks * 40 + 64) / 128; }

}  // namespace

InstructionCounts count_instructions(const ModelFile& model) {
  const WorkFolder work;
  Progress progress;
  progress.stage("building firmware");
  build(model, work);
  progress.stage("running firmware");
  std::istringstream lines(output_of({"qemu-system-arm", "-M", "mps2-an386", "-display", "none", "-monitor", "none",
                                      "-serial", "none", "-icount", "shift=7", "-semihosting-config",
                                      "enable=on,target=native", "-kernel", work.file("measured.elf")},
                                     "qemu-system-arm"));
  InstructionCounts counts;
  std::uint64_t reading = 0, ticks = 0;
  for (std::string what; lines >> what >> ticks;) {
    if (what == "reading") reading = ticks;
    const std::uint64_t count = instructions(ticks - std::min(ticks, reading));
    if (what == "load") counts.load = count;
    if (what == "run") counts.run = count;
    if (what == "layer") counts.layers.push_back(count);
  }
  return counts;
}

}  // namespace nacre::tools
