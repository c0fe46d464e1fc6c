#pragma once

#include <string>
#include <vector>

namespace nacre::tools {

/// An option as its command knows it.
struct OptionWords {
  std::string long_name;   ///< without its dashes; may be empty
  std::string short_name;  ///< one letter; may be empty
  std::string description;
  bool takes_value = false;
};

/// A command as people complete it.
struct CommandWords {
  std::string name, description;
  std::vector<OptionWords> options;
};

/// A script that completes commands, options and, elsewhere, files: for "bash", "zsh" or "fish".
std::string completions(const std::string& shell, const std::vector<CommandWords>& commands);

}  // namespace nacre::tools
