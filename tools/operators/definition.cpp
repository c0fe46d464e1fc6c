#include "tools/operators/definition.hpp"

#include <stdexcept>

#include "tools/common/refusal.hpp"

namespace nacre::tools {

const Definition& definition_of(Operator op) {
  switch (op) {
#define NACRE_OPERATOR(word, Struct) \
  case Operator::word: return definitions::word;
    NACRE_OPERATORS(NACRE_OPERATOR)
#undef NACRE_OPERATOR
  }
  throw std::logic_error("a node without operator");
}

std::vector<TensorType> infer_outputs(const Node& node, const std::vector<TensorType>& inputs) {
  const Definition& definition = definition_of(node.op());
  if (definition.infer_all != nullptr) return definition.infer_all(node, inputs);
  return {definition.infer(node, inputs)};
}

std::vector<Tensor64> evaluate_outputs(const Node& node, const std::vector<Tensor64>& inputs,
                                       const std::vector<TensorType>& outputs) {
  const Definition& definition = definition_of(node.op());
  if (definition.evaluate_all != nullptr) return definition.evaluate_all(node, inputs, outputs);
  return {definition.evaluate(node, inputs, outputs.at(0))};
}

std::vector<std::vector<double>> errors_of_outputs(const Node& node, const std::vector<Tensor64>& inputs,
                                                   const std::vector<Tensor64>& outputs) {
  const Definition& definition = definition_of(node.op());
  if (definition.errors_all != nullptr) return definition.errors_all(node, inputs, outputs);
  return {definition.errors(node, inputs, outputs.at(0))};
}

std::span<const ValueId> device_inputs(const Node& node) {
  const std::size_t known = definition_of(node.op()).device_inputs;
  const std::span<const ValueId> inputs(node.inputs);
  return known == 0 || known > inputs.size() ? inputs : inputs.first(known);
}

void require_shapes(bool holds, const Node& node, const std::string& what) {
  if (!holds) throw Refusal("layer " + node.name, what, "check the shapes of the model");
}

}  // namespace nacre::tools
