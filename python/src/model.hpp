#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "loader/npy/npy.hpp"
#include "python/src/file.hpp"

namespace nacre::python {

/// What one output gave for all rows, as NumPy keeps it: numbers, or texts of `width` characters of 4 bytes.
struct Answer {
  std::vector<std::byte> bytes;
  std::uint32_t width = 0;
};

/// A Nacre file in memory, and networks for as many threads as ask it at once.
class Model {
 public:
  /// Copies the file. Throws Refused where it is no whole model.
  explicit Model(Span<const std::byte> file);
  ~Model();

  const File& file() const { return file_; }

  /// Rows that the networks of a thread take in one run: 1 where a layer may look from one to another.
  std::uint32_t rows_at_a_time() const;

  /// How many rows the arrays hold, one array for each input. Throws Refused where one does not fit its input.
  std::uint64_t rows(const std::vector<npy::File>& inputs) const;

  /// Predicts all rows on `threads` threads, each a part of them. Numbers are rounded to the type of their input.
  /// Answers stand in the order of `outputs`. Throws Refused that names a row that the model refuses, as one with a
  /// missing value for which the library raises an error. Of a model with a state rows are steps, one after the other,
  /// the first of which begins anew.
  std::vector<Answer> run(const std::vector<npy::File>& inputs, const std::vector<unsigned>& outputs,
                          unsigned threads) const;

 private:
  class Lease;
  struct Networks;
  struct Work;
  struct Part {
    std::uint64_t first, last;
  };
  /// Why the `count` rows from `row` on, which `network` takes in one run, are refused; empty where they are answered.
  std::string run_rows(const Network& network, std::uint64_t row, std::uint32_t count, Work& work) const;
  void run_part(const std::vector<npy::File>& inputs, const std::vector<unsigned>& outputs, Part part,
                std::vector<std::vector<std::byte>>& answers) const;
  std::string column_name(const InputPlace& place) const;
  Answer as_numpy(unsigned output, std::vector<std::byte> elements) const;

  File file_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Networks>> idle_;  // those that no thread uses
};

}  // namespace nacre::python
