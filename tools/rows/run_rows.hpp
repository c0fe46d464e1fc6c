#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tools/session/input_files.hpp"

namespace nacre::tools {

/// Prints what may be wrong with the files, and what of them is left aside.
void print_remarks(const InputFiles& inputs);

/// Who is told of each row that runs, as a board that runs it too.
class RowObserver {
 public:
  virtual ~RowObserver() = default;
  /// The inputs of the network are those of the next row.
  virtual void fed(const Network& network) = 0;
  /// The network has run; its outputs are those of this row. Throws Refusal, as of a row of the files.
  virtual void ran(const Network& network, std::uint64_t row) = 0;
};

/// Runs every row and returns the elements of each of these outputs, one run after the other. Rows of which rounding to
/// float32 makes others are refused or, where the user allows that, counted in a warning that names the first.
/// `observer` may be null.
std::vector<std::vector<std::byte>> run_rows(const ModelFile& model, InputFiles& inputs,
                                             const std::vector<unsigned>& outputs, bool allow_rounding,
                                             RowObserver* observer = nullptr);

}  // namespace nacre::tools
