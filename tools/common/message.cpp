#include "tools/common/message.hpp"

#include <cstdio>

#include "tools/common/printable.hpp"

namespace nacre::tools {

void print_message(const std::string& text) {
  const std::string line = "nacre: " + printable(text) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void print_warning(const std::string& text) { print_message("warning: " + text); }

void print_note(const std::string& text) { print_message("note: " + text); }

void print_refusal(const Refusal& refusal) {
  for (const std::string& line : refusal.lines()) print_message(line);
}

}  // namespace nacre::tools
