#pragma once

#include <deque>
#include <string>

#include "tools/common/buffer.hpp"
#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// The shape that an input shall have, batch and all.
struct InputShape {
  std::string input;  ///< its name or alias; empty: the only one
  Dimensions shape;
};

/// "[NAME=]1,224,224,3"; throws Refusal for anything else.
InputShape parse_input_shape(const std::string& text);

/// What a caller says about the files it gives, in the order in which it is needed; what was used is gone.
struct TfliteChoices {
  std::deque<std::string> signatures;  ///< which is meant, of files that have several
  std::deque<InputShape> shapes;       ///< of inputs that leave dimensions open
  /// Weights of int8 beside float activations become float32, and what they multiply is not quantised.
  bool exact_weights = false;
};

/// Reads a TensorFlow Lite file: float32, float16 weights, dynamic range and full integers (int8,
/// with uint8 at the edges). Throws Refusal naming all operators and tensors that stand in the way.
Graph read_tflite(const Buffer& file, TfliteChoices& choices);
/// The same of a file that needs no choices.
Graph read_tflite(const Buffer& file);

}  // namespace nacre::tools
