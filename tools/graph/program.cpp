#include "tools/graph/program.hpp"

#include <bit>
#include <utility>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

KernelName Instruction::kernel() const {
  return {Operator::map, from, to, Layout::portable, static_cast<std::uint16_t>(function), 0, 0};
}

Operand Program::literal(double value, DataType type) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  for (std::uint32_t i = 0; i < literals.size(); ++i)
    if (std::bit_cast<std::uint64_t>(literals[i].value) == bits && literals[i].type == type)
      return {Operand::Kind::literal, i};
  literals.push_back({value, type});
  return {Operand::Kind::literal, static_cast<std::uint32_t>(literals.size() - 1)};
}

Program& Program::then(MapFunction function, DataType type, std::vector<Operand> operands) {
  instructions.push_back({function, type, type, std::move(operands)});
  return *this;
}

void set_program(Graph& graph, Node& node, Program program, std::vector<std::uint32_t> inputs) {
  parameters::Map map;
  map.instructions = static_cast<std::uint16_t>(program.instructions.size());
  node.parameters.Set(map);
  const std::vector<std::int32_t> words(program.words());
  inputs.push_back(graph.add_constant(Array::from({static_cast<std::int64_t>(words.size())}, words), DataType::int32));
  node.inputs = std::move(inputs);
  node.program = std::move(program);
}

}  // namespace nacre::tools
