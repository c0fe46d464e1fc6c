#include "tools/commands/usage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/commands/command_line.hpp"
#include "tools/commands/commands.hpp"
#include "tools/common/message.hpp"
#include "tools/common/suggest.hpp"

namespace nacre::tools {
namespace {

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

/// The first argument that looks like an option and is none of the command; empty where there is none.
std::string unknown_option(const CLI::App& command) {
  for (const std::string& argument : command.remaining())
    if (argument.size() > 1 && argument[0] == '-') return argument.substr(0, argument.find('='));
  return "";
}

}  // namespace

std::vector<std::string> with_options(std::vector<std::string> arguments) {
  const std::string first = arguments.empty() ? "" : arguments.front();
  if (first == "version" && arguments.size() == 1) return {"--version"};
  if (first != "help" || (arguments.size() > 1 && arguments[1].starts_with("-"))) return arguments;
  arguments.erase(arguments.begin());
  arguments.insert(arguments.begin() + (arguments.empty() ? 0 : 1), "--help");
  return arguments;
}

void require_command(const CLI::App& app, const std::vector<std::string>& arguments) {
  const std::vector<std::string> known = command_names(app);
  if (arguments.empty() || arguments[0].starts_with("-") || std::ranges::find(known, arguments[0]) != known.end())
    return;
  throw WrongUsage(fmt::format("there is no {} here{}", arguments[0], suggestion(arguments[0], known)));
}

int report_usage(const CLI::App& app, std::string message) {
  const auto commands = app.get_subcommands();
  const std::string command = commands.empty() ? "" : commands.front()->get_name();
  const std::string option = unknown_option(commands.empty() ? app : *commands.front());
  if (!option.empty())
    message = fmt::format("there is no {} here{}", option,
                          suggestion(option, option_names(commands.empty() ? app : *commands.front())));
  else if (command.empty() && !app.remaining().empty())
    message = fmt::format("there is no {} here{}", app.remaining().front(),
                          suggestion(app.remaining().front(), command_names(app)));
  if (!command.empty()) message = command + ": " + message;
  if (message.find("; ") == std::string::npos || message.ends_with("?"))
    message += fmt::format("{} see nacre {}{}--help", message.ends_with("?") ? "" : ";", command,
                           command.empty() ? "" : " ");
  print_message(message);
  return kWrongUsage;
}

std::vector<CommandWords> words_of(const CLI::App& app) {
  std::vector<CommandWords> all;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    CommandWords words{command->get_name(), command->get_description(), {}};
    for (const CLI::Option* option : command->get_options()) {
      if (option->get_group().empty() || option->get_positional()) continue;
      const auto &longs = option->get_lnames(), &shorts = option->get_snames();
      words.options.push_back({longs.empty() ? "" : longs.front(), shorts.empty() ? "" : shorts.front(),
                               option->get_description(), option->get_items_expected_max() > 0});
    }
    all.push_back(std::move(words));
  }
  return all;
}

}  // namespace nacre::tools
