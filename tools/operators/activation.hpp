#pragma once

#include "nacre/operators.hpp"
#include "nacre/tensor.hpp"

namespace nacre::tools {

/// An activation function in float64; parameters as in parameters::Activation.
double activate(ActivationFunction function, double x, double alpha, double beta,
                double threshold, double maximum);

/// Bound on the error of the device's function of an argument that is `error` off, computed in `type`.
double activation_error(ActivationFunction function, double x, double error, double alpha, double beta,
                        double threshold, double maximum, DataType type = DataType::float32);

}  // namespace nacre::tools
