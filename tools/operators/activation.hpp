#pragma once

#include "schema/model_generated.h"

namespace nacre::tools {

/// An activation function in float64; parameters as in schema::Activation.
double activate(schema::ActivationFunction function, double x, double alpha, double beta,
                double threshold, double maximum);

/// Bound on the error of the device's function of an argument that is `error` off.
double activation_error(schema::ActivationFunction function, double x, double error, double alpha, double beta,
                        double threshold, double maximum);

}  // namespace nacre::tools
