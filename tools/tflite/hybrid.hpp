#pragma once

#include <limits>
#include <optional>

#include "tools/tflite/operators.hpp"

namespace nacre::tools {

// Dynamic-range quantisation: weights of int8, and activations of float32 that are quantised row by row when the model
// runs, as TensorFlow Lite's reference kernels do. Sums are int32; scales come last, in the order of each kernel, which
// decides the last bit.

/// Of layers that fuse no activation.
constexpr FusedBounds kNoBounds{-std::numeric_limits<float>::infinity(), std::numeric_limits<float>::infinity()};

/// Whether input `i` is a constant of int8, with a scale, that an operator multiplies with floats. Bytes of uint8 are
/// read as int8, as the interpreter reads what the first converters wrote; refuses to widen them.
bool is_hybrid(const TfliteImporter::Call& call, unsigned i);

/// Rows of floats, quantised.
struct QuantizedRows {
  ValueId codes, scale, zero_point;
  bool symmetric;

  /// Inputs of a layer of sums: the codes, the weights, and the zero points where there are some.
  std::vector<ValueId> beside(ValueId weights) const {
    return symmetric ? std::vector{codes, weights} : std::vector{codes, weights, zero_point};
  }
};

/// x by the indices of its first axis.
QuantizedRows quantized_rows(Graph& graph, ValueId x, bool symmetric, const std::string& name);

/// Codes of weights, and their scale: one number, or one for each output.
struct HybridWeights {
  std::vector<std::int64_t> codes;
  std::vector<double> scale;
};

/// Input `i` of a call, whose outputs are its axis `axis`. Refuses what the interpreter has no answer for, and weights
/// whose sums 32 bits may not hold.
HybridWeights hybrid_weights(const TfliteImporter::Call& call, unsigned i, std::size_t axis);

/// sums as float32, times each of the factors in turn, plus the bias, within the bounds. Factors broadcast to the sums.
ValueId scaled_sums(Graph& graph, ValueId sums, const std::vector<ValueId>& factors, std::optional<ValueId> bias,
                    const FusedBounds& bounds, const std::string& name);

/// The same of images' sums [batch, height, width, outputs]: times the scale of the output, then that of the image.
ValueId scaled_images(const TfliteImporter::Call& call, Graph& graph, ValueId sums, const QuantizedRows& images,
                      const HybridWeights& weights, std::optional<ValueId> bias, const FusedBounds& bounds);

/// rows [rows, depth] . the matrix [units, depth] of input `i`, as float32 [rows, units], plus the bias. `graph` may be
/// the body of another.
ValueId hybrid_product(const TfliteImporter::Call& call, Graph& graph, const QuantizedRows& rows, unsigned i,
                       std::optional<ValueId> bias, const FusedBounds& bounds, const std::string& name);

/// The bias that is input `i`, which is not the first; nothing where the call has none.
std::optional<ValueId> hybrid_bias(const TfliteImporter::Call& call, Graph& graph, unsigned i, std::int64_t outputs);

/// FULLY_CONNECTED of x [rows, depth].
ValueId hybrid_fully_connected(const TfliteImporter::Call& call, ValueId x, bool symmetric, const FusedBounds& bounds);
/// BATCH_MATMUL of x and one matrix [depth, columns], or [columns, depth] where it is transposed.
ValueId hybrid_batch_matmul(const TfliteImporter::Call& call, ValueId x, bool transposed, bool symmetric);
/// CONV_2D, with the window that the float layer has.
ValueId hybrid_conv_2d(const TfliteImporter::Call& call, const parameters::Conv2D& window);
/// TRANSPOSE_CONV.
ValueId hybrid_transpose_conv(const TfliteImporter::Call& call, const parameters::ConvTransposed& window);
/// DEPTHWISE_CONV_2D.
ValueId hybrid_depthwise_conv_2d(const TfliteImporter::Call& call, const parameters::DepthwiseConv2D& window);

}  // namespace nacre::tools
