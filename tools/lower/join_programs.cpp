#include <algorithm>
#include <cmath>
#include <optional>

#include "runtime/kernels/program.hpp"
#include "tools/graph/bodies.hpp"
#include "tools/graph/graph_index.hpp"
#include "tools/graph/numbers_left.hpp"
#include "tools/lower/lower.hpp"

namespace nacre::tools {
namespace {

constexpr std::size_t kMaxInstructions = 255;

/// The node's inputs without the program.
std::vector<ValueId> operands_of(const Node& node) { return {node.inputs.begin(), node.inputs.end() - 1}; }

bool reads(const Instruction& instruction, std::size_t input) {
  return std::ranges::any_of(instruction.operands, [&](const Operand& operand) {
    return operand.kind == Operand::Kind::input && operand.index == input;
  });
}

/// Whether a row for which the library raises because of the first value is refused for the second one as well.
bool raises_as_well(const GraphValue& first, const GraphValue& second) {
  return first.refuses_missing <= second.refuses_missing && first.refuses_infinite <= second.refuses_infinite &&
         first.above <= second.above;
}

/// Whether `node` can go on where `before` stops, which makes its input number `input`: it is read once, and what
/// `before` begins with is not read any more, since the output may lie there.
bool can_join(const Graph& graph, const Node& before, const Node& node, std::size_t input) {
  const TensorType &from = graph.type(before.outputs[0]), &to = graph.type(node.outputs[0]);
  const std::vector<Instruction>& instructions = node.program.instructions;
  const auto reads_later = [&](const Instruction& instruction) { return reads(instruction, input); };
  const auto others = operands_of(node);
  const bool may_raise =
      may_leave_numbers(before) || !std::isinf(graph.values[before.outputs[0]].above);
  if (may_raise && !raises_as_well(graph.values[before.outputs[0]], graph.values[node.outputs[0]])) return false;
  return from.shape == to.shape && element_bytes(from.type) == element_bytes(to.type) &&
         std::none_of(instructions.begin() + 1, instructions.end(), reads_later) &&
         std::ranges::find(others, before.inputs[0]) == others.end() &&
         before.inputs.size() + node.inputs.size() <= program::kMaxInputs &&
         before.program.literals.size() + node.program.literals.size() <= program::kMaxLiterals &&
         before.program.instructions.size() + instructions.size() <= kMaxInstructions;
}

/// Both programs in one, as a node that makes what `node` makes.
void join(Graph& graph, const Node& before, Node& node, std::size_t input) {
  Program program = before.program;
  std::vector<ValueId> inputs = operands_of(before);
  const auto take = [&](ValueId value) {
    const auto known = std::ranges::find(inputs, value);
    if (known != inputs.end()) return static_cast<std::uint32_t>(known - inputs.begin());
    inputs.push_back(value);
    return static_cast<std::uint32_t>(inputs.size() - 1);
  };
  for (Instruction instruction : node.program.instructions) {
    for (Operand& operand : instruction.operands) {
      if (operand.kind == Operand::Kind::literal) {
        const Literal& literal = node.program.literals[operand.index];
        operand = program.literal(literal.value, literal.type);
      } else if (operand.kind == Operand::Kind::input) {
        if (operand.index == input) operand = {Operand::Kind::output};
        else operand.index = take(node.inputs[operand.index]);
      }
    }
    program.instructions.push_back(std::move(instruction));
  }
  set_program(graph, node, std::move(program), std::move(inputs));
}

}  // namespace

void join_programs(Graph& graph) {
  change_bodies(graph, join_programs);
  const GraphIndex index(graph);
  std::vector<std::optional<std::size_t>> maker(graph.values.size());  // of maps that still are there
  std::vector<bool> gone(graph.nodes.size());
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    Node& node = graph.nodes[n];
    if (node.program.empty()) continue;
    for (std::size_t input = 0; input + 1 < node.inputs.size(); ++input) {
      const ValueId value = node.inputs[input];
      if (value >= maker.size() || !maker[value] || index.reads(value) != 1) continue;
      const std::size_t before = *maker[value];
      // Further away, what `before` reads would have to be kept for longer.
      const auto at = [&gone](std::size_t node) { return gone.begin() + static_cast<std::ptrdiff_t>(node); };
      const bool is_next = std::find(at(before + 1), at(n), false) == at(n);
      if (!is_next || !can_join(graph, graph.nodes[before], node, input)) continue;
      join(graph, graph.nodes[before], node, input);
      gone[before] = true;
      break;
    }
    maker[node.outputs[0]] = n;
  }
  std::vector<Node> kept;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n)
    if (!gone[n]) kept.push_back(std::move(graph.nodes[n]));
  graph.nodes = std::move(kept);
}

}  // namespace nacre::tools
