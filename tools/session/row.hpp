#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace nacre::tools {

/// The reals and texts of one row.
struct GivenRow {
  std::vector<std::vector<double>> inputs;  ///< in the order of the model's inputs; of those that take no reals, empty
  bool is_float32 = true;                   ///< whether no number was more than a float32 in its file
  std::vector<std::vector<std::string>> texts = {};  ///< as `inputs`; of those that take no texts, empty
};

/// Why a number of a row cannot be what the model gets, or the row as a whole cannot be predicted.
struct RowProblem {
  unsigned input;
  std::size_t element;
  std::string what, advice;
  bool of_whole_row = false;  ///< no column is to blame
};

}  // namespace nacre::tools
