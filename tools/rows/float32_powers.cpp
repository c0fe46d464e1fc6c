#include "tools/rows/float32_powers.hpp"

#include <algorithm>

#include "tools/evaluate/evaluate.hpp"
#include "tools/rows/answers.hpp"

namespace nacre::tools {
namespace {

constexpr double kPowerRounding = 0x1p-23;  // to float32, twice

bool is_power(const Instruction& instruction) {
  return instruction.function == MapFunction::expm1 || instruction.function == MapFunction::power;
}

/// Of 1 + x, a sum that is rounded too.
bool is_logarithm(const Instruction& instruction) { return instruction.function == MapFunction::log1p; }

/// What a node gives whose powers, and the numbers of which it takes logarithms, are (1 + error) of themselves.
Tensor64 evaluate_off(const Graph& graph, Node node, const std::vector<Tensor64>& values, double error) {
  std::vector<Tensor64> arguments;
  for (const ValueId input : node.inputs)
    arguments.push_back(graph.values[input].constant ? constant_value(graph.values[input]) : values[input]);
  std::vector<Instruction>& instructions = node.program.instructions;
  for (std::size_t i = 0; i < instructions.size(); ++i) {
    const bool is_sum = is_logarithm(instructions[i]);
    if (!is_sum && !is_power(instructions[i])) continue;
    Instruction more = instructions[i];
    more.function = is_sum ? MapFunction::add : MapFunction::multiply;
    more.operands = {Operand{Operand::Kind::output},
                     node.program.literal(is_sum ? error : 1 + error, DataType::float64)};
    instructions.insert(instructions.begin() + static_cast<std::ptrdiff_t>(++i), more);
  }
  return evaluate_outputs(node, arguments, graph.output_types(node))[0];
}

}  // namespace

Float32Powers::Float32Powers(const Graph& graph) : graph_(graph) {
  for (const Node& node : graph.nodes)
    if (std::ranges::any_of(node.program.instructions, is_power) ||
        std::ranges::any_of(node.program.instructions, is_logarithm))
      powers_.push_back(&node);
}

bool Float32Powers::decide(const std::vector<Tensor64>& values) const {
  for (const Node* const node : powers_) {
    const ValueId y = node->outputs[0];
    const std::size_t count = values[y].values.size();
    for (const double way : {1.0, -1.0}) {
      // One by one, each as far as all together may lead.
      const Tensor64 off = evaluate_off(graph_, *node, values, way * kPowerRounding * static_cast<double>(count));
      for (std::size_t i = 0; i < count; ++i) {
        std::vector<double> numbers = values[y].values;
        if (numbers[i] == off.values[i]) continue;
        numbers[i] = off.values[i];
        const Tensor64 other{values[y].type, Numbers(std::move(numbers)), {}};
        if (!same_answers(graph_, values, evaluate_again(graph_, values, {{y, other}}))) return true;
      }
    }
  }
  return false;
}

}  // namespace nacre::tools
