#pragma once

#include "schema/model_generated.h"

namespace nacre::tools {

/// An activation function in float64; parameters as in schema::Activation.
double activate(schema::ActivationFunction function, double x, double alpha, double beta,
                double threshold, double maximum);

}  // namespace nacre::tools
