#include "tools/operators/definition.hpp"

#include <stdexcept>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

template <typename Table>
std::uint8_t variant(const Table& table) {
  if constexpr (requires { table.function; })
    return static_cast<std::uint8_t>(table.function);
  else if constexpr (requires { table.packing; })
    return static_cast<std::uint8_t>(table.packing);
  else
    return 0;
}

}  // namespace

const Definition& definition_of(Operator op) {
  switch (op) {
#define NACRE_OPERATOR(number, operator_name, Table) \
  case Operator::operator_name: return definitions::operator_name;
#include "nacre/operators.inc"
#undef NACRE_OPERATOR
  }
  throw std::logic_error("a node without operator");
}

std::span<const ValueId> device_inputs(const Node& node) {
  const std::size_t known = definition_of(node.op()).device_inputs;
  const std::span<const ValueId> inputs(node.inputs);
  return known == 0 || known > inputs.size() ? inputs : inputs.first(known);
}

std::uint8_t variant_of(const Node& node) {
  switch (node.op()) {
#define NACRE_OPERATOR(number, operator_name, Table) \
  case Operator::operator_name: return variant(node.as<schema::Table##T>());
#include "nacre/operators.inc"
#undef NACRE_OPERATOR
  }
  return 0;
}

void require_shapes(bool holds, const Node& node, const std::string& what) {
  if (!holds) throw Refusal("layer " + node.name, what, "check the shapes of the model");
}

}  // namespace nacre::tools
