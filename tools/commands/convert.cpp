#include "tools/convert/convert.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tools/commands/commands.hpp"

namespace nacre::tools {
namespace {

void report(const ConvertOptions& options, const Conversion& result, bool json) {
  for (const std::string& warning : result.warnings) fmt::print(stderr, "nacre: warning: {}\n", warning);
  if (json) {
    const nlohmann::ordered_json document = {
        {"file", options.output},
        {"file_bytes", result.file_bytes},
        {"memory_bytes", result.needs.total_bytes},
        {"check", {{"rows", result.check.rows}, {"largest_error", result.check.largest_error}, {"bound", result.check.bound}}}};
    fmt::print("{}\n", document.dump(2));
    return;
  }
  fmt::print("{}: {} bytes, of which weights {}; memory {} bytes\n", options.output, result.file_bytes,
             result.needs.weights_bytes, result.needs.total_bytes);
  fmt::print("checked on {} rows against float64: largest error {:.2g} of the largest output (allowed {:.2g})\n",
             result.check.rows, result.check.largest_error, result.check.bound);
}

}  // namespace

void add_convert(CLI::App& app) {
  CLI::App* command = app.add_subcommand("convert", "Convert saved models to one Nacre file");
  struct State {
    ConvertOptions options;
    bool json = false;
  };
  auto state = std::make_shared<State>();
  command->add_option("files", state->options.files, "Saved models; several are chained")->required();
  command->add_option("-o,--output-file", state->options.output, "The file to write")->required();
  command->add_option("--select", state->options.read.select, "Key of the model in a container that holds several");
  command->add_option("--target", state->options.target, "Whose kernels the weights are packed for")
      ->check(CLI::IsMember({"portable", "cortex-m4"}))->capture_default_str();
  command->add_option("--name", state->options.name, "Name of the model");
  command->add_option("--model-version", state->options.model_version, "Version of the model");
  command->add_option("--outputs", state->options.outputs, "Outputs to keep (default: all)")->delimiter(',');
  command->add_flag("--json", state->json, "Report as JSON");
  command->callback([state] { report(state->options, convert(state->options), state->json); });
}

}  // namespace nacre::tools
