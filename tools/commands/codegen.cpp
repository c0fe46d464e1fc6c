#include "tools/codegen/codegen.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "tools/commands/commands.hpp"
#include "tools/commands/print_json.hpp"
#include "tools/common/output_file.hpp"
#include "tools/common/printable.hpp"
#include "tools/common/refusal.hpp"
#include "tools/convert/convert.hpp"

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

}  // namespace

void write_code(const CodegenOptions& options) try {
  const ModelFile model(options.model);
  auto files = generate_code(model, options.name.empty() ? file_stem(options.model) : options.name,
                             options.incbin ? Embedding::incbin : Embedding::array);
  create_folder(options.folder);
  const auto path_of = [&](const std::string& name) { return options.folder + "/" + name; };
  std::erase_if(files, [&](const auto& file) { return is_there(path_of(file.first), file.second, options.model); });
  for (const auto& [name, text] : files)  // all, before the first is written
    check_output(path_of(name), {options.model});
  auto written = nlohmann::ordered_json::array();
  for (const auto& [name, text] : files) {
    write_atomically(path_of(name), std::as_bytes(std::span(text)));
    written.push_back(path_of(name));
    if (!options.json) fmt::print("{}\n", printable(path_of(name)));
  }
  if (options.json) print_json({{"files", written}});
} catch (const Refusal& refusal) {
  throw refusal.in_file(options.model);
}

}  // namespace nacre::tools
