#pragma once

#include <cstddef>
#include <vector>

#include "tools/session/input_files.hpp"

namespace nacre::tools {

/// Prints what may be wrong with the files, and what of them is left aside.
void print_remarks(const InputFiles& inputs);

/// Runs every row and returns the elements of each of these outputs, one run after the other. Rows of which rounding to
/// float32 makes others are refused or, where the user allows that, counted in a warning that names the first.
std::vector<std::vector<std::byte>> run_rows(const ModelFile& model, InputFiles& inputs,
                                             const std::vector<unsigned>& outputs, bool allow_rounding);

}  // namespace nacre::tools
