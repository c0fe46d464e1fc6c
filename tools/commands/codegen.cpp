#include "tools/codegen/codegen.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "tools/codegen/footprint.hpp"
#include "tools/commands/commands.hpp"
#include "tools/commands/print_json.hpp"
#include "tools/common/message.hpp"
#include "tools/common/output_file.hpp"
#include "tools/common/printable.hpp"
#include "tools/common/progress.hpp"
#include "tools/common/refusal.hpp"
#include "tools/format/format.hpp"

namespace nacre::tools {
namespace {

void create_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    throw Refusal("", "the folder cannot be created (" + error.message() + ")", "choose another").in_file(folder);
}

/// Whether what is to be written is the model, and lies there already.
bool is_there(const std::string& path, const std::string& text, const std::string& model) {
  std::error_code none;
  return path.ends_with(".nacre") && text.size() == std::filesystem::file_size(model) &&
         std::filesystem::equivalent(path, model, none);
}

bool is_nacre_file(const std::vector<std::string>& files) {
  return files.size() == 1 && recognise(Buffer::map_file(files[0]).bytes()) == Format::nacre;
}

/// A Nacre file leaves nothing to choose.
void require_no_choice(const ConvertOptions& options) {
  const ConvertOptions none;
  const bool chooses = options.target != none.target || !options.outputs.empty() || !options.golden.empty() ||
                       options.precision != none.precision || options.input_precision != none.input_precision ||
                       !options.model_version.empty() || options.rollback != none.rollback ||
                       options.allow_rounding || !options.read.select.empty() || !options.read.signatures.empty() ||
                       !options.read.shapes.empty() || options.read.exact_weights ||
                       options.read.most_terms != none.read.most_terms;
  if (chooses)
    throw WrongUsage(options.files[0] + " is converted already; give the saved model, or leave its options to nacre "
                                        "convert");
}

ModelFile model_of(ConvertOptions options, const std::string& name) {
  if (is_nacre_file(options.files)) {
    require_no_choice(options);
    return ModelFile(options.files[0]);
  }
  options.name = name;
  Conversion result;
  Progress progress;
  options.on_stage = [&](const std::string& what) { progress.stage(what); };
  const auto bytes = std::make_shared<const ModelBytes>(make_model(options, &result));
  for (const std::string& warning : result.warnings) print_warning(warning);
  return ModelFile(Buffer(bytes, {bytes->data(), bytes->size()}));
}

}  // namespace

void write_code(const CodegenOptions& options) {
  if (options.folder == "-") throw WrongUsage("-o -: code is several files; name a folder");
  CodeOptions code = options.code;
  code.embedding = options.incbin ? Embedding::incbin : Embedding::array;
  if (options.incbin && !code.package.empty() && code.package != "make")
    throw WrongUsage("--incbin does not go with --package " + code.package +
                     ": its build does not tell the assembler where the model lies");
  const std::string& last = options.convert.files.back();
  if (code.name.empty()) code.name = file_stem(last);
  try {
    const ModelFile model = model_of(options.convert, code.name);
    auto files = generate_code(model, code);
    const auto path_of = [&](const std::string& name) { return options.folder + "/" + name; };
    for (const auto& [name, text] : files)
      create_folder(std::filesystem::path(path_of(name)).parent_path().string());
    std::erase_if(files, [&](const auto& file) { return is_there(path_of(file.first), file.second, last); });
    for (const auto& [name, text] : files)  // all, before the first is written
      check_output(path_of(name), options.convert.files);
    const std::vector<KernelRow> rows = code_rows(model, code);
    const Footprint footprint = footprint_of(model, rows, footprint_target(model, rows), code.serve);
    std::vector<OutputFile> outputs;
    for (const auto& [name, text] : files) outputs.push_back({path_of(name), std::as_bytes(std::span(text))});
    write_atomically(outputs);
    auto written = nlohmann::ordered_json::array();
    for (const OutputFile& file : outputs) {
      written.push_back(file.path);
      if (!options.json) fmt::print("{}\n", printable(file.path));
    }
    if (!options.json) fmt::print("{}\n", footprint_text(footprint));
    else
      print_json("codegen", {{"files", written},
                             {"footprint",
                              {{"target", footprint.target},
                               {"code_bytes", footprint.code_bytes},
                               {"model_bytes", footprint.model_bytes},
                               {"memory_bytes", footprint.memory_bytes},
                               {"stack_bytes", footprint.stack_bytes},
                               {"stack_measured_on", footprint.stack_of},
                               {"unknown_kernels", footprint.unknown}}}});
  } catch (const Refusal& refusal) {
    throw refusal.in_file(last);
  }
}

}  // namespace nacre::tools
