#include "tools/commands/completions.hpp"

#include <fmt/format.h>

#include <string_view>

namespace nacre::tools {
namespace {

/// With `escape` before each of `characters`.
std::string escaped(std::string_view text, std::string_view characters, std::string_view escape) {
  std::string result;
  for (const char character : text) {
    if (characters.find(character) != std::string_view::npos) result += escape;
    result += character;
  }
  return result;
}

std::string names_of(const std::vector<CommandWords>& commands) {
  std::string names;
  for (const CommandWords& command : commands) names += (names.empty() ? "" : " ") + command.name;
  return names;
}

std::string bash(const std::vector<CommandWords>& commands) {
  std::string cases;
  for (const CommandWords& command : commands) {
    std::string words = command.name == "help" ? names_of(commands) : "";
    for (const OptionWords& option : command.options) {
      if (!option.long_name.empty()) words += " --" + option.long_name;
      if (!option.short_name.empty()) words += " -" + option.short_name;
    }
    cases += fmt::format("    {}) words='{}' ;;\n", command.name, words);
  }
  return fmt::format(
      "# nacre completions bash > /etc/bash_completion.d/nacre, or: source <(nacre completions bash)\n"
      "_nacre() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} words=''\n"
      "  case ${{COMP_WORDS[1]}} in\n"
      "{}"
      "  esac\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then words='{} --help --version'\n"
      "  elif [ \"${{COMP_WORDS[1]}}\" != help ] && [ \"${{word:0:1}}\" != - ]; then words=''; fi\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
      "}}\n"
      "complete -o default -F _nacre nacre\n",
      cases, names_of(commands));
}

/// 'name:description', a word of zsh.
std::string zsh_word(const std::string& name, const std::string& description) {
  std::string word = escaped(name, ":\\", "\\") + ":" + escaped(description, ":\\", "\\");
  for (std::size_t at = 0; (at = word.find('\'', at)) != std::string::npos; at += 4) word.replace(at, 1, "'\\''");
  return "'" + word + "'";
}

std::string zsh(const std::vector<CommandWords>& commands) {
  std::string names, cases;
  for (const CommandWords& command : commands) {
    names += "    " + zsh_word(command.name, command.description) + "\n";
    cases += fmt::format("    {}) options=(\n", command.name);
    for (const OptionWords& option : command.options) {
      if (!option.long_name.empty()) cases += "      " + zsh_word("--" + option.long_name, option.description) + "\n";
      if (!option.short_name.empty()) cases += "      " + zsh_word("-" + option.short_name, option.description) + "\n";
    }
    cases += "    ) ;;\n";
  }
  return fmt::format(
      "#compdef nacre\n"
      "# nacre completions zsh > \"${{fpath[1]}}/_nacre\"\n"
      "_nacre() {{\n"
      "  local -a commands options\n"
      "  commands=(\n{}  )\n"
      "  if (( CURRENT == 2 )) || [[ $words[2] == help ]]; then _describe command commands; return; fi\n"
      "  case $words[2] in\n"
      "{}"
      "  esac\n"
      "  if [[ $PREFIX == -* ]]; then _describe option options; else _files; fi\n"
      "}}\n"
      "if [[ $funcstack[1] == _nacre ]]; then _nacre \"$@\"; else compdef _nacre nacre; fi\n",
      names, cases);
}

std::string fish(const std::vector<CommandWords>& commands) {
  std::string script = "# nacre completions fish > ~/.config/fish/completions/nacre.fish\n";
  for (const CommandWords& command : commands) {
    script += fmt::format("complete -c nacre -n __fish_use_subcommand -a {} -d '{}'\n", command.name,
                          escaped(command.description, "'\\", "\\"));
    for (const OptionWords& option : command.options) {
      script += fmt::format("complete -c nacre -n '__fish_seen_subcommand_from {}'", command.name);
      if (!option.long_name.empty()) script += " -l " + option.long_name;
      if (!option.short_name.empty()) script += " -s " + option.short_name;
      script += fmt::format("{} -d '{}'\n", option.takes_value ? " -r" : "", escaped(option.description, "'\\", "\\"));
    }
  }
  return script;
}

}  // namespace

std::string completions(const std::string& shell, const std::vector<CommandWords>& commands) {
  if (shell == "zsh") return zsh(commands);
  return shell == "fish" ? fish(commands) : bash(commands);
}

}  // namespace nacre::tools
