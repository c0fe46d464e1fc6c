#include "tools/rows/float32_library.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/evaluate/evaluate.hpp"
#include "tools/operators/errors.hpp"
#include "tools/rows/answers.hpp"

namespace nacre::tools {
namespace {

constexpr double kUnit64 = 0x1p-53;

bool is_wave(const Instruction& instruction) {
  return instruction.function == MapFunction::cosine || instruction.function == MapFunction::sine;
}

bool is_of_squares(const Node& node) {
  return node.op() == Operator::normalize && node.as<parameters::Normalize>().norm == Norm::l2;
}

/// The numbers of which an instruction of a program takes the cosine or sine.
std::vector<double> angles_of(const Graph& graph, Node node, std::size_t at, const std::vector<Tensor64>& values) {
  const Operand of = node.program.instructions[at].operands[0];
  const auto argument = [&](ValueId input) {
    return graph.values[input].constant ? constant_value(graph.values[input]) : values[input];
  };
  if (of.kind == Operand::Kind::input) return argument(node.inputs.at(of.index)).values;
  if (of.kind != Operand::Kind::output) return {};
  std::vector<Tensor64> arguments;
  for (const ValueId input : node.inputs) arguments.push_back(argument(input));
  node.program.instructions.resize(at);
  return evaluate_outputs(node, arguments, graph.output_types(node))[0].values;
}

bool loses_angles(const Graph& graph, const Node& node, const std::vector<Tensor64>& values, double unit) {
  for (std::size_t i = 0; i < node.program.instructions.size(); ++i)
    if (is_wave(node.program.instructions[i]) &&
        std::ranges::any_of(angles_of(graph, node, i, values),
                            [&](double angle) { return std::abs(angle) * unit > kTolerance; }))
      return true;
  return false;
}

bool overflows(const std::vector<double>& row) {
  double squares = 0;
  for (const double x : row) squares += x * x;
  return squares > std::numeric_limits<float>::max();
}

}  // namespace

Float32Library::Float32Library(const Graph& graph) : graph_(graph) {
  for (const Node& node : graph.nodes)
    if (is_of_squares(node) || std::ranges::any_of(node.program.instructions, is_wave)) nodes_.push_back(&node);
}

bool Float32Library::loses(const std::vector<Tensor64>& values, bool is_float32) const {
  return std::ranges::any_of(nodes_, [&](const Node* node) {
    if (is_of_squares(*node)) return is_float32 && overflows(values[node->inputs[0]].values);
    return loses_angles(graph_, *node, values, is_float32 ? kUnit : kUnit64);
  });
}

}  // namespace nacre::tools
