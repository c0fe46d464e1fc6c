#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nacre/tensor.hpp"
#include "tools/common/buffer.hpp"

namespace nacre::tools {

/// What a table is read for.
struct TableUse {
  std::vector<std::string> features = {};  ///< names of the columns, in order; empty: by position
  DataType type = DataType::float32;       ///< of the model's input: text, integers or reals
  std::size_t columns = 0;                 ///< how many it takes; 0: any number
};

/// The bytes of a .npy file, and whether they were made from a CSV file.
struct Table {
  Buffer bytes;
  bool is_csv = false;
  std::string warning = {};  ///< what may be wrong with it; mostly empty
};

/// A data file as the bytes of a .npy file: .npy files as they are, .csv files as read_csv gives them.
/// Throws Refusal.
Table read_table(const std::string& path, const TableUse& use);

/// CSV with a header row as a .npy file of one row per line, float64 or text. A missing number is NaN.
/// `warning` may be null.
Buffer read_csv(std::string_view csv, const TableUse& use, std::string* warning = nullptr);

}  // namespace nacre::tools
