#pragma once

#include <optional>
#include <span>

#include "nacre/operators.hpp"
#include "nacre/tensor.hpp"

namespace nacre::tools {

/// The function of the device that computes a combination, or an activation with its parameters as they are at first;
/// none where it computes nothing.
MapFunction function_of(BinaryFunction function);
std::optional<MapFunction> function_of(ActivationFunction function);

/// What an element-wise function is called.
const char* name_of(MapFunction function);

/// Operands of an element-wise function, and whether it has kernels of these types.
unsigned operands_of(MapFunction function);
bool has_function(MapFunction function, DataType from, DataType to);

/// An element-wise function in float64 (of integers: exactly), written independently of its kernels. It is given as
/// many operands as it has.
double apply(MapFunction function, std::span<const double> x, DataType to);

/// How far the device's result may be from y = apply(x), where its operands are as far off as `errors` says.
double function_error(MapFunction function, std::span<const double> x, std::span<const double> errors, double y,
                      DataType to);

}  // namespace nacre::tools
