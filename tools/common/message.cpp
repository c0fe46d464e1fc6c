#include "tools/common/message.hpp"

#include <cstdio>

#include "tools/common/part_drawing.hpp"
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
  const Characters characters = characters_of_locale();
  const std::vector<std::string> drawing = draw_parts(refusal.parts(), characters);
  if (drawing.empty()) return;
  print_message(explain_marks(characters));
  for (const std::string& part : drawing) {
    const std::string line = "  " + printable(part) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
  }
}

}  // namespace nacre::tools
