#include "tools/evaluate/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/evaluate/scan.hpp"
#include "tools/operators/errors.hpp"

namespace nacre::tools {
namespace {

bool is_float(const TensorType& type) { return type.type == DataType::float32 || type.type == DataType::float64; }

/// What no bound covers is unknown: a value that left the range of its type, a NaN on the way. Integers that are not
/// off are exact.
void settle(Tensor64& value) {
  if (!is_float(value.type) && std::ranges::all_of(value.errors, [](double error) { return error == 0; }))
    value.errors.clear();
  const double largest = value.type.type == DataType::float64 ? std::numeric_limits<double>::max()
                                                              : std::numeric_limits<float>::max();
  for (std::size_t i = 0; i < value.errors.size(); ++i) {
    const bool overflows = i < value.values.size() && std::isfinite(value.values[i]) &&
                           std::abs(value.values[i]) + value.errors[i] > largest;
    if (overflows || !(value.errors[i] >= 0)) value.errors[i] = std::numeric_limits<double>::infinity();
  }
}

/// Scores become a label here, or a vote.
bool decides(const Node& node) {
  const auto compares = [](const Program& program) {
    return program.instructions.size() == 1 && (program.instructions.front().function == MapFunction::greater ||
                                                program.instructions.front().function == MapFunction::equal);
  };
  return node.op() == Operator::arg_max || node.op() == Operator::binarize || compares(node.program);
}

/// Real numbers are computed, and rounded, on the way to integers.
bool rounds_on_its_way(const Node& node) {
  return std::ranges::any_of(node.program.instructions, [](const Instruction& instruction) {
    return instruction.to == DataType::float32 || instruction.to == DataType::float64;
  });
}

}  // namespace

Tensor64 constant_value(const GraphValue& value) { return {value.type, Numbers(*value.constant), {}}; }

std::vector<Tensor64> evaluate(const Graph& graph, const std::vector<Tensor64>& inputs, Errors errors,
                               const std::set<ValueId>& exact) {
  std::vector<Tensor64> values(graph.values.size());
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) values[graph.inputs[i].value] = inputs.at(i);
  for (const Node& node : graph.nodes) {
    std::vector<Tensor64> arguments;  // constants are widened here, if at all, and gone afterwards
    for (const ValueId input : node.inputs)
      arguments.push_back(graph.values[input].constant ? constant_value(graph.values[input]) : values[input]);
    if (node.body != nullptr) {
      std::vector<Tensor64> outputs = evaluate_scan(node, arguments, errors);
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (exact.count(node.outputs[i]) > 0) outputs[i].errors.clear();
        values[node.outputs[i]] = std::move(outputs[i]);
      }
      continue;
    }
    std::vector<Tensor64> outputs = evaluate_outputs(node, arguments, graph.output_types(node));
    for (Tensor64& output : outputs) output.errors.clear();
    const auto is_certain = [&](const Tensor64& output) {
      return is_exact(arguments) && !is_float(output.type) && !rounds_on_its_way(node);
    };
    if (errors != Errors::ignore && !std::all_of(outputs.begin(), outputs.end(), is_certain)) {
      if (errors == Errors::bound_float64 && decides(node) && arguments[0].type.type == DataType::float32)
        for (Tensor64& argument : arguments)
          for (double& error : argument.errors) error *= kOfFloat64;
      std::vector<std::vector<double>> bounds = errors_of_outputs(node, arguments, outputs);
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (is_certain(outputs[i]) || exact.count(node.outputs[i]) > 0) continue;
        outputs[i].errors = std::move(bounds[i]);
        settle(outputs[i]);
      }
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) values[node.outputs[i]] = std::move(outputs[i]);
  }
  for (const Port& port : graph.outputs) {  // a constant may be an output as it is
    if (!graph.values[port.value].constant) continue;
    Tensor64& value = values[port.value] = constant_value(graph.values[port.value]);
    if (errors == Errors::ignore || !is_float(value.type)) continue;
    for (const double x : value.values) value.errors.push_back(storing(x, value.type.type));
  }
  return values;
}

std::map<ValueId, Tensor64> evaluate_again(const Graph& graph, const std::vector<Tensor64>& values,
                                           std::map<ValueId, Tensor64> replaced) {
  const auto is_replaced = [&](ValueId value) { return replaced.count(value) > 0; };
  for (const Node& node : graph.nodes) {
    if (std::ranges::any_of(node.outputs, is_replaced) || !std::ranges::any_of(node.inputs, is_replaced)) continue;
    std::vector<Tensor64> arguments;
    for (const ValueId input : node.inputs)
      arguments.push_back(is_replaced(input)               ? replaced.at(input)
                          : graph.values[input].constant ? constant_value(graph.values[input])
                                                         : values[input]);
    std::vector<Tensor64> outputs = node.body != nullptr ? evaluate_scan(node, arguments, Errors::ignore)
                                                         : evaluate_outputs(node, arguments, graph.output_types(node));
    for (std::size_t i = 0; i < outputs.size(); ++i) replaced.emplace(node.outputs[i], std::move(outputs[i]));
  }
  return replaced;
}

}  // namespace nacre::tools
