#pragma once

#include "tools/tflite/operators.hpp"

namespace nacre::tools {

// What operators on int8 become that no kernel of the runtime computes: programs of int32, by the formulas of
// TensorFlow Lite's reference kernels.

/// Divided by the norm of the last axis.
void import_l2_normalization_int8(const TfliteImporter::Call& call);
/// x - log(sum of e^x) along the last axis.
void import_log_softmax_int8(const TfliteImporter::Call& call);

/// A quotient, by TensorFlow Lite's reciprocal in 31 bits.
void import_div_int8(const TfliteImporter::Call& call);

/// A product of `count` elements along the axes whose bits are set, rescaled after each; of int16, too.
void import_quantized_product(const TfliteImporter::Call& call, unsigned axes, std::int64_t count);

}  // namespace nacre::tools
