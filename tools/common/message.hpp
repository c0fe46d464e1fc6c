#pragma once

#include <string>

#include "tools/common/refusal.hpp"

namespace nacre::tools {

/// One line "nacre: <text>" on standard error, printable. Where standard error takes nothing, nobody is
/// told, and the work goes on.
void print_message(const std::string& text);

/// The same with "warning: ".
void print_warning(const std::string& text);

/// The same with "note: ".
void print_note(const std::string& text);

/// The same for each line of a refusal; then the tree of the model, with what stands in the way of each part, in the
/// characters that the terminal shows.
void print_refusal(const Refusal& refusal);

}  // namespace nacre::tools
