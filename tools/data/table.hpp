#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/common/buffer.hpp"

namespace nacre::tools {

/// What a table is read for.
struct TableUse {
  std::vector<std::string> features;  ///< names of the columns, in order; empty: by position
  bool text = false;                  ///< the fields are texts, not numbers
};

/// A data file as the bytes of a .npy file: .npy files as they are, .csv files as read_csv gives them.
/// Throws Refusal.
Buffer read_table(const std::string& path, const TableUse& use);

/// CSV with a header row as a .npy file of one row per line, float64 or text. A missing number is NaN.
Buffer read_csv(std::string_view csv, const TableUse& use);

}  // namespace nacre::tools
