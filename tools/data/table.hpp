#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "nacre/tensor.hpp"
#include "tools/common/buffer.hpp"

namespace nacre::tools {

/// The texts of a column, which become their places in the list; another is missing, or refused.
struct ColumnTexts {
  std::vector<std::string> texts;
  bool refuses_others;
};

/// What a table is read for.
struct TableUse {
  std::vector<std::string> features = {};  ///< names of the columns, in order; empty: by position
  DataType type = DataType::float32;       ///< of the model's input: text, integers or reals
  std::size_t columns = 0;                 ///< how many it takes; 0: any number
  std::vector<std::string> table = {};     ///< names of all columns of the rows, or empty texts, where other inputs
  std::vector<std::size_t> places = {};    ///< take columns of them too; and which of them this input takes
  bool refuses_missing = false;            ///< of texts: the library raises for a missing one; else that is empty
  std::map<std::size_t, ColumnTexts> texts = {};  ///< of columns of the model
};

/// The bytes of a .npy file, and where they come from if that is a CSV file.
struct Table {
  Buffer bytes;
  unsigned lines_above = 0;               ///< line of the first row, counted from 1; 0: not from a CSV file
  std::vector<std::string> columns = {};  ///< what the file calls the model's features; empty: not from a CSV file
  std::string warning = {};               ///< what may be wrong with it; mostly empty
};

/// A data file as the bytes of a .npy file: .npy files as they are, .csv files as read_csv gives them.
/// Throws Refusal.
Table read_table(const std::string& path, const TableUse& use);

/// CSV as a .npy file of one row per line, float64 or text. A missing number is NaN. The first row is a header, unless
/// the model has no names for its features and the row holds as many numbers as it takes: then it is data. Names 0, 1,
/// 2… are a header, which pandas writes for columns without names.
Table read_csv(std::string_view csv, const TableUse& use);

}  // namespace nacre::tools
