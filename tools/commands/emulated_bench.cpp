#include "tools/commands/emulated_bench.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "tools/codegen/codegen.hpp"
#include "tools/codegen/embedded.hpp"
#include "tools/codegen/kernel_rows.hpp"
#include "tools/commands/emulated_targets.hpp"
#include "tools/common/progress.hpp"
#include "tools/common/refusal.hpp"
#include "tools/common/run_program.hpp"
#include "tools/common/text_stream.hpp"
#include "tools/pack/target.hpp"

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

using Words = std::vector<std::string>;

void add(Words& words, const Words& more) { words.insert(words.end(), more.begin(), more.end()); }

/// Headers of C++ for a compiler that has none, and what a program for it is linked with.
Words cxx_headers(const EmulatedTarget& target) {
  if (target.prefix.starts_with("arm")) return {};
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/include/newlib/c++", none))
    return {"-isystem", entry.path().string(), "-isystem", (entry.path() / "arm-none-eabi").string()};
  throw Refusal("", "there are no headers of C++ in /usr/include/newlib/c++, which --target needs",
                fmt::format("install them (Debian: {})", target.compiler_packages));
}

Words libraries(const EmulatedTarget& target) {
  if (target.prefix.starts_with("arm")) return {"--specs=nano.specs"};
  return {"-nostdlib", "-Wl,--start-group", "-lc", "-lgcc", "-Wl,--end-group"};
}

void write_sources(const ModelFile& model, const EmulatedTarget& target, const WorkFolder& work) {
  CodeOptions options;
  options.name = "measured";
  options.standalone = true;
  options.section = ".model";
  for (const auto& [name, text] : generate_code(model, options)) work.write(name, text);
  work.write("rows.h", rows_source(model.network()));
  Words names = {target.startup, target.script, "firmware/firmware.ld", "firmware/semihosting_riscv.h",
                 "bench/measure.c"};
  for (const std::string& name : target.bench) names.push_back("bench/" + name);
  for (const std::string& name : names) work.write(std::filesystem::path(name).filename(), embedded_text(name));
}

void build(const ModelFile& model, const EmulatedTarget& target, const WorkFolder& work) {
  write_sources(model, target, work);
  Words compile = {target.prefix + "g++"}, link = {target.prefix + "gcc"};
  for (Words* words : {&compile, &link}) {
    add(*words, target.flags);
    add(*words, {"-O3", "-ffunction-sections", "-fdata-sections"});
  }
  add(compile, cxx_headers(target));
  add(compile, {"-std=c++17", "-fno-exceptions", "-fno-rtti", "-c", work.file("nacre.cpp"), "-o",
                work.file("nacre.o")});
  output_of(compile, target.compiler_packages);
  const std::string script = std::filesystem::path(target.script).filename(),
                    startup = std::filesystem::path(target.startup).filename();
  add(link, {"-std=c11", "-DROWS=\"rows.h\"", "-DCLOCK=\"" + target.bench[0] + "\"", "-nostartfiles",
             "-Wl,--gc-sections", "-L" + work.file(""), "-T" + work.file(script), work.file("measure.c"),
             work.file(startup), work.file("measured_model.c"), work.file("nacre.o")});
  add(link, libraries(target));
  add(link, {"-o", work.file("measured.elf")});
  output_of(link, target.compiler_packages);
}

/// Kernels for instructions that another processor lacks.
void require_kernels_of(const ModelFile& model, const EmulatedTarget& target) {
  const KernelOrder order = find_target(target.name).order;
  for (const KernelRow& row : kernel_rows(model)) {
    const bool is_foreign = (row.space == "mve" && order != KernelOrder::mve) ||
                            (row.space == "dsp" && order == KernelOrder::reference);
    if (is_foreign)
      throw Refusal("", fmt::format("has kernels for instructions that {} lacks ({})", target.name, row.name()),
                    fmt::format("convert the model for it: nacre convert MODEL --target {}", target.name));
  }
}

}  // namespace

InstructionCounts count_instructions(const ModelFile& model, const std::string& target_name) {
  const EmulatedTarget& target = find_emulated_target(target_name);
  require_kernels_of(model, target);
  const WorkFolder work;
  Progress progress;
  progress.stage("building firmware");
  build(model, target, work);
  progress.stage("running firmware");
  Words emulate = target.emulator;
  add(emulate, {"-display", "none", "-monitor", "none", "-serial", "none", "-semihosting-config",
                "enable=on,target=native", "-kernel", work.file("measured.elf")});
  std::istringstream lines = text_stream(output_of(emulate, target.emulator_packages));
  InstructionCounts counts;
  std::uint64_t reading = 0, ticks = 0;
  for (std::string what; lines >> what >> ticks;) {
    if (what == "reading") reading = ticks;
    const auto count = static_cast<std::uint64_t>(
        std::llround(static_cast<double>(ticks - std::min(ticks, reading)) / target.ticks_of_instruction));
    if (what == "load") counts.load = count;
    if (what == "run") counts.run = count;
    if (what == "layer") counts.layers.push_back(count);
  }
  return counts;
}

}  // namespace nacre::tools
