#pragma once

#include <cstdint>

#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// TensorFlow Lite's MultiplyByQuantizedMultiplier in 128-bit arithmetic: x * multiplier * 2^(shift -
/// 31), rounded as its reference kernels round (doubling high multiplication, then a division by a
/// power of two that rounds half away from zero). Results beyond 2^60 saturate: no kernel's 32 bits
/// reach them.
std::int64_t multiply_by_quantized_multiplier(std::int64_t x, std::int64_t multiplier, int shift);

/// A sum rescaled to int8: `rescale` is [channels or 1, 2] of multiplier and shift.
double rescale_to_int8(double sum, const Tensor64& rescale, std::int64_t channel, int zero_point,
                       int minimum, int maximum);

/// A sum rescaled to int16 by the rule for activations of 16 bits, which keeps 15 bits of the multiplier; the bounds
/// are
/// stored numbers.
double rescale_to_int16(double sum, const Tensor64& rescale, std::int64_t channel, double minimum, double maximum);

/// The same with all bits of the multiplier, by the rule for fully connected layers of int16 whose units have scales of
/// their own.
double rescale_whole_to_int16(double sum, const Tensor64& rescale, std::int64_t channel, double minimum,
                              double maximum);

/// The multiplier (a Q31 fraction in [2^30, 2^31)) and shift of a real factor. Throws
/// std::invalid_argument where it is negative, NaN or 2^30 and more.
void quantize_multiplier(double factor, std::int32_t* multiplier, std::int32_t* shift);

}  // namespace nacre::tools
