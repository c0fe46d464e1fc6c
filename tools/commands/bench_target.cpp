// What an emulated processor executes for a row of made-up numbers.

#include <fmt/format.h>

#include "tools/codegen/footprint.hpp"
#include "tools/commands/bench.hpp"
#include "tools/commands/emulated_bench.hpp"
#include "tools/commands/emulated_targets.hpp"
#include "tools/commands/print_json.hpp"

namespace nacre::tools {
namespace {

nlohmann::ordered_json report_of_target(const BenchOptions& options, const ModelFile& model) {
  fill(model.network());
  const std::string stands_for = find_emulated_target(options.target).stands_for;
  const InstructionCounts counts = count_instructions(model, options.target);
  const std::vector<KernelRow> rows = kernel_rows(model);
  const Footprint footprint = footprint_of(model, rows, options.target);
  return {{"model", options.models[0]},
          {"target", options.target},
          {"emulated_as", stands_for.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(stands_for)},
          {"instructions", counts.run},
          {"startup_instructions", counts.load},
          {"memory_bytes", footprint.memory_bytes},
          {"stack_bytes", footprint.stack_bytes},
          {"flash_code_bytes", footprint.code_bytes},
          {"flash_model_bytes", footprint.model_bytes},
          {"layers", counted_layers(model, counts.layers, "instructions")}};
}

void print_target(const nlohmann::ordered_json& report) {
  print_counted_layers(report["layers"], "instructions");
  fmt::print("one run on {} at -O3: {} instructions; loading, once: {}\n", report["target"].get<std::string>(),
             report["instructions"].get<std::uint64_t>(), report["startup_instructions"].get<std::uint64_t>());
  if (!report["emulated_as"].is_null()) fmt::print("counted on {}\n", report["emulated_as"].get<std::string>());
  fmt::print("flash at -Os: code {}, model {}; RAM {}, stack {}\n",
             size_text(report["flash_code_bytes"].get<std::uint64_t>()),
             size_text(report["flash_model_bytes"].get<std::uint64_t>()),
             size_text(report["memory_bytes"].get<std::uint64_t>()),
             size_text(report["stack_bytes"].get<std::uint64_t>()));
}

}  // namespace

void bench_on_target(const BenchOptions& options, const ModelFile& model) {
  const nlohmann::ordered_json report = report_of_target(options, model);
  if (options.json) print_json("bench-target", report);
  else print_target(report);
}

}  // namespace nacre::tools
