#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "nacre/tensor.hpp"
#include "tools/data/csv.hpp"

namespace nacre::tools {

/// What the user says of CSV files.
struct CsvOptions {
  char separator = 0;              ///< of fields; 0: the comma, or else ; or a tab, as the first line tells
  std::vector<std::string> drop;   ///< columns that are left out
  bool ignores_extra = false;      ///< columns that the model does not take are left out
  bool no_header = false;          ///< the first line is a row of data
};

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
  /// Of columns of texts in which training had None or an empty text, which two quotes stand for; nothing is NaN.
  std::map<std::size_t, std::string> quoted = {};
  CsvOptions csv = {};
  std::string name = {};                   ///< of the input: which array of an .npz file it takes
};

/// Whether the model takes a feature and reads it nowhere, as one that a ColumnTransformer drops.
bool is_unread(const TableUse& use, std::size_t feature);

constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);  ///< of a feature that the model does not read

/// Which fields of a CSV file are the features of a model.
struct Layout {
  char separator = ',';
  bool has_header = true;
  bool has_index = false;             ///< the first field counts the rows, as pandas writes it
  std::vector<std::string> names;     ///< of all fields
  std::vector<std::size_t> columns;   ///< for each feature the field that holds it
  std::vector<std::string> dropped;   ///< those of CsvOptions::drop that the file has
  bool is_doubtful = false;           ///< the first line, taken for a header, may be a row of data
};

/// Reads the first line. Fields are separated by commas, or by semicolons or tabs where commas do not give the columns
/// of the model. The line is a header, unless the model has no names for its features and the line holds as many
/// numbers as it takes. Throws Refusal.
Layout layout_of(std::string_view csv, const TableUse& use);

}  // namespace nacre::tools
