#pragma once

#include <optional>
#include <string>

#include "tools/keras/layer.hpp"

namespace nacre::tools {

// What Keras 3 says of layers that it has quantised, which are Dense, EinsumDense, Embedding and ReversibleEmbedding,
// and the codes that it keeps.

/// What quantised a layer by its dtype policy: "int8", "int4", "float8", "gptq" or "awq"; empty where nothing did.
std::string keras_quantization_mode(const nlohmann::json& config);

/// Whether two codes share a byte: those of four bits.
bool has_packed_codes(const nlohmann::json& config);

/// How many weights a quantised layer has beside a bias. In a layer of float8 all are trained, else none of them.
std::size_t weights_of_quantized_dense(const nlohmann::json& config);
std::size_t weights_of_quantized_embedding(const nlohmann::json& config);

/// Refuses a quantised layer that Nacre does not read.
void check_quantization(const KerasLayer& layer);

/// Refuses codes in a layer that is not said to be quantised, which quantize() leaves in layers inside others.
void require_own_codes(const KerasLayer& layer);

/// How a row of the input becomes codes: times high / (largest magnitude + least), to nearest, from low to high.
struct CodeRange {
  double low, high, least;
};
/// None where the input stays as it is.
std::optional<CodeRange> quantized_inputs(const KerasLayer& layer);

/// Codes of four bits, of which a byte holds two along `axis`, the first in its lower half: int8, or where they have no
/// sign uint8. `shape` is theirs: two axes.
Array unpacked(const KerasLayer& layer, const Array& packed, const Dimensions& shape, std::size_t axis, bool is_signed);

/// A matrix with its axes exchanged.
Array transposed(const Array& matrix);

/// Each row of a matrix of float32 divided by a number of its own.
Array divided_rows(const KerasLayer& layer, const Array& matrix, const Array& divisors);

/// Refuses weights [outputs, depth] whose products with codes of that magnitude may have sums that 32 bits do not hold.
void require_sums_of_int32(const KerasLayer& layer, const Array& weights, double largest);

/// To nearest, of two the even one.
float rounded_to_bfloat16(float value);
/// The same for float8_e4m3fn, beyond which all is the largest.
float rounded_to_float8(float value);
constexpr double kLargestFloat8 = 448;

}  // namespace nacre::tools
