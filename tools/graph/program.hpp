#pragma once

#include <cstdint>
#include <vector>

#include "nacre/kernel.hpp"

namespace nacre::tools {

/// What a function of a program is applied to.
struct Operand {
  enum class Kind : std::uint8_t { input, output, literal };
  Kind kind;
  std::uint32_t index = 0;  ///< of the node's input, or of the program's literal

  bool operator==(const Operand&) const = default;
};

/// One function, applied to every element; what it gives stands in the output until the next one writes there.
struct Instruction {
  MapFunction function;
  DataType from, to;  ///< of its operands, of its result
  std::vector<Operand> operands;

  /// The kernel that computes it.
  KernelName kernel() const;
};

struct Literal {
  double value;
  DataType type;
};

/// What a node of the operator map computes, element by element: see schema/operators/map.md.
struct Program {
  std::vector<Instruction> instructions;
  std::vector<Literal> literals;

  bool empty() const { return instructions.empty(); }
  /// The operand that is this number.
  Operand literal(double value, DataType type);
  /// Appends a function of operands of one type, with a result of that type.
  Program& then(MapFunction function, DataType type, std::vector<Operand> operands);
  /// Numbers of 32 bits that it takes in a file.
  std::size_t words() const { return 2 * (instructions.size() + literals.size()); }
};

class Graph;
struct Node;

/// Makes the node a map that computes a program of these values of the graph. Its last input is a constant as large as
/// the program, whose numbers follow from the kernels that the model needs: see tools/lower/lower.hpp.
void set_program(Graph& graph, Node& node, Program program, std::vector<std::uint32_t> inputs);

}  // namespace nacre::tools
