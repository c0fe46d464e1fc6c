#include <vector>

#include "tools/operators/errors.hpp"
#include "tools/operators/functions.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(!node.program.empty() && inputs.size() > 1, node, "has no program");
  TensorType output{node.program.instructions.back().to, inputs[0].shape};
  for (std::size_t i = 1; i + 1 < inputs.size(); ++i) output.shape = broadcast(output.shape, inputs[i].shape, node);
  for (const Instruction& instruction : node.program.instructions)
    require_shapes(has_function(instruction.function, instruction.from, instruction.to) &&
                       instruction.operands.size() == operands_of(instruction.function),
                   node, "has a function that is not computed for these types");
  return output;
}

/// Computes a program for one element of the output after the other.
class Evaluation {
 public:
  Evaluation(const Node& node, const std::vector<Tensor64>& inputs, const Dimensions& shape)
      : node_(node), inputs_(inputs), shape_(shape) {}

  struct Element {
    double value = 0, error = 0;
  };

  /// The value alone: nothing but this is asked of each row that is judged.
  double value_at(std::size_t index) const {
    double left = 0;
    for (const Instruction& instruction : node_.program.instructions) {
      operands_.clear();
      for (const Operand& operand : instruction.operands)
        operands_.push_back(operand.kind == Operand::Kind::output ? left
                            : operand.kind == Operand::Kind::literal
                                ? node_.program.literals[operand.index].value
                                : inputs_[operand.index].values[place_in(inputs_[operand.index], index)]);
      left = apply(instruction.function, operands_, instruction.to);
    }
    return left;
  }

  Element at(std::size_t index) const {
    Element left;
    for (const Instruction& instruction : node_.program.instructions) {
      std::vector<double> x, errors;
      for (const Operand& operand : instruction.operands) {
        const Element element = operand_at(operand, index, left);
        x.push_back(element.value);
        errors.push_back(element.error);
      }
      left.value = apply(instruction.function, x, instruction.to);
      left.error = function_error(instruction.function, x, errors, left.value, instruction.to);
    }
    return left;
  }

 private:
  /// Where an operand has the element of the output.
  std::size_t place_in(const Tensor64& x, std::size_t index) const {
    return x.type.shape == shape_ ? index : broadcast_index(index, shape_, x.type.shape);
  }

  Element operand_at(const Operand& operand, std::size_t index, const Element& left) const {
    if (operand.kind == Operand::Kind::output) return left;
    if (operand.kind == Operand::Kind::literal) {
      const Literal& literal = node_.program.literals[operand.index];
      return {literal.value, literal.type == DataType::float32 ? storing(literal.value) : 0};
    }
    const Tensor64& x = inputs_[operand.index];
    const std::size_t from = place_in(x, index);
    const bool is_real = x.type.type == DataType::float32 && x.errors.empty();
    return {x.values[from], error_of(x, from) + (is_real ? storing(x.values[from]) : 0)};
  }

  const Node& node_;
  const std::vector<Tensor64>& inputs_;
  const Dimensions& shape_;
  mutable std::vector<double> operands_;  ///< of one instruction
};

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const Evaluation evaluation(node, inputs, output.shape);
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i) y.values[i] = evaluation.value_at(i);
  return y;
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  const Evaluation evaluation(node, inputs, output.type.shape);
  std::vector<double> result(output.values.size());
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = evaluation.at(i).error;
  return result;
}

}  // namespace

const Definition definitions::map = {
    .name = "map", .infer = infer, .evaluate = evaluate, .errors = errors,
    .any_parameter = [](const Node&) { return true; }};

}  // namespace nacre::tools
