#pragma once

#include <cstdint>
#include <vector>

#include "python/src/file.hpp"

namespace nacre {

/// A network that runs so many rows at once, where no layer of the model looks from one row to another: each tensor is
/// that of one row so many times over, at an offset as many times as large, so that what was apart stays apart. The
/// answers have the bits of row after row, since the kernels are the same. A model that has other layers, or a state,
/// has no batch.
class Batch {
 public:
  /// Of `row`, whose file must outlive this.
  explicit Batch(const Network& row);

  /// Rows of one run; 0 where the model has no batch.
  std::uint32_t rows() const { return rows_; }
  /// Whose inputs and outputs hold rows() rows.
  const Network& network() const { return network_; }

 private:
  class Check;
  static std::uint32_t most_rows(const Network& row);
  void widen_tensors(std::uint32_t tensors);
  void make_memory();

  std::uint32_t rows_ = 0;
  std::vector<TensorRecord> tensors_;
  std::vector<std::uint32_t> shapes_;
  std::vector<python::Block> blocks_;
  Network network_;
};

}  // namespace nacre
