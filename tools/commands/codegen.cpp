#include "tools/codegen/codegen.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "nacre/kernels.hpp"
#include "tools/commands/commands.hpp"
#include "tools/commands/print_json.hpp"
#include "tools/common/output_file.hpp"
#include "tools/common/printable.hpp"
#include "tools/common/refusal.hpp"
#include "tools/convert/convert.hpp"
#include "tools/session/session.hpp"

namespace nacre::tools {
namespace {

struct CodegenOptions {
  std::string model, folder, name;
  bool incbin = false, json = false;
};

void create_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw Refusal("", "the folder cannot be created (" + error.message() + ")", "choose another").in_file(folder);
}

void codegen(const CodegenOptions& options) try {
  const ModelFile model(options.model);
  Session(model.bytes(), find_kernels("reference"));  // no code is made of a file that does not load
  const auto files = generate_code(model, options.name.empty() ? file_stem(options.model) : options.name,
                                   options.incbin ? Embedding::incbin : Embedding::array);
  create_folder(options.folder);
  auto written = nlohmann::ordered_json::array();
  for (const auto& [name, text] : files) {
    written.push_back(options.folder + "/" + name);
    check_output(written.back(), {options.model});
    write_atomically(written.back(), std::as_bytes(std::span(text)));
    if (!options.json) fmt::print("{}\n", printable(written.back().get<std::string>()));
  }
  if (options.json) print_json({{"files", written}});
} catch (const Refusal& refusal) {
  throw refusal.in_file(options.model);
}

}  // namespace

void add_codegen(CLI::App& app) {
  CLI::App* command = app.add_subcommand("codegen", "Write a model as source code for a firmware: its bytes, its kernels, its memory as constants");
  auto options = std::make_shared<CodegenOptions>();
  command->add_option("model", options->model, "The Nacre file")->required()->type_name("FILE");
  command->add_option("-o", options->folder, "The folder to write to")->required()->type_name("FOLDER");
  command->add_option("--name", options->name, "What the generated code calls the model (default: the file's name)")->type_name("NAME");
  command->add_flag("--incbin", options->incbin, "Include the model by the assembler's .incbin, not as a C array: large models compile faster");
  command->add_flag("--json", options->json, "List the files as JSON");
  command->callback([options] { codegen(*options); });
}

}  // namespace nacre::tools
