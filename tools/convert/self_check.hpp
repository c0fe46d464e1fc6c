#pragma once

#include <string>
#include <vector>

#include "tools/emit/emit.hpp"
#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// What the comparison of a written model with the float64 evaluation of its graph found.
struct SelfCheck {
  double largest_error = 0;  ///< of the float outputs, as a fraction of each one's largest magnitude
  double bound = 0;          ///< that was allowed there
  unsigned rows = 0;
};

/// Elements of a float64 tensor as the device holds them, and back.
TensorData to_device(const Tensor64& tensor);
Tensor64 from_device(const TensorData& data, const TensorType& type);

/// Runs `model` on sampled rows and compares each output with the evaluation of `graph`: integers and
/// strings exactly, floats within the operators' tolerances plus what one float32 step of noise on
/// the inputs changes. Throws Refusal beyond that. The rows `given` by the user are compared too, and
/// `golden` receives them, or the first two of those sampled where there are none.
SelfCheck self_check(const Graph& graph, std::span<const std::byte> model, const std::vector<std::vector<Tensor64>>& given,
                     std::vector<GoldenCase>* golden);

}  // namespace nacre::tools
