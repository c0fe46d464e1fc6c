#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/common/buffer.hpp"
#include "tools/data/layout.hpp"

namespace nacre::tools {

/// The bytes of a .npy file, and where they come from if that is a CSV file.
struct Table {
  Buffer bytes;
  unsigned lines_above = 0;               ///< line of the first row, counted from 1; 0: not from a CSV file
  std::vector<std::string> columns = {};  ///< what the file calls the model's features; empty: not from a CSV file
  std::vector<std::string> dropped = {};  ///< columns of the file that the user leaves out
  std::string warning = {};               ///< what may be wrong with it; mostly empty
  std::string note = {};                  ///< what is left aside unasked; mostly empty
};

/// The content of a data file as the bytes of a .npy file: .npy as it is, one array of an .npz file, and CSV as
/// read_csv gives it. Throws Refusal.
Table table_of(const Buffer& content, const TableUse& use);

/// CSV as a .npy file of one row per line, float64 or text, in the layout that layout_of finds. A missing number is
/// NaN.
Table read_csv(std::string_view csv, const TableUse& use);

}  // namespace nacre::tools
