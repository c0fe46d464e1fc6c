#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tools/graph/graph.hpp"
#include "tools/operators/numbers.hpp"

namespace nacre::tools {

/// A tensor of the float64 evaluation. Integers up to 2^53 are exact; strings have their own vector.
struct Tensor64 {
  TensorType type;
  Numbers values;
  std::vector<std::string> strings;
  /// How far the device's element may be from each value; empty: it has exactly these.
  std::vector<double> errors = {};
};

/// Working memory of one layer: scratch, or state of a stateful layer.
struct Temporary {
  TensorType type;
  bool is_state = false;
};

/// What the converter knows of an operator: one object per operator, in tools/operators/<operator>.cpp.
struct Definition {
  const char* name;  ///< its one word

  /// Shape rule: type of the output for these inputs. Throws Refusal (where = the layer) when they do
  /// not fit.
  TensorType (*infer)(const Node& node, const std::vector<TensorType>& inputs);

  /// The operator in float64 (integers: exactly), written independently of the kernel. `output` is
  /// what infer() gave.
  Tensor64 (*evaluate)(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output);

  /// The operator's bound: how far each element of the device's output may be from `output`, which
  /// evaluate() gave, when the inputs are as far off as their errors say. Empty: not at all.
  /// tools/operators/errors.hpp has the pieces.
  std::vector<double> (*errors)(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output);

  /// Multiply-accumulates of one run (comparisons for trees); null: none.
  std::int64_t (*macs)(const Node& node, const std::vector<TensorType>& inputs,
                       const TensorType& output) = nullptr;

  /// Temporaries in the order of the schema; null: none.
  std::vector<Temporary> (*temporaries)(const Node& node, const std::vector<TensorType>& inputs,
                                        const TensorType& output) = nullptr;

  /// What its parameters are called, the inputs from the second on; for messages.
  std::array<const char*, 5> parameters = {};

  /// Whether float parameters of this node may be infinite or not-a-number: limits, and what stands for a
  /// missing value. Null: never.
  bool (*any_parameter)(const Node& node) = nullptr;

  /// How many of its inputs the device has, where the converter knows more; 0: all.
  std::size_t device_inputs = 0;

  /// The same three of an operator with several outputs, which has no infer, evaluate and errors: one element for each
  /// output, in the order of the description.
  std::vector<TensorType> (*infer_all)(const Node& node, const std::vector<TensorType>& inputs) = nullptr;
  std::vector<Tensor64> (*evaluate_all)(const Node& node, const std::vector<Tensor64>& inputs,
                                        const std::vector<TensorType>& outputs) = nullptr;
  std::vector<std::vector<double>> (*errors_all)(const Node& node, const std::vector<Tensor64>& inputs,
                                                 const std::vector<Tensor64>& outputs) = nullptr;
};

/// The definitions by operator: `definitions::conv_2d` is in tools/operators/conv_2d.cpp.
namespace definitions {
#define NACRE_OPERATOR(word, Struct) extern const Definition word;
NACRE_OPERATORS(NACRE_OPERATOR)
#undef NACRE_OPERATOR
}  // namespace definitions

const Definition& definition_of(Operator op);

/// What the definition of the node's operator says of all its outputs, however many it has.
std::vector<TensorType> infer_outputs(const Node& node, const std::vector<TensorType>& inputs);
std::vector<Tensor64> evaluate_outputs(const Node& node, const std::vector<Tensor64>& inputs,
                                       const std::vector<TensorType>& outputs);
std::vector<std::vector<double>> errors_of_outputs(const Node& node, const std::vector<Tensor64>& inputs,
                                                   const std::vector<Tensor64>& outputs);

/// The inputs of a node that the device has too.
std::span<const ValueId> device_inputs(const Node& node);

/// Throws Refusal for layer `node` unless `holds`.
void require_shapes(bool holds, const Node& node, const std::string& what);

}  // namespace nacre::tools
