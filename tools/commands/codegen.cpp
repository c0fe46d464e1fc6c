#include "tools/codegen/codegen.hpp"

#include <fmt/format.h>

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

void create_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw Refusal("", "the folder cannot be created (" + error.message() + ")", "choose another").in_file(folder);
}

}  // namespace

void write_code(const CodegenOptions& options) try {
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

}  // namespace nacre::tools
