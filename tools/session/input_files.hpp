#pragma once

#include <map>
#include <string>
#include <vector>

#include "loader/npy/npy.hpp"
#include "tools/common/buffer.hpp"
#include "tools/common/refusal.hpp"
#include "tools/data/layout.hpp"
#include "tools/session/model_file.hpp"
#include "tools/session/row.hpp"

namespace nacre::tools {

/// The data of a model's inputs: .npy, .npz and .csv files that fit the shapes and types it takes. "-" is standard
/// input.
class InputFiles {
 public:
  /// `arguments` are [NAME=]FILE, one for each input; a file without a name is for the first input that
  /// has none yet. One CSV file without a name is for all inputs that take their columns from one table, and one .npz
  /// file for all inputs of which it has an array each. `network` is the loaded `model`; both must outlive this. Throws
  /// Refusal.
  InputFiles(const std::vector<std::string>& arguments, const ModelFile& model, const Network& network,
             CsvOptions csv = {});

  /// How many runs the files hold data for.
  std::uint64_t rows() const { return rows_; }

  /// What may be wrong with the files, each named.
  const std::vector<std::string>& warnings() const { return warnings_; }

  /// What of the files is left aside unasked, each named.
  const std::vector<std::string>& notes() const { return notes_; }

  /// The files that are read, and another.
  std::vector<std::string> paths_and(const std::string& other) const;

  /// Writes the data of one run to the network's inputs; texts are valid until the next call. Throws
  /// Refusal that names the file, the row and mostly the column where a value does not fit, or is one that the model
  /// refuses.
  void feed(std::uint64_t row);

  /// The reals of the row that was fed last: as the files have them, and as the network got them.
  const GivenRow& given() const { return given_; }
  const GivenRow& rounded() const { return rounded_; }

  /// The refusal of a row for one of its numbers.
  Refusal refusal_of(std::uint64_t row, const RowProblem& problem) const;

  /// Refuses a row, of the file that it comes from where there is but one.
  [[noreturn]] void refuse_row(std::uint64_t row, const std::string& what, const std::string& advice) const;

 private:
  struct Input {
    std::string path;
    Buffer bytes;
    npy::File file;
    std::vector<char> text;
    unsigned lines_above = 0;           // of a CSV file: its header, and people count from 1
    std::vector<std::string> columns;  // what its columns are called
  };

  /// The input that `argument` names, as NAME=FILE; the number of inputs where it names none.
  unsigned named_input(const std::string& argument) const;
  unsigned input_of(const std::string& argument, std::string* path) const;
  void open(unsigned index, const std::string& path);
  /// What a file for that input must hold.
  TableUse use_of(unsigned index) const;
  /// Whether one file without a name is for all inputs.
  bool is_for_all(const std::vector<std::string>& arguments);
  const Buffer& contents(const std::string& path);
  /// Refuses columns to drop that no CSV file has.
  void require_dropped() const;
  /// Keeps the reals of a row, and refuses those that the model does not take.
  void keep(unsigned index, std::uint64_t row);

  const ModelFile& model_;
  const Network& network_;
  CsvOptions csv_;
  std::map<std::string, Buffer> contents_;  // of files, each read once, while they are opened
  std::vector<std::string> dropped_;        // columns that the user leaves out
  std::vector<Input> inputs_;
  std::uint64_t rows_ = 0;
  std::vector<std::string> warnings_, notes_;
  GivenRow given_, rounded_;
};

}  // namespace nacre::tools
