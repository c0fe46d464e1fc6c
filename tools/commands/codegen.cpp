#include "tools/codegen/codegen.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "nacre/kernels.hpp"
#include "tools/commands/commands.hpp"
#include "tools/common/refusal.hpp"
#include "tools/convert/convert.hpp"
#include "tools/session/session.hpp"

namespace nacre::tools {
namespace {

void codegen(const std::string& path, const std::string& folder) try {
  const ModelFile model(path);
  Session(model.bytes(), reference_kernels());  // no code is made of a file that does not load
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw Refusal("", "cannot create the folder " + folder + " (" + error.message() + ")", "choose another");
  for (const auto& [name, text] : generate_code(model, std::filesystem::path(path).stem().string())) {
    write_atomically(folder + "/" + name, std::as_bytes(std::span(text)));
    fmt::print("{}/{}\n", folder, name);
  }
} catch (const Refusal& refusal) {
  throw refusal.in_file(path);
}

}  // namespace

void add_codegen(CLI::App& app) {
  CLI::App* command = app.add_subcommand("codegen", "Write a model as source code for a firmware");
  struct State {
    std::string model, folder;
  };
  auto state = std::make_shared<State>();
  command->add_option("model", state->model, "The Nacre file")->required();
  command->add_option("-o", state->folder, "The folder to write to")->required();
  command->callback([state] { codegen(state->model, state->folder); });
}

}  // namespace nacre::tools
