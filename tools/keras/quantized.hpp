#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/keras/codes.hpp"
#include "tools/keras/layer.hpp"

namespace nacre::tools {

/// A quantised layer on its way into a graph. Where Keras quantises rows of the input too, it multiplies codes of int8
/// and divides by both scales; elsewhere it multiplies floats by what the codes of the kernel stand for.
class QuantizedKeras {
 public:
  /// Requires a layer that check_quantization passes.
  explicit QuantizedKeras(const KerasLayer& layer);

  /// The kernel in this shape, which Keras knows without its file: codes of int8, or floats.
  Array kernel(const Dimensions& shape) const;
  /// x [batch, …, depth] . kernel [depth, width], which holds what kernel() gives.
  ValueId product(ValueId x, const Array& kernel) const;
  /// Requires a layer that has one.
  Array bias() const;
  /// Refuses scales of a kernel of codes that do not broadcast to what it makes as numbers of this shape.
  void require_scales(const Dimensions& shape) const;

  /// Rows of the table that `indices` name.
  ValueId looked_up(ValueId indices) const;
  /// x . the table transposed, or another table of the layer.
  ValueId looked_up_backwards(ValueId x) const;

 private:
  struct Rows {
    ValueId codes, scale;  ///< the codes are whole numbers of float32
  };

  const Array& codes(std::size_t i, std::size_t rank) const;
  const Array& real(std::size_t i) const;
  const Array& scale_of_float8(std::size_t i) const;
  std::size_t kernel_of_float8() const;
  Array floats(const Array& codes, bool is_output_first, const Array& scale, const Array* zero,
               const Array* group) const;
  ValueId integer_product(ValueId x, const Array& kernel, const Array& scale) const;
  Rows rows_of(ValueId x) const;
  ValueId as_float8(ValueId x, double scale) const;

  const KerasLayer& layer_;
  std::string mode_;
  bool has_bias_ = false;
  std::optional<CodeRange> inputs_;          ///< none: the input stays as it is
  std::vector<const Array*> codes_, reals_;  ///< weights of integers, and others: each in the order of all files
};

}  // namespace nacre::tools
