#pragma once

#include <deque>
#include <string>
#include <vector>

#include "tools/tflite/tflite_generated.h"

namespace nacre::tools {

/// An input or output of a model: a tensor, and what it is called.
struct TflitePort {
  int tensor;         ///< its index; not checked
  std::string name;   ///< that of the signature, where there is one
  std::string alias;  ///< that of the tensor, where it is another
};

/// What of a file is read: a graph, and its inputs and outputs in the order in which callers know them.
struct TfliteSignature {
  const tflite::SubGraph* graph;
  std::vector<TflitePort> inputs, outputs;
};

/// The signature that the front of `wanted` names (and is taken from there), else the only one. A file without
/// signatures has its first graph, with the names of the tensors. Throws Refusal where several could be meant.
TfliteSignature choose_signature(const tflite::Model& model, std::deque<std::string>& wanted);

/// A graph of a file that has all lists that a reader looks at, and the same of one that need not give anything. Throws
/// Refusal where there is none.
const tflite::SubGraph& any_graph(const tflite::Model& model, std::int64_t number);
const tflite::SubGraph& whole_graph(const tflite::Model& model, std::uint32_t index);

/// Whether one name comes before another, with the numbers in them as numbers: output_2 before output_10.
bool comes_before(const std::string& a, const std::string& b);

}  // namespace nacre::tools
