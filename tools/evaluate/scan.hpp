#pragma once

#include "tools/evaluate/evaluate.hpp"

namespace nacre::tools {

/// Evaluates a node with a body, step by step: errors of states go on into the next step.
std::vector<Tensor64> evaluate_scan(const Node& node, const std::vector<Tensor64>& inputs, Errors errors);

}  // namespace nacre::tools
