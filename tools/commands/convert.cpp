#include "tools/convert/convert.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "tools/commands/commands.hpp"
#include "tools/commands/print_json.hpp"
#include "tools/common/message.hpp"
#include "tools/common/printable.hpp"
#include "tools/common/progress.hpp"

namespace nacre::tools {
namespace {

void report(const ConvertOptions& options, const Conversion& result, bool json) {
  for (const std::string& warning : result.warnings) print_warning(warning);
  const SelfCheck& check = result.check;
  if (json) {
    print_json({{"file", options.output},
                {"file_bytes", result.file_bytes},
                {"memory_bytes", result.needs.total_bytes},
                {"golden_vectors", result.golden_vectors},
                {"check", {{"rows", check.rows}, {"largest_error", check.largest_error}, {"bound", check.bound}, {"of_bound", check.of_bound}}},
                {"seconds", {{"total", result.seconds.total}, {"self_check", result.seconds.self_check}, {"sync", result.seconds.sync}}},
                {"warnings", result.warnings}});
    return;
  }
  fmt::print("{}: {} bytes, of which weights {}; memory {} bytes\n", printable(options.output), result.file_bytes,
             result.needs.weights_bytes, result.needs.total_bytes);
  fmt::print("checked on {} rows against float64: largest error {:.2g} (allowed there {:.2g}); no element uses more than {:.0f} % of its bound\n",
             check.rows, check.largest_error, check.bound, 100 * check.of_bound);
}

void run(ConvertOptions options, bool json) {
  Conversion result;
  {
    Progress progress;
    options.on_stage = [&](const std::string& what) { progress.stage(what); };
    result = convert(options);
  }
  report(options, result, json);
}

/// Options whose names are settled before they do anything: better than to be unknown.
void add_quantize(CLI::App& command) {
  for (const char* option : {"--quantize", "--calibrate"}) {
    const auto refuse = [option](const std::string&) {
      throw CLI::ValidationError(option, "this release does not quantise yet; leave it out, or convert a model that TensorFlow Lite has quantised");
    };
    command.add_option_function<std::string>(option, refuse, "")->group("");
  }
}

}  // namespace

void add_convert(CLI::App& app) {
  CLI::App* command = app.add_subcommand("convert", "Convert saved models to one Nacre file");
  struct State {
    ConvertOptions options;
    bool json = false;
  };
  auto state = std::make_shared<State>();
  ConvertOptions& options = state->options;
  command->add_option("files", options.files, "Saved models; several are chained, each takes the outcome of the one before")->required()->type_name("MODEL");
  command->add_option("-o,--output-file", options.output, "The file to write")->required()->type_name("FILE");
  repeatable(command->add_option("--select", options.read.select, "Key of the model in a dict or list that holds several; again for each further one"))->type_name("KEY");
  repeatable(command->add_option("--outputs", options.outputs, "Outputs to keep, with commas between them (default: all)"))->delimiter(',')->type_name("NAMES");
  command->add_option("--target", options.target, "Whose kernels the weights are packed for")
      ->check(CLI::IsMember({"portable", "cortex-m4"}))->capture_default_str();
  command->add_option("--name", options.name, "Name of the model (default: the last file's)")->type_name("TEXT");
  command->add_option("--model-version", options.model_version, "Version of the model")->type_name("TEXT");
  repeatable(command->add_option("--golden", options.golden, "Rows, .npy or .csv, that become the golden vectors; once per input"))->type_name("[NAME=]FILE");
  add_quantize(*command);
  command->add_flag("--json", state->json, "Report as JSON");
  command->callback([state] { run(state->options, state->json); });
}

}  // namespace nacre::tools
